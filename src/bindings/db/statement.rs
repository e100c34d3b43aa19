//! What a statement's text says of itself before it is sent: whether it is one statement, what it begins with, and whether it
//! plainly destroys. This is a look at words, not a parser: what a function, a procedure or a trigger does it can't tell.

use super::target::System;
use crate::messages::bindings_db as messages;
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::secret::OPEN;

/// What a statement is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// `db::query`.
    Read,
    /// `db::explain`.
    Explain,
    /// `db::ensure`.
    Ensure,
    /// `db::execute`.
    Change,
    /// `db::transaction`.
    Step,
}

/// A piece of a statement's text. Strings, quoted names and numbers are `Other`: they say nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    Semicolon,
    Other,
}

/// The words of one statement.
#[derive(Clone, Debug)]
pub struct Statement {
    tokens: Vec<Token>,
}

impl Statement {
    /// Looks at a text that is to be one statement.
    ///
    /// # Errors
    /// `Invalid` for a text without a statement, or with a secret in it; `Refused` for more than one statement, and for what would
    /// get around the transaction, the read-only promise or the project's folder.
    pub fn of(sql: &str, system: System, used: Use) -> Result<Self, Failure> {
        if sql.contains(&format!("{OPEN}secret:")) {
            return Err(Failure::invalid(messages::a_secret_in_the_text()).hint(messages::secrets_go_into_params()));
        }
        if sql.contains('\0') {
            return Err(Failure::invalid(messages::a_zero_byte_in_the_text()));
        }
        let statement = Statement { tokens: tokens(sql, system) };
        match statement.count() {
            0 => return Err(Failure::invalid(messages::no_statement())),
            1 => {}
            _ => {
                return Err(
                    Failure::refused(messages::more_than_one_statement()).hint(messages::one_statement_a_call())
                );
            }
        }
        statement.allowed(system, used)?;
        Ok(statement)
    }

    /// The word that says what it does: after `with …`, that of the statement itself.
    #[must_use]
    pub fn verb(&self) -> &str {
        let first = self.first();
        if first != "WITH" {
            return first;
        }
        let mut depth = 0_usize;
        for token in &self.tokens {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth = depth.saturating_sub(1),
                Token::Word(word) if depth == 0 && ROW_VERBS.contains(&word.as_str()) => return word,
                _ => {}
            }
        }
        first
    }

    /// The effect that the text plainly has, when it is higher than the declared one: `drop`, `truncate`, `alter … drop` and
    /// `delete` without `where` destroy.
    #[must_use]
    pub fn effect(&self, declared: Effect) -> Effect {
        let destroys = match self.first() {
            "DROP" | "TRUNCATE" => true,
            "ALTER" => self.has("DROP"),
            _ => self.deletes_all(),
        };
        if destroys { declared.max(Effect::Destroy) } else { declared }
    }

    /// Whether MySQL ends the transaction by itself before such a statement, so that it can't be undone.
    #[must_use]
    pub fn commits_by_itself(&self) -> bool {
        !(ROW_VERBS.contains(&self.verb()) || matches!(self.verb(), "REPLACE" | "DO" | "SET" | "SHOW"))
    }

    fn first(&self) -> &str {
        self.word(0)
    }

    fn word(&self, at: usize) -> &str {
        let words = self.tokens.iter().filter_map(|token| match token {
            Token::Word(word) => Some(word.as_str()),
            _ => None,
        });
        words.into_iter().nth(at).unwrap_or_default()
    }

    fn has(&self, wanted: &str) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Word(word) if word == wanted))
    }

    /// How many statements there are. Those inside of a trigger's or routine's `begin … end` are its own.
    fn count(&self) -> usize {
        let routine =
            self.first() == "CREATE" && ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"].iter().any(|kind| self.has(kind));
        let (mut statements, mut open, mut inside) = (0_usize, false, 0_usize);
        for token in &self.tokens {
            match token {
                Token::Semicolon if inside == 0 => open = false,
                Token::Word(word) if routine && matches!(word.as_str(), "BEGIN" | "CASE") => inside += 1,
                Token::Word(word) if routine && word == "END" => inside = inside.saturating_sub(1),
                _ => {}
            }
            if !open && *token != Token::Semicolon {
                open = true;
                statements += 1;
            }
        }
        statements
    }

    /// Whether a `delete` in it, its own or that of a `with`, has no `where` beside it.
    fn deletes_all(&self) -> bool {
        let begins = |at: usize| match at.checked_sub(1).and_then(|before| self.tokens.get(before)) {
            None | Some(Token::Open) => true,
            Some(Token::Close) => self.first() == "WITH",
            _ => false,
        };
        let is_delete = |token: &Token| matches!(token, Token::Word(word) if word == "DELETE");
        let deletes = self.tokens.iter().enumerate().filter(|(at, token)| is_delete(token) && begins(*at));
        deletes.map(|(at, _)| self.tokens.get(at..).unwrap_or_default()).any(|rest| {
            let mut depth = 0_usize;
            for token in rest {
                match token {
                    Token::Open => depth += 1,
                    // The end of the parentheses that it stands in.
                    Token::Close if depth == 0 => return true,
                    Token::Close => depth -= 1,
                    Token::Word(word) if depth == 0 && word == "WHERE" => return false,
                    _ => {}
                }
            }
            true
        })
    }

    fn allowed(&self, system: System, used: Use) -> Result<(), Failure> {
        let first = self.first();
        let refuse = |why: String| Err(Failure::refused(why));
        let shown = first.to_ascii_lowercase();
        if TRANSACTION_VERBS.contains(&first) || first == "PREPARE" && self.word(1) == "TRANSACTION" {
            return refuse(messages::the_transaction_is_the_calls_own(&shown));
        }
        if system == System::Postgres && first == "COPY" {
            return Err(Failure::refused(messages::cannot_be_used_here(&shown)).hint(messages::use_psql_for_copy()));
        }
        // They would reach files outside of the project.
        if system == System::Sqlite && (matches!(first, "ATTACH" | "DETACH") || first == "VACUUM" && self.has("INTO")) {
            return refuse(messages::cannot_be_used_here(&shown));
        }
        // It could hide the transaction's end inside, or run what was never looked at.
        if matches!(first, "EXECUTE" | "DEALLOCATE" | "PREPARE" | "LOCK" | "UNLOCK" | "HANDLER" | "LOAD")
            && system == System::MySql
        {
            return refuse(messages::cannot_be_used_here(&shown));
        }
        match used {
            Use::Read => {
                let reads = READ_VERBS.contains(&first) || first == "PRAGMA" && system == System::Sqlite;
                if !reads {
                    return Err(Failure::refused(messages::does_not_read(&shown)).hint(messages::use_a_write()));
                }
                let to_file = self.has("OUTFILE") || self.has("DUMPFILE");
                if system == System::MySql && to_file {
                    return refuse(messages::cannot_be_used_here("into outfile"));
                }
                Ok(())
            }
            Use::Explain if !ROW_VERBS.contains(&self.verb()) && self.verb() != "REPLACE" => {
                refuse(messages::has_no_plan(&shown))
            }
            Use::Ensure if self.effect(Effect::Ensure) == Effect::Destroy => {
                Err(Failure::refused(messages::destroys(&shown)).hint(messages::use_execute_to_destroy()))
            }
            Use::Ensure | Use::Change | Use::Step if first == "EXPLAIN" => {
                Err(Failure::refused(messages::cannot_be_used_here(&shown)).hint(messages::use_explain()))
            }
            Use::Step if system == System::MySql && self.commits_by_itself() => {
                Err(Failure::refused(messages::commits_by_itself(&shown)).hint(messages::use_execute_alone()))
            }
            _ => Ok(()),
        }
    }
}

/// What works on rows.
const ROW_VERBS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE"];
/// What `db::query` takes.
const READ_VERBS: &[&str] = &["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC"];
/// What begins or ends a transaction.
const TRANSACTION_VERBS: &[&str] =
    &["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "XA"];

fn tokens(sql: &str, system: System) -> Vec<Token> {
    let text: Vec<char> = sql.chars().collect();
    let at = |place: usize| text.get(place).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut here = 0;
    while here < text.len() {
        let (c, next) = (at(here), at(here + 1));
        let mysql = system == System::MySql;
        if c.is_whitespace() {
            here += 1;
        } else if (c == '-' && next == '-' && (!mysql || at(here + 2).is_whitespace() || here + 2 >= text.len()))
            || (c == '#' && mysql)
        {
            here = (here..text.len()).find(|place| at(*place) == '\n').unwrap_or(text.len());
        } else if c == '/' && next == '*' {
            // MySQL runs what stands in such a comment.
            let runs = mysql && (at(here + 2) == '!' || at(here + 2) == 'M' && at(here + 3) == '!');
            here = if runs { after_mark(&text, here + 2) } else { after_comment(&text, here, system) };
        } else if c == '\''
            || c == '"'
            || c == '`' && system != System::Postgres
            || c == '[' && system == System::Sqlite
        {
            let before = tokens.last();
            let escapes = (mysql && c != '`')
                || (c == '\''
                    && before == Some(&Token::Word("E".to_owned()))
                    && matches!(at(here.wrapping_sub(1)), 'e' | 'E'));
            here = after_quoted(&text, here, if c == '[' { ']' } else { c }, escapes);
            tokens.push(Token::Other);
        } else if c == '$' && system == System::Postgres && after_dollars(&text, here).is_some() {
            here = after_dollars(&text, here).unwrap_or(text.len());
            tokens.push(Token::Other);
        } else if is_word(c) {
            let end = (here..text.len()).find(|place| !is_word(at(*place))).unwrap_or(text.len());
            let word: String = text.iter().take(end).skip(here).collect();
            tokens.push(Token::Word(word.to_uppercase()));
            here = end;
        } else {
            tokens.push(match c {
                '(' => Token::Open,
                ')' => Token::Close,
                ';' => Token::Semicolon,
                _ => Token::Other,
            });
            here += 1;
        }
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// After the mark and the version of a comment that runs.
fn after_mark(text: &[char], from: usize) -> usize {
    (from..text.len()).find(|place| !matches!(text.get(*place), Some('!' | 'M' | '0'..='9'))).unwrap_or(text.len())
}

fn after_comment(text: &[char], from: usize, system: System) -> usize {
    let mut depth = 0_usize;
    let mut here = from;
    while here < text.len() {
        match (text.get(here), text.get(here + 1)) {
            // Only PostgreSQL nests them.
            (Some('/'), Some('*')) if depth == 0 || system == System::Postgres => {
                depth += 1;
                here += 2;
            }
            (Some('*'), Some('/')) => {
                depth = depth.saturating_sub(1);
                here += 2;
                if depth == 0 {
                    return here;
                }
            }
            _ => here += 1,
        }
    }
    here
}

fn after_quoted(text: &[char], from: usize, close: char, escapes: bool) -> usize {
    let mut here = from + 1;
    while let Some(c) = text.get(here) {
        if *c == '\\' && escapes {
            here += 2;
        } else if *c == close {
            // Doubled, it stands for itself.
            if text.get(here + 1) != Some(&close) || close == ']' {
                return here + 1;
            }
            here += 2;
        } else {
            here += 1;
        }
    }
    text.len()
}

/// The end of `$tag$ … $tag$` that begins here; nothing when none does.
fn after_dollars(text: &[char], from: usize) -> Option<usize> {
    if from.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|c| is_word(*c)) {
        return None;
    }
    let end = (from + 1..text.len()).find(|place| text.get(*place) == Some(&'$'))?;
    let tag = text.get(from..=end)?;
    let name = tag.get(1..tag.len().checked_sub(1)?)?;
    if !name.iter().all(|c| is_word(*c)) || name.first().is_some_and(char::is_ascii_digit) {
        return None;
    }
    let begins = end + 1;
    let close = (begins..text.len()).find(|place| text.get(*place..place + tag.len()) == Some(tag));
    Some(close.map_or(text.len(), |close| close + tag.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::failure::FailureKind;

    proptest! {
        #[test]
        fn whatever_a_string_or_a_comment_holds_is_no_statement(text in "[^⟦\0]*") {
            let quoted = text.replace('\'', "\'\'");
            let one = |system: System, sql: &str| Statement::of(sql, system, Use::Change).map(|s| s.effect(Effect::Change));
            prop_assert_eq!(one(System::Postgres, &format!("select '{quoted}'")), Ok(Effect::Change));
            prop_assert_eq!(one(System::Sqlite, &format!("select '{quoted}'")), Ok(Effect::Change));
            let escaped = quoted.replace('\\', "\\\\");
            prop_assert_eq!(one(System::MySql, &format!("select '{escaped}'")), Ok(Effect::Change));
            let line = text.replace('\n', " ");
            prop_assert_eq!(one(System::Postgres, &format!("select 1 -- {line}")), Ok(Effect::Change));
        }

        #[test]
        fn no_text_is_too_strange_to_be_looked_at(text in ".*") {
            for system in [System::Postgres, System::MySql, System::Sqlite] {
                let _looked = Statement::of(&text, system, Use::Change);
            }
        }
    }

    fn of(sql: &str, system: System, used: Use) -> Result<Statement, Failure> {
        Statement::of(sql, system, used)
    }

    #[test]
    fn one_statement_is_one_whatever_its_strings_and_comments_hold() {
        use System::{MySql, Postgres, Sqlite};
        for (system, sql) in [
            (Postgres, "select 1;"),
            (Postgres, "select ';' -- ; \n ; /* ; /* ; */ ; */"),
            (Postgres, "select $$;$$, $a$ ; $$ ; $a$, E'\\';', \";\", $1"),
            (Postgres, "select a$1$ from t where x = $1"),
            (MySql, "select '\\';', \"a;\\\"\", `;` # ;\n"),
            (Sqlite, "select [;], `;`, ';'';'"),
        ] {
            of(sql, system, Use::Read).expect(sql);
        }
        let trigger =
            "create trigger t after insert on a begin update b set x = case when 1 then 2 end; delete from c; end;";
        of(trigger, Sqlite, Use::Change).expect(trigger);
    }

    #[test]
    fn more_than_one_statement_is_refused_and_so_is_none() {
        use System::{MySql, Postgres, Sqlite};
        for (system, sql) in [
            (Postgres, "select 1; select 2"),
            (Postgres, "select E'\\''; drop table t; --'"),
            (Postgres, "select 'a\\'; drop table t; --'"),
            (MySql, "select 1 /*! ; drop table t */"),
            (MySql, "select 1 --1; select 2"),
            (Sqlite, "select 1; -- one\n select 2"),
            (Sqlite, "create trigger t after insert on a begin select 1; end; drop table a"),
        ] {
            assert_eq!(of(sql, system, Use::Change).expect_err(sql).kind, FailureKind::Refused, "{sql}");
        }
        for sql in ["", " ; ", "-- select 1", "/* select 1"] {
            assert_eq!(of(sql, Postgres, Use::Read).expect_err(sql).kind, FailureKind::Invalid, "{sql}");
        }
    }

    #[test]
    fn what_plainly_destroys_is_known_as_such() {
        for sql in [
            "drop table t",
            "/* all of it */ TRUNCATE t",
            "delete from t",
            "delete from t using (select 1 where true) x",
            "with gone as (delete from t returning *) select * from gone where id > 1",
            "with x as (select 1 where true) delete from t",
            "alter table t drop column c",
        ] {
            let statement = of(sql, System::Postgres, Use::Change).expect(sql);
            assert_eq!(statement.effect(Effect::Change), Effect::Destroy, "{sql}");
        }
        for sql in [
            "delete from t where id = $1",
            "update t set name = 'drop table t'",
            "with gone as (delete from t where id = 1 returning *) select * from gone",
            "create table t (id int references u on delete cascade)",
            "insert into t values ('delete from t')",
        ] {
            let statement = of(sql, System::Postgres, Use::Change).expect(sql);
            assert_eq!(statement.effect(Effect::Change), Effect::Change, "{sql}");
        }
    }

    #[test]
    fn what_gets_around_the_transaction_the_promise_or_the_folder_is_refused() {
        use System::{MySql, Postgres, Sqlite};
        for (system, used, sql) in [
            (Postgres, Use::Read, "commit"),
            (Postgres, Use::Read, "insert into t values (1)"),
            (Postgres, Use::Read, "copy t to program 'sh'"),
            (Postgres, Use::Change, "prepare transaction 'x'"),
            (Postgres, Use::Ensure, "drop table if exists t"),
            (Postgres, Use::Change, "explain analyze delete from t"),
            (MySql, Use::Read, "select 1 into outfile '/tmp/x'"),
            (MySql, Use::Read, "call p()"),
            (MySql, Use::Step, "create table t (id int)"),
            (MySql, Use::Change, "execute hidden"),
            (Sqlite, Use::Change, "attach '/etc/x.db' as x"),
            (Sqlite, Use::Change, "vacuum into '/tmp/x'"),
        ] {
            assert_eq!(of(sql, system, used).expect_err(sql).kind, FailureKind::Refused, "{sql}");
        }
        assert!(of("select '⟦secret:env:X#n⟧'", Postgres, Use::Read).is_err());
    }
}
