//! One step of the tree, with what is known of it and how it is written down.

use std::time::Duration;

use jiff::Timestamp;

use super::words::{badge, person_badge, so_far};
use crate::model::duration;
use crate::model::effect::Effect;
use crate::model::scope::ScopePath;
use crate::world::terminal::Looks;
use crate::world::width::{pad, pad_left, truncate, width, wrap};

/// The widest line that is drawn, in columns: what is copied from here fits anywhere.
pub(super) const WIDTH_MAX: usize = 80;
const BADGE: usize = 6;
const TIME: usize = 7;
/// The columns a detail needs to stand beside its title rather than below.
const DETAIL_MIN: usize = 16;
/// How many rows a detail below its title may take.
const DETAIL_ROWS_MAX: usize = 3;

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Running,
    Done,
    Failed,
    Skipped,
    Paused,
    InDoubt,
    Replayed,
    /// In a plan: would be done.
    ToCome,
    /// A remark.
    Said,
}

/// One line of the tree, and the lines under it. All text in it was escaped before.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) scope: ScopePath,
    /// What tells a call in the script's own scope from others.
    pub(super) key: String,
    pub(super) title: String,
    pub(super) standing: Standing,
    pub(super) effect: Option<Effect>,
    pub(super) asks_person: bool,
    pub(super) begun: Option<Timestamp>,
    pub(super) took: Option<Duration>,
    /// What goes on in it, or what came of it.
    pub(super) detail: String,
    /// Whether a call in it is in doubt.
    pub(super) doubt: bool,
    pub(super) children: Vec<Node>,
}

impl Node {
    pub(super) fn new(scope: ScopePath, title: String, begun: Option<Timestamp>) -> Self {
        Node {
            scope,
            key: String::new(),
            title,
            standing: Standing::Running,
            effect: None,
            asks_person: false,
            begun,
            took: None,
            detail: String::new(),
            doubt: false,
            children: Vec::new(),
        }
    }

    /// A remark.
    pub(super) fn said(text: String) -> Self {
        Node { standing: Standing::Said, ..Node::new(ScopePath::root(), text, None) }
    }

    pub(super) fn is_over(&self) -> bool {
        !matches!(self.standing, Standing::Running)
    }

    /// The gravest effect of it and what is in it.
    fn gravest(&self) -> Option<Effect> {
        self.children.iter().filter_map(Node::gravest).chain(self.effect).max()
    }

    fn has_person(&self) -> bool {
        self.asks_person || self.children.iter().any(Node::has_person)
    }

    /// Ends it, and what is still going on in it, as `standing`.
    pub(super) fn end(&mut self, standing: Standing, took: Option<Duration>) {
        for child in self.children.iter_mut().filter(|child| !child.is_over()) {
            child.end(standing, None);
        }
        self.standing = standing;
        self.took = took.or(self.took);
    }

    /// Its lines and those under it, `depth` steps in.
    pub(super) fn rows(&self, depth: usize, looks: &Looks, columns: usize, now: Timestamp) -> Vec<String> {
        let whole = columns.saturating_sub(1).min(WIDTH_MAX);
        // Deep nesting must leave room to read.
        let indent = (2 + 2 * depth).min(whole / 3);
        let mut rows = Vec::new();
        if self.standing == Standing::Said {
            let mark = looks.pick("·", "-");
            for (n, line) in wrap(&self.title, whole - indent - 2).into_iter().enumerate() {
                let mark = if n == 0 { mark } else { " " };
                rows.push(format!("{}{} {line}", " ".repeat(indent), looks.faint(mark)).trim_end().to_owned());
            }
            return rows;
        }
        let room = whole - indent - 2 - 1 - BADGE - 1 - TIME;
        let title = truncate(&self.title, room, looks.ellipsis());
        let dash = looks.pick(" — ", " - ");
        let beside = room.saturating_sub(width(&title) + 3);
        let fits =
            !self.detail.is_empty() && (beside >= width(&self.detail) || (beside >= DETAIL_MIN && !self.is_over()));
        let detail =
            if fits { format!("{dash}{}", truncate(&self.detail, beside, looks.ellipsis())) } else { String::new() };
        let gap = " ".repeat(room.saturating_sub(width(&title) + width(&detail)));
        let right = format!("{} {}", pad(&self.badge(), BADGE), pad_left(&self.time(now), TIME));
        let row = format!("{}{} {title}{}{gap} {right}", " ".repeat(indent), self.glyph(looks), looks.faint(&detail));
        rows.push(row.trim_end().to_owned());
        if !self.detail.is_empty() && !fits {
            let room = whole - indent - 2;
            let lines = wrap(&self.detail, room);
            let cut = lines.len() > DETAIL_ROWS_MAX;
            let kept = if self.is_over() { DETAIL_ROWS_MAX } else { 1 };
            for (n, line) in lines.into_iter().enumerate().take(kept) {
                let line = if cut && n + 1 == kept {
                    truncate(&format!("{line}{}", looks.ellipsis()), room, looks.ellipsis()).into_owned()
                } else {
                    line
                };
                rows.push(format!("{}{}", " ".repeat(indent + 2), looks.faint(line.trim_end())));
            }
        }
        for child in &self.children {
            rows.extend(child.rows(depth + 1, looks, columns, now));
        }
        rows
    }

    fn badge(&self) -> String {
        match self.gravest() {
            None | Some(Effect::Read) if self.has_person() => person_badge(),
            Some(effect) => badge(effect),
            None => String::new(),
        }
    }

    fn time(&self, now: Timestamp) -> String {
        match (self.took, self.begun) {
            (Some(took), _) => duration::say(took),
            (None, Some(begun)) if self.standing == Standing::Running => {
                so_far(Duration::try_from(now.duration_since(begun)).unwrap_or_default())
            }
            _ => String::new(),
        }
    }

    fn glyph(&self, looks: &Looks) -> String {
        match self.standing {
            Standing::Running => looks.notable(looks.pick("●", "*")),
            Standing::Done => looks.good(looks.pick("✓", "+")),
            Standing::Failed => looks.bad(looks.pick("✗", "x")),
            Standing::Skipped => looks.faint(looks.pick("↷", ">")),
            Standing::Paused => looks.notable(looks.pick("⏸", "=")),
            Standing::InDoubt => looks.bad("?"),
            Standing::Replayed => looks.faint(looks.pick("↺", "<")),
            Standing::ToCome => looks.faint(looks.pick("○", "o")),
            Standing::Said => String::new(),
        }
    }
}
