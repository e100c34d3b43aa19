//! The `[policy]` table of a user, a project or an environment. Read here only; what comes of it is decided in `policy`.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::written::{Fields, Problems, What, Written, quoted};
use crate::messages::policy as messages;
use crate::messages::project;
use crate::model::diagnostic::did_you_mean;
use crate::model::effect::Effect;
use crate::model::permission::Permission;
use crate::policy::{Freeze, Policy, Program};

/// Reads the `policy` table among `fields`, if there is one.
pub(crate) fn read(fields: &mut Fields, problems: &mut Problems) -> Policy {
    let Some(written) = fields.any("policy") else {
        return Policy::default();
    };
    let Some(mut fields) = Fields::of(written, "`policy`", problems) else {
        return Policy::default();
    };
    let confirm = read_effects("confirm", &mut fields, problems);
    let approve = read_effects("approve", &mut fields, problems);
    let deny = read_deny(&mut fields, problems);
    let programs = read_programs(&mut fields, problems);
    let frozen = read_frozen(&mut fields, problems);
    fields.finish(problems);
    Policy { confirm, approve, deny, programs: programs.into_iter().collect(), frozen }
}

fn read_effects(key: &'static str, fields: &mut Fields, problems: &mut Problems) -> BTreeSet<Effect> {
    let writes: Vec<Effect> = Effect::ALL.into_iter().filter(|effect| effect.is_write()).collect();
    let texts = fields.texts(key, problems);
    texts.into_iter().filter_map(|(word, at)| effect(word, at, key, &writes, problems)).collect()
}

fn effect(word: &str, at: &Written, key: &str, known: &[Effect], problems: &mut Problems) -> Option<Effect> {
    let found = known.iter().copied().find(|effect| effect.word() == word);
    if found.is_none() {
        let words: Vec<&str> = known.iter().copied().map(Effect::word).collect();
        let hint = match did_you_mean(word, words.iter().copied()) {
            Some(word) => project::did_you_mean(word),
            None => project::possible_are(quoted(&words)),
        };
        problems.at(at, project::cannot_hold(key, word), hint);
    }
    found
}

fn read_deny(fields: &mut Fields, problems: &mut Problems) -> Vec<Permission> {
    let mut deny = Vec::new();
    for (line, at) in fields.texts("deny", problems) {
        match Permission::parse(line) {
            Ok(line) => deny.push(line),
            Err(error) => problems.at(at, messages::no_line(line), error.to_string()),
        }
    }
    deny
}

/// The programs that may be started; nothing when there is no list, which is other than an empty one.
fn read_programs(fields: &mut Fields, problems: &mut Problems) -> Option<Vec<Program>> {
    let written = fields.any("programs")?;
    let What::Map(entries) = &written.what else {
        problems.at(written, messages::programs_are_a_table(written.kind()), messages::such_as_a_program());
        return Some(Vec::new());
    };
    let mut programs = Vec::new();
    for entry in entries {
        let What::Text(word) = &entry.value.what else {
            problems.at(
                &entry.value,
                messages::programs_are_a_table(entry.value.kind()),
                messages::such_as_a_program(),
            );
            continue;
        };
        let found = effect(word, &entry.value, "programs", &Effect::ALL, problems);
        let line = Permission::parse(&format!("process:* {}", entry.key));
        if let (Some(effect), Ok(line)) = (found, line) {
            programs.push(Program { line, effect });
        }
    }
    Some(programs)
}

fn read_frozen(fields: &mut Fields, problems: &mut Problems) -> Vec<Freeze> {
    let Some(written) = fields.any("frozen") else {
        return Vec::new();
    };
    let What::List(items) = &written.what else {
        problems.at(written, messages::frozen_is_a_list(written.kind()), messages::such_as_a_freeze());
        return Vec::new();
    };
    let mut frozen = Vec::new();
    for item in items {
        let Some(mut fields) = Fields::of(item, "`frozen`", problems) else { continue };
        let from = read_time("from", item, &mut fields, problems);
        let until = read_time("until", item, &mut fields, problems);
        let reason = fields.text("reason", problems).map(|(text, _)| text.to_owned()).unwrap_or_default();
        fields.finish(problems);
        match (from, until) {
            (Some(from), Some(until)) if until <= from => {
                problems.at(item, messages::freeze_ends_first(), messages::such_as_a_freeze());
            }
            (Some(from), Some(until)) => frozen.push(Freeze { from, until, reason }),
            _ => {}
        }
    }
    frozen
}

fn read_time(key: &'static str, of: &Written, fields: &mut Fields, problems: &mut Problems) -> Option<Timestamp> {
    let Some((text, at)) = fields.text(key, problems) else {
        problems.at(of, messages::freeze_needs(key), messages::such_as_a_freeze());
        return None;
    };
    let time = text.parse().ok();
    if time.is_none() {
        problems.at(at, messages::no_time(text), messages::such_as_a_freeze());
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::toml_text;
    use crate::model::code::Code;

    fn read_text(text: &str) -> (Policy, Vec<String>) {
        let mut problems = Problems::new(Code::Configuration);
        let written = toml_text::read(text, "t.toml", &mut problems);
        let mut fields = Fields::of(&written, "the file", &mut problems).expect("a table");
        let policy = read(&mut fields, &mut problems);
        let told = problems.into_sorted();
        (policy, told.iter().map(|it| format!("{} {}", it.place().expect("a place"), it.message)).collect())
    }

    #[test]
    fn a_policy_is_read_whole() {
        let (policy, told) = read_text(
            r#"
            [policy]
            confirm = ["change"]
            deny = ["process:* kubectl delete *", "http:delete https://*/*"]
            frozen = [{ from = 2026-12-28T00:00:00+09:00, until = "2027-01-05T00:00:00+09:00", reason = "year end" }]
            [policy.programs]
            "terragrunt destroy *" = "destroy"
            "git status" = "read"
            "#,
        );
        assert_eq!(told, [] as [&str; 0]);
        assert_eq!((policy.deny.len(), policy.programs[0].len(), policy.frozen.len()), (2, 2, 1));
        assert_eq!(policy.frozen[0].from.to_string(), "2026-12-27T15:00:00Z");
        assert_eq!(policy.programs[0][0].effect, Effect::Destroy);
    }

    #[test]
    fn an_empty_list_of_programs_lets_none_start() {
        assert_eq!(read_text("[policy.programs]").0.programs, [[] as [Program; 0]]);
        assert_eq!(read_text("[policy]").0.programs.len(), 0);
    }

    #[test]
    fn every_mistake_is_told() {
        let (_, told) = read_text(
            r#"
            [policy]
            confirm = ["chnge"]
            deny = ["rm"]
            frozen = [{ from = "soon", until = "2027-01-05T00:00:00+09:00" }, { until = "2027-01-05T00:00:00Z" }]
            programs = { rm = "never", ls = 3 }
            "#,
        );
        insta::assert_snapshot!(told.join("\n"));
    }
}
