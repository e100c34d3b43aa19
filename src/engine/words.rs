//! The words that the engine itself gives a script: functions such as `step`, and the constants `params` and `run`. One table,
//! for registration, check and manual. Host functions are declared in `bindings` instead.

/// A function of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its name: `step`, `time::sleep`.
    pub name: &'static str,
    /// The names of its arguments, once for each way to call it.
    pub forms: &'static [&'static [&'static str]],
    /// Which argument runs when: see [`Closures`].
    pub closures: Closures,
    /// What it does, in one line.
    pub summary: &'static str,
}

/// Where a function takes closures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closures {
    /// Nowhere.
    None,
    /// As these arguments, counted from 0.
    At(&'static [usize]),
    /// As the values of the map that is its only argument.
    Values,
}

impl Word {
    /// How it is called: `step(name, closure)`.
    #[must_use]
    pub fn form(&self) -> String {
        let forms: Vec<String> = self.forms.iter().map(|form| format!("{}({})", self.name, form.join(", "))).collect();
        forms.join(" or ")
    }

    /// What its options are called; nothing for a function that has none.
    #[must_use]
    pub fn options(&self) -> &'static [&'static str] {
        match self.name {
            "retry" => RETRY_OPTIONS,
            "wait_until" => WAIT_OPTIONS,
            _ => &[],
        }
    }

    /// Whether it can be called with that many arguments.
    #[must_use]
    pub fn takes(&self, arguments: usize) -> bool {
        self.forms.iter().any(|form| form.len() == arguments)
    }
}

/// The options of `retry`.
pub const RETRY_OPTIONS: &[&str] = &["times", "backoff"];

/// The options of `wait_until`.
pub const WAIT_OPTIONS: &[&str] = &["what", "every", "timeout"];

/// The functions of the engine, in the order in which a manual shows them.
pub const WORDS: &[Word] = &[
    Word {
        name: "step",
        forms: &[&["name", "closure"]],
        closures: Closures::At(&[1]),
        summary: "runs a named part of the run; once finished it never runs again, and its value is remembered",
    },
    Word {
        name: "parallel",
        forms: &[&["branches"]],
        closures: Closures::Values,
        summary: "runs the closures of a map side by side, each as a step, and returns a map of their values",
    },
    Word {
        name: "parallel_map",
        forms: &[&["list", "closure"]],
        closures: Closures::At(&[1]),
        summary: "runs a closure for each item of a list side by side, each as a step named by its item",
    },
    Word {
        name: "retry",
        forms: &[&["options", "closure"]],
        closures: Closures::At(&[1]),
        summary: "runs a closure again when it fails, `times` at most, with `backoff` between attempts",
    },
    Word {
        name: "wait_until",
        forms: &[&["options", "closure"]],
        closures: Closures::At(&[1]),
        summary: "asks a closure `every` so often until it returns true, for `timeout` at most; it may only read",
    },
    Word {
        name: "not_yet",
        forms: &[&["text"]],
        closures: Closures::None,
        summary: "inside `wait_until`: what is waited for has not come, and this is how it stands",
    },
    Word {
        name: "hold",
        forms: &[&["name", "open", "close"]],
        closures: Closures::At(&[1, 2]),
        summary: "opens something and closes it when the scope ends, however it ends",
    },
    Word {
        name: "cleanup",
        forms: &[&["name", "closure"]],
        closures: Closures::At(&[1]),
        summary: "runs a closure when the scope ends, however it ends",
    },
    Word {
        name: "undo",
        forms: &[&["name", "closure"]],
        closures: Closures::At(&[1]),
        summary: "says how to take back what this step did; offered when a later step fails",
    },
    Word {
        name: "attempt",
        forms: &[&["closure"]],
        closures: Closures::At(&[0]),
        summary: "runs a closure and returns its value or its error, instead of failing",
    },
    Word { name: "log", forms: &[&["text"]], closures: Closures::None, summary: "tells the person who watches" },
    Word {
        name: "output",
        forms: &[&["value"]],
        closures: Closures::None,
        summary: "gives the result of the run, for standard output and for a calling runbook",
    },
    Word { name: "fail", forms: &[&["message"]], closures: Closures::None, summary: "fails the run with a message" },
    Word {
        name: "assert",
        forms: &[&["condition", "message"]],
        closures: Closures::None,
        summary: "fails the run with a message unless a condition is true",
    },
    Word {
        name: "time::sleep",
        forms: &[&["duration"]],
        closures: Closures::None,
        summary: "waits; the deadline survives a crash",
    },
    Word { name: "run::id", forms: &[&[]], closures: Closures::None, summary: "the id of this run" },
    Word { name: "run::started_at", forms: &[&[]], closures: Closures::None, summary: "when this run began" },
    Word {
        name: "runbook::run",
        forms: &[&["name", "params"]],
        closures: Closures::None,
        summary: "runs another runbook as a part of this run",
    },
];

/// The word of that name.
#[must_use]
pub fn word(name: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.name == name)
}

/// A constant that the engine puts into a script's scope. Functions of the script see only their own parameters, and modules
/// only what they define, so neither sees these.
pub const CONSTANTS: &[&str] = &["params", "run"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_once_and_its_closures_are_among_its_arguments() {
        let mut names: Vec<&str> = WORDS.iter().map(|word| word.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), WORDS.len());
        for word in WORDS {
            if let Closures::At(places) = word.closures {
                for form in word.forms {
                    assert!(places.iter().all(|place| *place < form.len()), "{}", word.name);
                }
            }
        }
        assert_eq!(word("hold").map(Word::form).as_deref(), Some("hold(name, open, close)"));
        assert!(word("step").is_some_and(|step| step.takes(2) && !step.takes(1)));
    }
}
