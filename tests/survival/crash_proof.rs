//! Every script is crashed before, inside and after every operation of journal and world, then resumed until it ends: the cloud
//! must be as after an undisturbed run, with no change and no destroy made twice.

use std::fmt::Write as _;

use runbook::model::effect::Effect;
use runbook::model::entry::Event;
use runbook::model::history::History;
use runbook::model::run::RunState;
use runbook::model::value::Value;
use runbook::world::person::{Answer, Question};

use crate::cloud::Cloud;
use crate::crash::Side;
use crate::functions::effect_of;
use crate::lab::Lab;
use crate::scripts::{SCRIPTS, Script};

/// Crashes that a run must survive within so many resumes.
const RESUMES: usize = 12;

/// The sample of second crashes is drawn with this, unless `RUNBOOK_SEED` says otherwise.
const SEED: u64 = 20_260_102;

/// A lab for the script, as it is before the run.
pub fn lab(script: &Script) -> Lab {
    let mut lab = Lab::new(script.text).module("crew", crate::scripts::MODULE);
    for (name, faults) in script.faults {
        lab.cloud().fault(name, faults);
    }
    for (name, values) in script.on_read {
        let values = values.iter().map(|number| Value::Int(*number)).collect();
        lab.cloud().on_read.insert((*name).to_owned(), values);
    }
    lab.params = Value::Map([("site".to_owned(), Value::from("tokyo"))].into());
    let cloud = std::sync::Arc::clone(&lab.cloud);
    lab.person.when(move |question| Some(answer(question, &cloud.lock().unwrap())));
    lab
}

/// The person knows what happened, because she looks at the cloud.
fn answer(question: &Question, cloud: &Cloud) -> Answer {
    match question {
        Question::Decide { shown, .. } => {
            let happened = cloud.done.iter().any(|done| {
                shown.iter().any(|line| line.contains(&done.function))
                    && shown.iter().any(|line| line.contains(&done.args))
            });
            Answer::Given(Value::Int(i64::from(!happened)))
        }
        Question::Confirm { .. } | Question::Approve { .. } => Answer::Given(Value::Bool(true)),
        Question::Choose { .. } => Answer::Given(Value::Int(1)),
        Question::Text { .. } | Question::Secret { .. } => Answer::Given(Value::from("typed")),
        Question::ByHand { .. } => Answer::Given(Value::Bool(true)),
    }
}

/// How a script ends when it is crashed there and resumed until it ends; and how many operations the last life but the
/// surviving one had.
pub fn play(lab: &Lab, crashes: &[(usize, Side)]) -> Result<Vec<usize>, String> {
    let mut crashes = crashes.iter().copied();
    let mut lives = Vec::new();
    let mut verdict = lab.begin(crashes.next());
    lives.push(lab.crash.operations());
    for _ in 0..RESUMES {
        if let Ok(verdict) = &verdict
            && !lab.crash.is_dead()
            && verdict.state == RunState::Done
        {
            return Ok(lives);
        }
        let begun = lab.backend.entries(&crate::lab::run_id(), 1).is_ok_and(|entries| !entries.is_empty());
        check_journal(lab)?;
        verdict = if begun { lab.take_up(crashes.next(), None) } else { lab.begin(crashes.next()) };
        lives.push(lab.crash.operations());
        if verdict.as_ref().is_err_and(|error| error.message.contains("it can't be taken up again")) {
            // It died after its end was stored.
            return Ok(lives);
        }
    }
    Err(format!("did not end within {RESUMES} resumes: {verdict:#?}"))
}

/// What is stored is a history that a run can have, and holds every read that a stored write came after.
fn check_journal(lab: &Lab) -> Result<(), String> {
    let Ok(entries) = lab.backend.entries(&crate::lab::run_id(), 1) else { return Ok(()) };
    if entries.is_empty() {
        return Ok(());
    }
    runbook::journal::verify(&crate::lab::run_id(), &entries)
        .map_err(|error| format!("the journal is damaged: {error}"))?;
    History::of(&entries).map(|_| ()).map_err(|error| format!("the journal is illegal: {error}"))
}

/// What must be the same however often a run is crashed.
#[derive(Debug, PartialEq)]
pub struct End {
    held: std::collections::BTreeMap<String, Value>,
    counts: std::collections::BTreeMap<String, usize>,
    twice: Vec<String>,
    owed: Vec<String>,
    value: Option<Value>,
}

pub fn end(script: &Script, lab: &Lab) -> End {
    let history = lab.history();
    let cloud = lab.cloud();
    let mut seen = std::collections::HashMap::new();
    for done in cloud.done.iter().filter(|done| effect_of(&done.function) > Effect::Ensure) {
        *seen.entry(done.token.clone()).or_insert(0) += 1;
    }
    let mut twice: Vec<String> = seen.into_iter().filter(|(_, times)| *times > 1).map(|(token, _)| token).collect();
    twice.sort();
    End {
        held: cloud.held.clone(),
        counts: cloud
            .counts()
            .into_iter()
            .filter(|(what, _)| !script.attempts_vary || !what.starts_with("cloud::ensure"))
            .collect(),
        twice,
        owed: history.holds.iter().map(|hold| hold.name.clone()).collect(),
        value: history.value.clone(),
    }
}

/// One case: what is wrong with it, if anything.
pub fn case(
    script: &Script,
    undisturbed: &End,
    crashes: &[(usize, Side)],
    change: &dyn Fn(&mut Lab),
) -> Result<Vec<usize>, String> {
    let mut lab = lab(script);
    change(&mut lab);
    let lives = play(&lab, crashes)?;
    check_journal(&lab)?;
    let end = end(script, &lab);
    if end != *undisturbed {
        return Err(format!("ended otherwise\n  undisturbed {undisturbed:?}\n  crashed     {end:?}"));
    }
    let doubts = lab.history().in_doubt().count();
    if doubts > 0 {
        return Err(format!("{doubts} calls are in doubt at the end"));
    }
    Ok(lives)
}

/// The undisturbed run, and how many operations it has.
pub fn undisturbed(script: &Script, change: &dyn Fn(&mut Lab)) -> (End, usize) {
    let mut lab = lab(script);
    change(&mut lab);
    let verdict = lab.run();
    assert_eq!(verdict.state, RunState::Done, "{}: {:#?}", script.name, verdict.diagnostic);
    assert!(verdict.owed.is_empty(), "{}: {:?}", script.name, verdict.owed);
    (end(script, &lab), lab.crash.operations())
}

#[derive(Default)]
pub struct Tally {
    pub cases: usize,
    pub wrong: Vec<String>,
}

/// Crashes a script once at every point, and for a sample of these a second time at every later point.
pub fn crash_everywhere(script: &Script, draw: &mut Draw, change: &dyn Fn(&mut Lab), tally: &mut Tally) {
    let (expected, operations) = undisturbed(script, change);
    for at in 0..operations {
        for side in [Side::Before, Side::Inside, Side::After] {
            tally.cases += 1;
            let first = case(script, &expected, &[(at, side)], change);
            let lives = match first {
                Ok(lives) => lives,
                Err(why) => {
                    tally.wrong.push(format!("{} crashed {side:?} operation {at}: {why}", script.name));
                    continue;
                }
            };
            if side == Side::After || !draw.one_in(if full() { 1 } else { 8 }) {
                continue;
            }
            for later in 0..lives.get(1).copied().unwrap_or(0) {
                for second in [Side::Before, Side::Inside] {
                    if !full() && !draw.one_in(8) {
                        continue;
                    }
                    tally.cases += 1;
                    if let Err(why) = case(script, &expected, &[(at, side), (later, second)], change) {
                        tally.wrong.push(format!(
                            "{} crashed {side:?} operation {at}, then {second:?} operation {later}: {why}",
                            script.name
                        ));
                    }
                }
            }
        }
    }
}

/// Whether everything is tried instead of a sample.
fn full() -> bool {
    std::env::var_os("RUNBOOK_FULL").is_some()
}

/// Draws from a seed (xorshift, so that the same seed draws the same everywhere).
pub struct Draw(u64);

impl Draw {
    pub fn seeded() -> (Draw, u64) {
        let seed = std::env::var("RUNBOOK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
        (Draw(seed.max(1)), seed)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.is_multiple_of(n)
    }
}

/// Crashes one script everywhere; `least` is how many cases there must be.
fn survives(name: &str, least: usize) {
    let (mut draw, seed) = Draw::seeded();
    let script = SCRIPTS.iter().find(|script| script.name == name).expect(name);
    let mut tally = Tally::default();
    crash_everywhere(script, &mut draw, &|_| {}, &mut tally);
    let mut told = String::new();
    for wrong in tally.wrong.iter().take(8) {
        let _ = writeln!(told, "{wrong}\n");
    }
    println!("{name}: seed {seed}: {} cases, {} as expected", tally.cases, tally.cases - tally.wrong.len());
    assert!(tally.wrong.is_empty(), "{} of {} cases are wrong\n{told}", tally.wrong.len(), tally.cases);
    assert!(tally.cases >= least, "only {} cases: scripts or crash points have been lost", tally.cases);
}

macro_rules! survive_a_crash_at_every_operation {
    ($($test:ident: $name:literal, $least:literal;)+) => {
        $(#[test]
        fn $test() {
            survives($name, $least);
        })+

        #[test]
        fn every_script_is_crashed() {
            let crashed = [$($name),+];
            assert!(crashed.len() >= 20);
            assert_eq!(SCRIPTS.iter().map(|script| script.name).collect::<Vec<_>>(), crashed);
        }
    };
}

survive_a_crash_at_every_operation! {
    calls_survive: "calls", 36;
    steps_survive: "steps", 60;
    parallel_branches_survive: "parallel", 60;
    parallel_items_survive: "parallel_map", 60;
    a_retry_survives: "retry", 60;
    nested_retries_survive: "nested retries", 60;
    a_wait_survives: "wait", 30;
    a_sleep_survives: "sleep", 36;
    holds_survive: "hold", 90;
    holds_of_the_script_survive: "hold at the top", 90;
    cleanups_survive: "cleanup", 60;
    undos_survive: "undo", 45;
    attempts_survive: "attempt", 45;
    tries_survive: "try", 45;
    functions_survive: "functions", 120;
    modules_survive: "modules", 180;
    people_survive: "people", 45;
    ids_survive: "ids", 30;
    lost_answers_survive: "lost answers", 60;
    what_the_author_settles_survives: "author settles", 36;
    loops_survive: "loops", 120;
    what_can_not_be_reached_survives: "unreachable", 20;
    all_in_one_survives: "all in one", 240;
}

#[test]
fn the_scripts_together_use_every_word_of_the_language() {
    let all: String = SCRIPTS.iter().map(|script| script.text).chain([crate::scripts::MODULE]).collect();
    for word in [
        "step(",
        "parallel(",
        "parallel_map(",
        "retry(",
        "wait_until(",
        "time::sleep(",
        "hold(",
        "cleanup(",
        "undo(",
        "attempt(",
        "try {",
        "catch",
        "fn ",
        "import ",
        "human::confirm(",
        "human::ask(",
        "human::choose(",
        "id::uuid(",
        "cloud::read(",
        "cloud::ensure(",
        "cloud::change(",
        "cloud::destroy(",
        "cloud::post(",
        "cloud::blind(",
        "for ",
        "settle:",
        "log(",
        "output(",
        "while ",
        "run::id(",
        "params.",
    ] {
        assert!(all.contains(word), "no script uses `{word}`");
    }
}

#[test]
fn every_prefix_of_a_journal_is_a_history_that_a_run_can_have() {
    for script in SCRIPTS {
        let lab = lab(script);
        let _ = lab.run();
        let entries = lab.entries();
        for length in 1..=entries.len() {
            if let Err(error) = History::of(&entries[..length]) {
                panic!("{} up to entry {length}: {error}", script.name);
            }
        }
        assert!(matches!(entries.last().map(|entry| &entry.event), Some(Event::Done { .. })), "{}", script.name);
    }
}
