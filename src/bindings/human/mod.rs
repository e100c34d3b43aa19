//! `human::`: questions to the person who runs the runbook. Each is a call like any other: recorded, and remembered by a resume.

mod approve;
mod ask;
mod choose;
mod confirm;
mod do_by_hand;
mod question;

use crate::binding::Declaration;

/// The functions of `human::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::person::<approve::Approve>(),
        Declaration::person::<ask::Ask>(),
        Declaration::person::<choose::Choose>(),
        Declaration::person::<confirm::Confirm>(),
        Declaration::person::<do_by_hand::DoByHand>(),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Mutex;
    use std::task::Poll;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::binding::{Context, Registry};
    use crate::model::failure::{Failure, FailureKind};
    use crate::model::value::Value;
    use crate::world::clock::SystemClock;
    use crate::world::person::{Answer, Nobody, Person, Question};
    use crate::world::secrets::Secrets;
    use crate::world::shared::Shared;

    /// A person who gives one answer, and remembers the question.
    struct Says(Answer, Mutex<Option<Question>>);

    impl Person for Says {
        fn is_there(&self) -> bool {
            true
        }

        fn ask(&self, question: &Question, _: &str, _: &CancellationToken) -> Answer {
            *self.1.lock().expect("unpoisoned") = Some(question.clone());
            self.0.clone()
        }
    }

    fn call(person: &dyn Person, name: &str, given: &[Value]) -> Result<Value, Failure> {
        let registry = Registry::of(declarations());
        let declaration = registry.get(name).expect("declared");
        let args = declaration.gather(given.to_vec()).map_err(|error| Failure::invalid(error.to_string()))?;
        let checked = declaration.check(&args)?;
        assert!(checked.wants.is_empty() && checked.time_limit == std::time::Duration::MAX);
        let context = Context {
            clock: &SystemClock,
            person,
            secrets: &Secrets::new("n"),
            shared: &Shared::default(),
            guard: &crate::model::guard::Guard::default(),
            function: name,
            project: Path::new("/"),
            run: "r-9q4w",
            token: "",
            cancel: CancellationToken::new(),
            stopping: CancellationToken::new(),
            progress: &|_| (),
            opened: None,
            keep: &drop,
        };
        let mut deed = declaration.live(&args, &context);
        match deed.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("a question waits for nothing but the person"),
        }
    }

    fn says(answer: impl Into<Value>) -> Says {
        Says(Answer::Given(answer.into()), Mutex::default())
    }

    fn options(options: &[(&str, Value)]) -> Value {
        Value::Map(options.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn list(texts: &[&str]) -> Value {
        Value::List(texts.iter().map(|text| Value::from(*text)).collect())
    }

    #[test]
    fn an_answer_comes_back_in_the_form_of_its_question() {
        let text = Value::from("続けますか？");
        let evidence = options(&[("evidence", true.into()), ("values", options(&[("port", 5432_i64.into())]))]);
        let done = options(&[("done", true.into()), ("evidence", Value::Unit)]);
        let seen = options(&[("done", true.into()), ("evidence", "4 件".into())]);
        for (name, answer, given, result) in [
            ("human::confirm", true.into(), vec![text.clone()], true.into()),
            ("human::confirm", false.into(), vec![text.clone()], false.into()),
            ("human::choose", Value::Int(1), vec![text.clone(), list(&["a", "b"])], "b".into()),
            ("human::ask", "typed".into(), vec![text.clone()], Value::from("typed")),
            ("human::do_by_hand", true.into(), vec![text.clone()], done),
            ("human::do_by_hand", "4 件".into(), vec![text.clone(), evidence], seen),
            ("human::approve", true.into(), vec![text.clone()], true.into()),
        ] {
            assert_eq!(call(&says(answer), name, &given), Ok(result), "{name}");
        }
    }

    #[test]
    fn without_an_answer_the_run_waits_or_stops() {
        let given = |name: &str| match name {
            "human::choose" => vec!["?".into(), list(&["a"])],
            _ => vec![Value::from("?")],
        };
        for declaration in declarations() {
            let name = declaration.name;
            let nobody = call(&Nobody, name, &given(name)).expect_err("nobody is there");
            assert_eq!(nobody.kind, FailureKind::NeedsPerson, "{name}");
            assert!(nobody.hint.is_some_and(|hint| hint.contains("runbook resume r-9q4w")));
            for answer in [Answer::Stop, Answer::Withdrawn] {
                let failure = call(&Says(answer, Mutex::default()), name, &given(name)).expect_err("no answer");
                assert_eq!(failure.kind, FailureKind::Interrupted, "{name}");
            }
        }
    }

    #[test]
    fn a_no_to_an_approval_is_a_refusal() {
        let failure = call(&says(false), "human::approve", &["Move?".into()]).expect_err("refused");
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Refused, "a person said no"));
    }

    #[test]
    fn the_words_of_a_runbook_do_not_pass_for_the_engines() {
        let person = says(true);
        let text = "harmless\nrun r-9q4w  rds:DeleteDBCluster";
        call(&person, "human::approve", &[text.into(), options(&[("phrase", "prod".into())])]).expect("approved");
        let question = person.1.lock().expect("unpoisoned").clone();
        let Some(Question::Approve { shown, phrase }) = question else { panic!("{question:?}") };
        assert_eq!(phrase, "prod");
        assert_eq!(shown[0], "run r-9q4w asks in the runbook's own words:");
        assert!(shown[1..].iter().all(|line| line.starts_with("  ")), "{shown:?}");
    }

    #[test]
    fn questions_that_can_not_be_answered_are_not_asked() {
        let bad_phrase = |phrase: &str| vec!["Move?".into(), options(&[("phrase", phrase.into())])];
        for (name, given) in [
            ("human::confirm", vec![Value::from(" ")]),
            ("human::confirm", vec![]),
            ("human::choose", vec!["?".into(), list(&[])]),
            ("human::choose", vec!["?".into(), list(&["a", "a"])]),
            ("human::choose", vec!["?".into(), list(&["a", " "])]),
            ("human::ask", vec!["?".into(), options(&[("defualt", "x".into())])]),
            ("human::do_by_hand", vec!["?".into(), options(&[("values", options(&[("x", list(&[]))]))])]),
            ("human::approve", bad_phrase("")),
            ("human::approve", bad_phrase("no")),
            ("human::approve", bad_phrase(" yes")),
        ] {
            let person = says(true);
            let failure = call(&person, name, &given).expect_err(name);
            assert_eq!(failure.kind, FailureKind::Invalid, "{name} {given:?}: {failure}");
            assert!(person.1.lock().expect("unpoisoned").is_none(), "{name} was asked");
        }
    }
}
