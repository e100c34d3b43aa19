//! Journals around another one, that change one thing of it and leave the rest as it is.

/// What a [`Backend`](runbook::journal::Backend) with a field `inner` leaves to it, beside `create`, `append` and `entries`.
macro_rules! leave_the_rest_to_inner {
    () => {
        fn runs(&self) -> Result<Vec<runbook::journal::RunSummary>, runbook::journal::JournalError> {
            self.inner.runs()
        }

        fn content(&self, hash: &str) -> Result<Vec<u8>, runbook::journal::JournalError> {
            self.inner.content(hash)
        }

        fn import(
            &self,
            runs: &[Vec<runbook::model::entry::Entry>],
            contents: &[(String, Vec<u8>)],
            transfer: &runbook::journal::Transfer,
        ) -> Result<Vec<usize>, runbook::journal::JournalError> {
            self.inner.import(runs, contents, transfer)
        }

        fn origins(
            &self,
        ) -> Result<Vec<(runbook::model::run::RunId, runbook::journal::Origin)>, runbook::journal::JournalError> {
            self.inner.origins()
        }

        fn prune(&self, runs: &[runbook::journal::Pruned]) -> Result<(), runbook::journal::JournalError> {
            self.inner.prune(runs)
        }

        fn pruned(&self) -> Result<Vec<runbook::journal::Pruned>, runbook::journal::JournalError> {
            self.inner.pruned()
        }

        fn compact(&self) -> Result<(), runbook::journal::JournalError> {
            self.inner.compact()
        }

        fn hold_run(
            &self,
            run: &runbook::model::run::RunId,
            by: &runbook::model::run::Who,
        ) -> Result<runbook::journal::Hold, runbook::journal::JournalError> {
            self.inner.hold_run(run, by)
        }

        fn is_held(&self, run: &runbook::model::run::RunId, by: &runbook::model::run::Who) -> bool {
            self.inner.is_held(run, by)
        }

        fn is_ending(&self, run: &runbook::model::run::RunId, by: &runbook::model::run::Who) -> bool {
            self.inner.is_ending(run, by)
        }

        fn post(
            &self,
            run: &runbook::model::run::RunId,
            about: &str,
            question: &str,
            at: &str,
        ) -> Result<(), runbook::journal::JournalError> {
            self.inner.post(run, about, question, at)
        }

        fn posted(
            &self,
            run: &runbook::model::run::RunId,
        ) -> Result<Vec<runbook::journal::Posted>, runbook::journal::JournalError> {
            self.inner.posted(run)
        }

        fn answer(
            &self,
            run: &runbook::model::run::RunId,
            about: &str,
            answer: &runbook::journal::PostedAnswer,
        ) -> Result<bool, runbook::journal::JournalError> {
            self.inner.answer(run, about, answer)
        }

        fn take_back(
            &self,
            run: &runbook::model::run::RunId,
            about: &str,
        ) -> Result<(), runbook::journal::JournalError> {
            self.inner.take_back(run, about)
        }

        fn hold_environment(
            &self,
            environment: &str,
            run: &runbook::model::run::RunId,
            by: &runbook::model::run::Who,
        ) -> Result<runbook::journal::Hold, runbook::journal::JournalError> {
            self.inner.hold_environment(environment, run, by)
        }

        fn place(&self) -> String {
            self.inner.place()
        }
    };
}
