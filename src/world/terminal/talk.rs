//! One question on the terminal: a line to type, or one of several to choose, until it is answered, stopped or taken back.
//!
//! Every loop here ends on the run's cancel token within 100 ms, which is why it is not a prompt library's: those block in
//! their read and can't be taken back.

use std::fs::File;
use std::io;

use crossterm::event::{KeyCode, KeyModifiers};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::keys::{Heard, Keyboard};
use super::line::Line;
use super::looks::Looks;
use super::region::Region;
use super::screen::Screen;
use crate::messages::questions as messages;
use crate::world::escape;
use crate::world::person::Answer;
use crate::world::width::{truncate, width, wrap};

/// The columns that must be left for typing beside a label.
const TYPING_MIN: usize = 12;
/// How many choices are shown at once.
const CHOICES_MAX: usize = 10;

/// How what is typed is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Echo {
    /// As it is.
    Shown,
    /// Not at all.
    Hidden,
}

/// A line to be typed.
pub(super) struct Wanted<'a> {
    /// What stands before the cursor; ours, or escaped.
    pub(super) label: &'a str,
    /// What stands below.
    pub(super) help: &'a str,
    /// How it is shown.
    pub(super) echo: Echo,
    /// Whether it may come from the clipboard.
    pub(super) pasting: bool,
}

/// A conversation about one question.
pub(super) struct Talk<'a> {
    screen: &'a Screen,
    region: Region,
    keyboard: Keyboard,
    cancel: &'a CancellationToken,
}

impl<'a> Talk<'a> {
    /// Begins a conversation on the terminal of this process.
    ///
    /// # Errors
    /// No terminal, or one that went away.
    pub(super) fn begin(screen: &'a Screen, cancel: &'a CancellationToken) -> io::Result<Self> {
        let terminal = File::options().read(true).write(true).open("/dev/tty")?;
        let region = Region::new(terminal.try_clone()?);
        let keyboard = Keyboard::take(terminal)?;
        Ok(Talk { screen, region, keyboard, cancel })
    }

    /// How things look.
    pub(super) fn looks(&self) -> Looks {
        self.screen.looks()
    }

    /// Writes lines that stay, each as it is.
    pub(super) fn say(&mut self, lines: &[String]) {
        let columns = self.screen.columns();
        self.region.leave(lines, columns);
    }

    /// Writes foreign `text` that stays, every line of it behind `gutter`.
    pub(super) fn quote(&mut self, text: &str, gutter: &str) {
        let room = self.room().saturating_sub(width(gutter));
        let lines: Vec<String> = escape::lines(text)
            .flat_map(|line| wrap(&line, room))
            .map(|line| format!("{gutter}{line}").trim_end().to_owned())
            .collect();
        self.say(&lines);
    }

    /// Writes a question that is foreign text, and returns what is left of it as a label before the cursor, ending with `ask`.
    pub(super) fn question(&mut self, mark: &str, text: &str, ask: &str) -> String {
        let room = self.room();
        let indent = " ".repeat(width(mark) + 1);
        let lines = escape::lines(text).flat_map(|line| wrap(&line, room.saturating_sub(indent.len())));
        let mut lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
        for (n, line) in lines.iter_mut().enumerate() {
            *line = format!("{}{line}", if n == 0 { format!("{mark} ") } else { indent.clone() }).trim_end().to_owned();
        }
        let beside = lines.last().map_or(0, |line| width(line)) + 1 + width(ask) + TYPING_MIN <= room;
        let last = if beside { lines.pop() } else { None };
        self.say(&lines);
        match last {
            Some(last) => format!("{last} {ask}"),
            None => format!("{indent}{ask}"),
        }
    }

    /// Has a line typed.
    ///
    /// # Errors
    /// The answer that ends the question without one.
    pub(super) fn line(&mut self, wanted: &Wanted<'_>) -> Result<Zeroizing<String>, Answer> {
        self.keyboard.discard().map_err(|_| Answer::Nobody)?;
        let mut line = Line::default();
        loop {
            self.draw_line(wanted, &line);
            match self.keyboard.hear(self.cancel) {
                Heard::Key(KeyCode::Enter, _) => {
                    let shown = match wanted.echo {
                        Echo::Shown => escape::line(line.text()).into_owned(),
                        Echo::Hidden => "***".to_owned(),
                    };
                    self.leave(wanted.label, &shown);
                    return Ok(Zeroizing::new(line.text().to_owned()));
                }
                Heard::Key(KeyCode::Char('d'), KeyModifiers::CONTROL) if line.is_empty() => {
                    return Err(self.stopped(wanted.label));
                }
                Heard::Key(KeyCode::Char('c'), KeyModifiers::CONTROL) => return Err(self.stopped(wanted.label)),
                Heard::Key(code, modifiers) => {
                    line.press(code, modifiers);
                }
                Heard::Pasted(text) if wanted.pasting => line.insert(&Zeroizing::new(text)),
                Heard::Pasted(_) | Heard::Resized => {}
                Heard::Continued => self.region.forget(),
                Heard::Withdrawn => return Err(self.withdrawn(wanted.label)),
                Heard::Gone => return Err(Answer::Nobody),
            }
        }
    }

    /// Has one of `options` chosen, by its index; a `last` one is always on the screen and has the index after theirs.
    ///
    /// # Errors
    /// The answer that ends the question without one.
    pub(super) fn choose(&mut self, label: &str, options: &[String], last: Option<&str>) -> Result<usize, Answer> {
        self.keyboard.discard().map_err(|_| Answer::Nobody)?;
        let mut filter = Line::default();
        let mut selected = Some(0);
        loop {
            let matching = matching(options, filter.text());
            let mut listed = matching.clone();
            listed.extend(last.map(|_| options.len()));
            self.draw_choices(label, &filter, &Choices { options, matching: &matching, last, selected });
            match self.keyboard.hear(self.cancel) {
                Heard::Key(KeyCode::Enter, _) => {
                    if let Some(index) = selected.and_then(|selected: usize| listed.get(selected)) {
                        let chosen = options.get(*index).map(String::as_str).or(last).unwrap_or_default();
                        self.leave(label, &escape::line(chosen));
                        return Ok(*index);
                    }
                }
                Heard::Key(KeyCode::Char('c'), KeyModifiers::CONTROL) => return Err(self.stopped(label)),
                Heard::Key(KeyCode::Char('d'), KeyModifiers::CONTROL) if filter.is_empty() => {
                    return Err(self.stopped(label));
                }
                Heard::Key(KeyCode::Up | KeyCode::BackTab, _)
                | Heard::Key(KeyCode::Char('p'), KeyModifiers::CONTROL) => {
                    selected = Some(selected.unwrap_or(1).checked_sub(1).unwrap_or(listed.len().saturating_sub(1)));
                }
                Heard::Key(KeyCode::Down | KeyCode::Tab, _) | Heard::Key(KeyCode::Char('n'), KeyModifiers::CONTROL) => {
                    selected = Some(selected.map_or(0, |selected| (selected + 1) % listed.len().max(1)));
                }
                Heard::Key(KeyCode::Esc, _) => {
                    filter.clear();
                    selected = Some(0);
                }
                Heard::Key(code, modifiers) => {
                    let before = filter.text().to_owned();
                    filter.press(code, modifiers);
                    if filter.text() != before {
                        // Where nothing matches, Enter must not take what the person did not look at.
                        selected = (!self::matching(options, filter.text()).is_empty()).then_some(0);
                    }
                }
                Heard::Pasted(text) => {
                    filter.insert(&text);
                    selected = (!self::matching(options, filter.text()).is_empty()).then_some(0);
                }
                Heard::Resized => {}
                Heard::Continued => self.region.forget(),
                Heard::Withdrawn => return Err(self.withdrawn(label)),
                Heard::Gone => return Err(Answer::Nobody),
            }
        }
    }

    fn draw_line(&mut self, wanted: &Wanted<'_>, line: &Line) {
        let columns = self.screen.columns();
        let room = self.room();
        let label = truncate(wanted.label, room.saturating_sub(TYPING_MIN), self.looks().ellipsis());
        let (typed, cursor) = match wanted.echo {
            Echo::Shown => line.window(room - width(&label)),
            Echo::Hidden => (String::new(), 0),
        };
        let column = width(&label) + cursor;
        let mut lines = vec![format!("{}{typed}", self.looks().strong(&label))];
        if !wanted.help.is_empty() {
            lines.push(self.faint(wanted.help));
        }
        self.region.draw(&lines, (0, column), columns);
    }

    fn draw_choices(&mut self, label: &str, filter: &Line, choices: &Choices<'_>) {
        let columns = self.screen.columns();
        let room = self.room();
        let looks = self.looks();
        let label = truncate(label, room.saturating_sub(TYPING_MIN), looks.ellipsis());
        let (typed, cursor) = filter.window(room - width(&label));
        let column = width(&label) + cursor;
        let mut lines = vec![format!("{}{typed}", looks.strong(&label))];
        let option = |index: usize, text: &str| {
            let chosen = choices.selected == Some(index);
            let text = escape::line(text);
            let text = truncate(&text, room - 2, looks.ellipsis());
            if chosen { looks.strong(&format!("> {text}")) } else { format!("  {text}") }
        };
        // Above, below and beside the choices: the label, the last one, what is left out, the help.
        let shown = CHOICES_MAX.min(self.screen.rows().saturating_sub(5)).max(1);
        let count = choices.matching.len();
        let from = choices.selected.unwrap_or(0).min(count.saturating_sub(1)).saturating_sub(shown - 1);
        for (place, index) in choices.matching.iter().enumerate().skip(from).take(shown) {
            if let Some(text) = choices.options.get(*index) {
                lines.push(option(place, text));
            }
        }
        if count > shown {
            let words = messages::more_with_the_arrows_or_by_typing();
            lines.push(self.faint(&format!("  {} {} {words}", looks.ellipsis(), count - shown)));
        }
        if let Some(last) = choices.last {
            lines.push(option(count, last));
        }
        let help = if looks.ascii { messages::arrows_in_ascii() } else { messages::arrows() };
        lines.push(self.faint(&help));
        self.region.draw(&lines, (0, column), columns);
    }

    /// Leaves a question with its answer on the screen.
    fn leave(&mut self, label: &str, answer: &str) {
        let columns = self.screen.columns();
        let line = format!("{} {answer}", label.trim_end());
        let lines = wrap(&line, self.room());
        self.region.leave(&lines, columns);
    }

    fn stopped(&mut self, label: &str) -> Answer {
        let words = messages::stopped();
        self.leave(label, &words);
        Answer::Stop
    }

    fn withdrawn(&mut self, label: &str) -> Answer {
        let words = messages::taken_back();
        self.leave(label, &words);
        Answer::Withdrawn
    }

    fn faint(&self, text: &str) -> String {
        self.looks().faint(&truncate(text, self.room(), self.looks().ellipsis()))
    }

    /// The columns that are drawn on: one less than there are, since a full line may wrap.
    fn room(&self) -> usize {
        self.screen.columns().saturating_sub(1)
    }
}

struct Choices<'a> {
    options: &'a [String],
    matching: &'a [usize],
    last: Option<&'a str>,
    selected: Option<usize>,
}

/// The options that hold every word of `filter`, whatever its case.
fn matching(options: &[String], filter: &str) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let holds = |option: &String| {
        let option = option.to_lowercase();
        words.iter().all(|word| option.contains(word))
    };
    options.iter().enumerate().filter(|(_, option)| holds(option)).map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_filters_by_every_word_in_any_language() {
        let options = ["Roll back web:87", "CI にイメージの再プッシュを依頼する", "show more logs"].map(str::to_owned);
        for (filter, found) in
            [("", vec![0, 1, 2]), ("イメージ", vec![1]), ("BACK web", vec![0]), ("o", vec![0, 2]), ("zzz", vec![])]
        {
            assert_eq!(matching(&options, filter), found, "{filter}");
        }
    }
}
