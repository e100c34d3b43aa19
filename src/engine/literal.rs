//! A literal in a Rhai source, read token by token with the place of each key and value.
//!
//! The syntax tree folds a map of constants into one value and forgets the places inside, so the tokens are read instead, with
//! Rhai's own tokenizer: escapes, raw strings, comments and numbers are as the language has them.

use rhai::{Engine, Position, Token};

use super::written::{Entry, Problems, What, Written};
use crate::messages::header as messages;
use crate::model::place::Place;

/// How deep lists and maps may nest in the literal.
const DEPTH_MAX: usize = 16;

/// A token with its place; `width` is what its first line covers.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub token: Token,
    pub at: Position,
    pub width: usize,
}

/// All tokens of a text that is known to parse, also those inside interpolated strings.
pub(crate) fn pieces(engine: &Engine, text: &str) -> Vec<Piece> {
    let texts = [text];
    let (mut tokens, control) = engine.lex(&texts);
    let mut pieces = Vec::new();
    // Depth of braces, and at which depths an interpolation began: the parser, not the tokenizer, knows when a `}` goes back to
    // text, and tells it.
    let mut depth = 0_usize;
    let mut interpolations: Vec<usize> = Vec::new();
    while let Some((token, at)) = tokens.next() {
        let end = tokens.pos;
        let width = if end.line() == at.line() {
            (end.position().unwrap_or(0) + 1).saturating_sub(at.position().unwrap_or(0)).max(1)
        } else {
            1
        };
        match &token {
            Token::EOF | Token::LexError(_) => break,
            Token::InterpolatedString(_) => interpolations.push(depth),
            Token::LeftBrace | Token::MapStart => depth += 1,
            Token::RightBrace => {
                depth = depth.saturating_sub(1);
                if interpolations.last() == Some(&depth) {
                    interpolations.pop();
                    control.borrow_mut().is_within_text = true;
                }
            }
            _ => {}
        }
        pieces.push(Piece { token, at, width });
    }
    pieces
}

/// The literal that stands after `const NAME =`, where the name stands at `name_at`; what is no literal is reported.
/// `None` when there is no such place in the text.
pub(crate) fn read_after(pieces: &[Piece], name_at: Position, file: &str, problems: &mut Problems) -> Option<Written> {
    let start = pieces.iter().position(|piece| piece.at == name_at)?;
    let rest = pieces.get(start + 1..)?;
    let mut reader = Reader { pieces: rest, next: 0, file, problems };
    if !reader.eat(&Token::Equals) {
        let place = Place::new(file, name_at.line().unwrap_or(0), name_at.position().unwrap_or(0));
        let written = Written { what: What::Unit, place, width: "RUNBOOK".len() };
        problems.at(&written, messages::runbook_has_no_value(), messages::write_the_constant());
        return None;
    }
    Some(reader.value(0))
}

struct Reader<'a> {
    pieces: &'a [Piece],
    next: usize,
    file: &'a str,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.next)
    }

    fn peek_token(&self) -> Option<&Token> {
        self.peek().map(|piece| &piece.token)
    }

    fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek_token() == Some(token);
        self.next += usize::from(found);
        found
    }

    fn place(&self, piece: &Piece) -> Place {
        Place::new(self.file, piece.at.line().unwrap_or(0), piece.at.position().unwrap_or(0))
    }

    /// The value that begins here; afterwards the reader stands at the `,`, the closing bracket or the `;` behind it.
    fn value(&mut self, depth: usize) -> Written {
        let Some(first) = self.peek().cloned() else {
            return Written { what: What::Unreadable, place: Place::new(self.file, 0, 0), width: 1 };
        };
        let start = self.next;
        self.next += 1;
        let simple = match first.token {
            Token::IntegerConstant(number) => Some(What::Int(number)),
            Token::FloatConstant(ref number) => Some(What::Number(*number.0)),
            Token::StringConstant(ref text) => Some(What::Text(text.to_string())),
            Token::CharConstant(character) => Some(What::Text(character.to_string())),
            Token::True => Some(What::Bool(true)),
            Token::False => Some(What::Bool(false)),
            Token::Unit => Some(What::Unit),
            Token::Minus | Token::UnaryMinus => self.negative(),
            Token::LeftBracket if depth < DEPTH_MAX => Some(self.list(depth)),
            Token::MapStart if depth < DEPTH_MAX => Some(self.map(depth)),
            _ => None,
        };
        let (place, width) = (self.place(&first), first.width);
        match simple {
            Some(what) if self.at_end_of_value() => Written { what, place, width },
            _ => {
                self.next = start;
                let width = self.skip().max(width);
                let written = Written { what: What::Unreadable, place, width };
                let label = match first.token {
                    Token::InterpolatedString(_) => messages::in_quotes_a_name_stands_for_a_parameter(),
                    _ => messages::write_the_value_itself_here(),
                };
                self.problems.at(&written, messages::only_literals_may_stand_in_runbook(), label);
                written
            }
        }
    }

    fn negative(&mut self) -> Option<What> {
        let what = match self.peek_token()? {
            Token::IntegerConstant(number) => What::Int(number.checked_neg()?),
            Token::FloatConstant(number) => What::Number(-*number.0),
            _ => return None,
        };
        self.next += 1;
        Some(what)
    }

    fn at_end_of_value(&self) -> bool {
        matches!(
            self.peek_token(),
            None | Some(Token::Comma | Token::RightBrace | Token::RightBracket | Token::SemiColon)
        )
    }

    /// Skips an expression of any kind; returns how many characters of the first line it covers.
    fn skip(&mut self) -> usize {
        let (mut depth, mut width) = (0_usize, 0);
        let first = self.peek().map(|piece| piece.at).unwrap_or_default();
        while let Some(piece) = self.peek() {
            match piece.token {
                Token::Comma | Token::SemiColon | Token::RightBrace | Token::RightBracket | Token::RightParen
                    if depth == 0 =>
                {
                    break;
                }
                Token::LeftBrace | Token::MapStart | Token::LeftBracket | Token::LeftParen => depth += 1,
                Token::RightBrace | Token::RightBracket | Token::RightParen => depth -= 1,
                _ => {}
            }
            if piece.at.line() == first.line() {
                width = (piece.at.position().unwrap_or(0) + piece.width).saturating_sub(first.position().unwrap_or(0));
            }
            self.next += 1;
        }
        width
    }

    fn list(&mut self, depth: usize) -> What {
        let mut items = Vec::new();
        while self.peek().is_some() && !self.eat(&Token::RightBracket) {
            items.push(self.value(depth + 1));
            if !self.eat(&Token::Comma) && self.peek_token() != Some(&Token::RightBracket) {
                break;
            }
        }
        What::List(items)
    }

    fn map(&mut self, depth: usize) -> What {
        let mut entries = Vec::new();
        while let Some(piece) = self.peek().cloned() {
            self.next += 1;
            let key = match piece.token {
                Token::RightBrace => break,
                Token::Identifier(ref name) => name.to_string(),
                Token::StringConstant(ref name) => name.to_string(),
                Token::Reserved(ref name) => name.to_string(),
                ref keyword if keyword.is_literal() => keyword.literal_syntax().to_owned(),
                _ => break,
            };
            if !self.eat(&Token::Colon) {
                break;
            }
            let value = self.value(depth + 1);
            entries.push(Entry { key, place: self.place(&piece), width: piece.width, value });
            if !self.eat(&Token::Comma) && self.peek_token() != Some(&Token::RightBrace) {
                break;
            }
        }
        What::Map(entries)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::parser::parser;
    use crate::model::code::Code;
    use crate::model::value::Value;

    fn read(text: &str) -> (Option<Written>, Vec<String>) {
        let mut problems = Problems::new(Code::Metadata);
        let written = read_after(&pieces(&parser(), text), Position::new(1, 7), "t", &mut problems);
        (written, problems.into_sorted().into_iter().map(|problem| problem.message).collect())
    }

    /// What Rhai itself makes of the literal.
    fn evaluated(text: &str) -> rhai::Dynamic {
        parser().eval::<rhai::Dynamic>(&format!("{text}\nC")).expect("evaluates")
    }

    fn same(value: &Value, dynamic: &rhai::Dynamic) -> bool {
        match value {
            Value::Unit => dynamic.is_unit(),
            Value::Bool(flag) => dynamic.as_bool() == Ok(*flag),
            Value::Int(number) => dynamic.as_int() == Ok(*number),
            Value::Float(number) => dynamic.as_float().is_ok_and(|x| x.to_bits() == number.to_bits()),
            Value::Text(text) => dynamic.clone().into_string().as_ref() == Ok(text),
            Value::List(items) => dynamic.read_lock::<rhai::Array>().is_some_and(|array| {
                array.len() == items.len() && items.iter().zip(array.iter()).all(|(v, d)| same(v, d))
            }),
            Value::Map(map) => dynamic.read_lock::<rhai::Map>().is_some_and(|other| {
                other.len() == map.len()
                    && map.iter().all(|(key, v)| other.get(key.as_str()).is_some_and(|d| same(v, d)))
            }),
            _ => false,
        }
    }

    fn literal() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("()".to_owned()),
            any::<bool>().prop_map(|b| b.to_string()),
            any::<i64>()
                .prop_filter("Rhai has no literal for the least", |n| *n != i64::MIN)
                .prop_map(|n| n.to_string()),
            (-1e9..1e9).prop_map(|x: f64| format!("{x:?}")),
            "[a-z日本 \\\\\"${}/*]{0,8}".prop_map(|text| format!("{:?}", text)),
            "[a-z日本 {}/*]{0,8}".prop_map(|text| format!("`{text}`")),
            "[a-z\\\\$]{0,6}".prop_map(|text| format!("#\"{text}\"#")),
            Just("/* `${ */ 0xff".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" ,\n"))),
                proptest::collection::btree_map("[a-z]{9}", inner, 0..4).prop_map(|map| {
                    let entries: Vec<_> = map.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                    format!("#{{ {} }}", entries.join(", // comment }\n"))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_literal_means_what_it_means_to_rhai(literal in literal()) {
            let text = format!("const C = {literal};");
            let (written, problems) = read(&text);
            prop_assert_eq!(problems, Vec::<String>::new());
            let value = written.and_then(|written| written.value()).expect("a value");
            prop_assert!(same(&value, &evaluated(&text)), "{:?} {:?}", value, evaluated(&text));
        }
    }

    #[test]
    fn places_are_in_characters_and_widths_as_written() {
        let (written, _) = read("const C = #{ \"日本\": `語`, b: \"\\n\" };");
        let What::Map(entries) = written.expect("a value").what else { panic!("a map") };
        let seen: Vec<_> =
            entries.iter().map(|e| (e.place.column, e.width, e.value.place.column, e.value.width)).collect();
        assert_eq!(seen, [(14, 4, 20, 3), (25, 1, 28, 4)]);
    }

    #[test]
    fn each_expression_is_reported_once_and_what_follows_is_still_read() {
        let (written, problems) =
            read("const C = #{ a: f(1, [2]), b: `x${ `y${1}` + #{c: 1}.c }z`, d: 1 + 2, e: [g(), 5], f: |x| x };");
        assert_eq!(problems.len(), 5);
        let What::Map(entries) = written.expect("a value").what else { panic!("a map") };
        assert_eq!(entries.iter().map(|e| e.key.as_str()).collect::<String>(), "abdef");
        let What::List(items) = &entries[3].value.what else { panic!("a list") };
        assert_eq!(items[1].what, What::Int(5));
    }

    #[test]
    fn a_literal_that_nests_too_deep_is_reported_not_followed() {
        let text = format!("const C = {}1{};", "[".repeat(60), "]".repeat(60));
        assert_eq!(read(&text).1.len(), 1);
    }
}
