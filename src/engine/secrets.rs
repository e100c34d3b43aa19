//! The secrets of a run through its attempts: noted when they are read, read again when a token outlives the process that read it.

use super::error::{Raised, ScriptError};
use super::gate::{Gate, Passing, Spot};
use super::scope;
use crate::binding::Kind;
use crate::messages::secrets as messages;
use crate::model::call::Call;
use crate::model::code::Code;
use crate::model::effect::Effect;
use crate::model::entry::Event;
use crate::model::failure::Outcome;
use crate::model::history::ReadSecret;
use crate::model::scope::ScopePath;
use crate::model::secret::SecretRef;
use crate::model::value::Value;
use crate::world::secrets::{SHORTEST, tell_a_change};

impl Gate {
    /// Notes the secrets that came with the value of `call`, so that a later process can read them again.
    ///
    /// # Errors
    /// The error that ends the script when the journal fails.
    pub(super) fn note_secrets(&self, call: &Call, outcome: &Outcome, spot: &Spot) -> Result<(), Raised> {
        let Outcome::Ok(value) = outcome else { return Ok(()) };
        for secret in self.session().secrets.references_in(value) {
            self.note_secret(secret, Some(call), spot)?;
        }
        Ok(())
    }

    /// Notes one secret. One that is not what it was is told: what was done with it before is not done again.
    ///
    /// # Errors
    /// The error that ends the script when the journal fails.
    pub(super) fn note_secret(&self, secret: SecretRef, call: Option<&Call>, spot: &Spot) -> Result<(), Raised> {
        let journal = &self.session().journal;
        let version = self.session().secrets.version(&secret, journal.run().as_str());
        let before = journal.history(|history| history.secrets.get(&secret).cloned());
        let now = ReadSecret { version, call: call.cloned() };
        let same_call = |before: &ReadSecret| match (&before.call, &now.call) {
            (Some(before), Some(now)) => before.function == now.function && before.args == now.args,
            (before, now) => before.is_none() && now.is_none(),
        };
        let has_changed =
            before.as_ref().is_some_and(|before| tell_a_change(before.version.as_deref(), now.version.as_deref()));
        if before.as_ref().is_some_and(|before| before.version == now.version && same_call(before)) {
            return Ok(());
        }
        let mut remarks = Vec::new();
        if has_changed {
            remarks.push(messages::has_changed(secret.shown()));
        }
        if before.is_none() && self.session().secrets.is_too_short(&secret) {
            remarks.push(messages::is_too_short(secret.shown(), SHORTEST));
        }
        for text in remarks {
            let scope = scope::current().map_or_else(ScopePath::root, |frame| frame.path);
            self.record(Event::Logged { scope, text }, spot.position)?;
        }
        let read = Event::SecretRead { secret, version: now.version, call: now.call.map(Box::new) };
        self.record(read, spot.position).map(|_| ())
    }

    /// Makes sure that every secret whose token stands in `args` is known: one that a process before this one read is read again,
    /// by the call that read it. What a person typed is asked for again.
    ///
    /// # Errors
    /// What the script may catch when it can't be read, or the error that ends it.
    pub(super) fn know_secrets(&self, args: &Value, spot: &Spot) -> Result<(), Raised> {
        let session = self.session();
        for secret in session.secrets.references_in(args) {
            if session.secrets.knows(&secret) {
                continue;
            }
            let read =
                session.journal.history(|history| history.secrets.get(&secret).and_then(|read| read.call.clone()));
            if let Some(call) = read {
                self.read_again(call, spot)?;
            }
        }
        Ok(())
    }

    fn read_again(&self, call: Call, spot: &Spot) -> Result<(), Raised> {
        let session = self.session();
        let (Some(declaration), Some(frame)) = (session.registry.get(&call.function), scope::current()) else {
            return Ok(());
        };
        let function = call.function.clone();
        let args = session.secrets.armed(call.args.clone());
        self.know_secrets(&args, spot)?;
        let raise = |failure: crate::model::failure::Failure| {
            ScriptError::of_call(&function, &failure, None).raise(spot.position)
        };
        if declaration.kind.effect() > Effect::Ensure {
            // Made again it would do something again.
            let message = messages::was_given_once(&function);
            return Err(ScriptError::new(Code::CallFailed, message).raise(spot.position));
        }
        // It was permitted where it stands in the script; that place is not reached any more.
        let checked = declaration.check(&args).map_err(raise)?;
        let passing = Passing { declaration, frame, spot, args, checked, call, settle: None, opened: None };
        let outcome = match declaration.kind {
            Kind::Person => self.ask_once(&passing)?.0,
            _ => self.read_once(&passing)?.0,
        };
        match outcome {
            Outcome::Ok(_) => Ok(()),
            Outcome::Failed(failure) => Err(raise(failure)),
        }
    }
}
