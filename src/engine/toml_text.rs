//! TOML files with the place of every key and value: environments and the project's settings. What their keys mean is for those
//! who read them.

use std::ops::Range;

use toml::de::{DeInteger, DeTable, DeValue};

use super::written::{Entry, Problems, What, Written};
use crate::messages::header as messages;
use crate::model::diagnostic::Diagnostic;
use crate::model::place::Place;

/// Reads a whole file; all syntax errors go to `problems`, and what could be read all the same is given back.
pub(crate) fn read(text: &str, file: &str, problems: &mut Problems) -> Written {
    let source = Source { text, file };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let (place, width) = source.place(error.span().unwrap_or_default());
        problems.push(Diagnostic::error(problems.code(), error.message().to_owned()).at(place, width, ""));
    }
    Written { what: source.table(table.get_ref(), problems), place: Place::new(file, 1, 1), width: 1 }
}

struct Source<'a> {
    text: &'a str,
    file: &'a str,
}

impl Source<'_> {
    /// Line and column in characters, and how much of the first line the bytes cover.
    fn place(&self, span: Range<usize>) -> (Place, usize) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let covered = self.text.get(span).unwrap_or_default();
        let width = covered.lines().next().unwrap_or_default().chars().count().max(1);
        (Place::new(self.file, line, column), width)
    }

    fn table(&self, table: &DeTable, problems: &mut Problems) -> What {
        let entries = table.iter().map(|(key, value)| {
            let (place, width) = self.place(key.span());
            let value = self.value(value.get_ref(), value.span(), problems);
            Entry { key: key.get_ref().to_string(), place, width, value }
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by(|a, b| a.place.cmp(&b.place));
        What::Map(entries)
    }

    fn value(&self, value: &DeValue, span: Range<usize>, problems: &mut Problems) -> Written {
        let (place, width) = self.place(span);
        let what = match value {
            DeValue::String(text) => What::Text(text.to_string()),
            DeValue::Integer(number) => self.number(integer(number), number, &place, width, problems),
            DeValue::Float(number) => self.number(float(number.as_str()), number, &place, width, problems),
            DeValue::Boolean(flag) => What::Bool(*flag),
            DeValue::Datetime(time) => What::Text(time.to_string()),
            DeValue::Array(items) => {
                What::List(items.iter().map(|item| self.value(item.get_ref(), item.span(), problems)).collect())
            }
            DeValue::Table(table) => self.table(table, problems),
        };
        Written { what, place, width }
    }

    fn number(
        &self,
        what: Option<What>,
        shown: &dyn std::fmt::Display,
        place: &Place,
        width: usize,
        problems: &mut Problems,
    ) -> What {
        what.unwrap_or_else(|| {
            let written = Written { what: What::Unreadable, place: place.clone(), width };
            problems.at(&written, messages::the_number_does_not_fit_bits(shown), "");
            What::Unreadable
        })
    }
}

fn integer(number: &DeInteger) -> Option<What> {
    i64::from_str_radix(number.as_str(), number.radix()).ok().map(What::Int)
}

fn float(text: &str) -> Option<What> {
    text.parse().ok().map(What::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code::Code;

    #[test]
    fn places_count_characters_and_values_keep_their_types() {
        let mut problems = Problems::new(Code::EnvironmentFile);
        let text = "\"日本\" = \"語\" # c\n[a.b]\nx = 0x_f\ny = [1.5, inf]\r\nz = {t = 2026-01-02T03:04:05Z}\n";
        let text = text.replace("0x_f", "0xf_f");
        let written = read(&text, "t.toml", &mut problems);
        assert!(problems.is_empty());
        let What::Map(entries) = &written.what else { panic!("a table") };
        assert_eq!((entries[0].place.column, entries[0].width, entries[0].value.place.column), (1, 4, 8));
        let shown = written.value().expect("all literal").to_json().to_string();
        assert_eq!(
            shown,
            r#"{"a":{"b":{"x":255,"y":[1.5,{"$float":"inf"}],"z":{"t":"2026-01-02T03:04:05Z"}}},"日本":"語"}"#
        );
    }

    #[test]
    fn every_syntax_error_is_told_with_its_place_and_numbers_past_64_bits_are_errors() {
        let mut problems = Problems::new(Code::EnvironmentFile);
        read("a = \nb = 1\nb = 2\nc = 99999999999999999999\n", "t.toml", &mut problems);
        let places: Vec<_> = problems
            .into_sorted()
            .iter()
            .map(|problem| format!("{} {}", problem.place().expect("a place"), problem.message))
            .collect();
        insta::assert_snapshot!(places.join("\n"), @r#"
        t.toml:1:5 string values must be quoted, expected literal string
        t.toml:3:1 duplicate key
        t.toml:4:5 the number `99999999999999999999` does not fit 64 bits
        "#);
    }
}
