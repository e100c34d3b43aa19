//! One use of a program, from looking it up to what is known after it.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::pin::pin;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::ChildStdin;
use zeroize::Zeroizing;

use super::arguments::{Arguments, Finished};
use super::files::Files;
use super::launch::{Launch, Running};
use super::output::Output;
use super::stop::{Pace, end_leftovers, stop};
use super::{environment, program};
use crate::binding::{Context, Progress};
use crate::messages::bindings_process as messages;
use crate::messages::secrets as of_secrets;
use crate::model::duration;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;
use crate::world::Settled;
use crate::world::guardian::{Guardian, Locks, Program};
use crate::world::project::{self, PathBelow};

/// How long the streams of a program that has ended may stay open before what holds them is ended.
const LINGER: Duration = Duration::from_secs(1);

/// Why a program was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stopped {
    TimeLimit,
    Cancelled,
    RunStops,
}

/// Runs a program that the author says to have `effect`.
///
/// # Errors
/// A program that can't be started; another exit code than those that are no failure; a program that was stopped. When the
/// effect is a write, a program that was stopped or killed leaves it unknown what it did.
pub(super) async fn run(effect: Effect, args: Arguments, context: &Context<'_>) -> Result<Finished, Failure> {
    let name = args.name().to_owned();
    if context.cancel.is_cancelled() || (context.stopping.is_cancelled() && effect == Effect::Read) {
        return Err(Failure::new(FailureKind::Interrupted, messages::was_not_started(&name)));
    }
    let (launch_input, stdin, files) = inputs(&args, context)?;
    let guardian = guardian(context)?;
    let began = context.clock.monotonic();
    let (mut running, streams, files) = launch_input.start(&guardian, files)?;

    let limit = usize::try_from(args.output_limit).unwrap_or(usize::MAX);
    let (mut out, mut err) = (Output::new(limit, context.secrets), Output::new(limit, context.secrets));
    let group = running.group;
    let (ended, stopped) = {
        let mut io = pin!(async {
            tokio::join!(
                feed(streams.stdin, stdin),
                pump(streams.stdout, &mut out, &name, context),
                pump(streams.stderr, &mut err, &name, context)
            )
        });
        let mut io_is_over = false;
        let mut watch = pin!(watch(&mut running, effect, args.timeout.0, context));
        let end = loop {
            tokio::select! {
                end = &mut watch => break end,
                _ = &mut io, if !io_is_over => io_is_over = true,
            }
        };
        if !io_is_over {
            tokio::select! {
                _ = &mut io => io_is_over = true,
                () = context.clock.sleep(LINGER) => {}
            }
        }
        // A program's group ends with its call: what it left running would outlive what we know of it.
        let mut leftovers = pin!(end_leftovers(group, context.clock));
        let left = loop {
            tokio::select! {
                left = &mut leftovers => break left,
                _ = &mut io, if !io_is_over => io_is_over = true,
            }
        };
        if left {
            (context.progress)(Progress::State(messages::left_processes_behind_which_were_ended(&name)));
        }
        end
    };
    drop(files);
    running.has_ended();
    let took = context.clock.monotonic().saturating_sub(began);
    let dropped_bytes = out.dropped_bytes().saturating_add(err.dropped_bytes());
    if dropped_bytes > 0 {
        let text = messages::wrote_more_than_is_kept(&name, dropped_bytes, limit);
        (context.progress)(Progress::State(text));
    }
    let evidence = Evidence { name: &name, effect, took, out: &out, err: &err };
    let status = match ended {
        Ok(status) => status,
        Err(error) => return Err(evidence.lost(&error)),
    };
    if let Some(stopped) = stopped {
        return Err(evidence.stopped(stopped, status, args.timeout.0));
    }
    let Some(code) = status.code().map(i64::from) else {
        return Err(evidence.killed(status));
    };
    if !args.ok_codes.contains(&code) {
        return Err(evidence.failed(code));
    }
    Ok(Finished {
        code,
        stdout: out.text(),
        stderr: err.text(),
        truncated: dropped_bytes > 0,
        dropped_bytes,
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    })
}

/// What can be found out about a write after a crash: nothing, as the exit code went to a process that is gone.
pub(super) fn settle(args: &Arguments) -> Settled {
    Settled::Unknown(messages::the_exit_code_of_is_lost(args.name()))
}

/// Everything that is needed to start, secrets filled in: the program, its standard input, its private files.
pub(super) fn inputs<'a>(
    args: &'a Arguments,
    context: &Context<'_>,
) -> Result<(Launch<'a>, Option<Zeroizing<String>>, Files), Failure> {
    // Everybody on the machine can read them. A token is refused before; this one came as text from elsewhere.
    if let Some(word) = args.argv.iter().find(|word| context.secrets.mask(word) != **word) {
        return Err(Failure::invalid(of_secrets::in_arguments(context.secrets.mask(word))));
    }
    let mut set = BTreeMap::new();
    for (name, value) in &args.env {
        let value = value.reveal(context)?;
        if value.contains('\0') {
            return Err(Failure::invalid(messages::the_environment_variable_cannot_hold_a_zero(name)));
        }
        set.insert(name.clone(), value);
    }
    let stdin = args.stdin.as_ref().map(|text| text.reveal(context)).transpose()?;
    let path = std::env::var_os("PATH");
    let file = program::find(args.program(), context.project, path.as_deref())?;
    let below = PathBelow::parse(&args.cwd)?;
    let folder = project::open_folder(context.project, &below).map_err(|trouble| {
        let failure = trouble.failure(&below);
        // Nothing was started, whatever is wrong with the folder.
        if failure.kind == FailureKind::Failed { Failure { kind: FailureKind::Invalid, ..failure } } else { failure }
    })?;
    let environment = environment::of(std::env::vars_os(), &args.inherit_env, &set);
    let files = Files::of(args, context)?;
    Ok((Launch { file, argv: &args.argv, environment, folder, has_stdin: stdin.is_some() }, stdin, files))
}

/// The guardian of the run's programs.
pub(super) fn guardian(context: &Context<'_>) -> Result<Arc<Guardian>, Failure> {
    let cannot = |error: io::Error| Failure::unavailable(messages::the_guardian_of_programs_cannot_be_started(&error));
    let program = context.shared.get(Program::this).map_err(cannot)?;
    let locks = context.shared.get::<Locks, Failure>(|| Ok(Locks::default()))?;
    context.shared.get::<Guardian, Failure>(|| Ok(Guardian::new(&program, locks)))
}

/// Waits for the program's end, and brings it about when it takes too long or is no longer wanted.
async fn watch(
    running: &mut Running,
    effect: Effect,
    timeout: Duration,
    context: &Context<'_>,
) -> (io::Result<ExitStatus>, Option<Stopped>) {
    let group = running.group;
    let mut ended = pin!(running.ended());
    let (stopped, pace) = tokio::select! {
        biased;
        end = &mut ended => return (end, None),
        () = context.cancel.cancelled() => (Stopped::Cancelled, Pace::SHORT),
        // A write goes on to its end.
        () = context.stopping.cancelled(), if effect == Effect::Read => (Stopped::RunStops, Pace::PATIENT),
        () = context.clock.sleep(timeout) => (Stopped::TimeLimit, Pace::PATIENT),
    };
    (stop(group, ended, pace, &context.cancel, context.clock).await, Some(stopped))
}

/// Writes a program's standard input and closes it. A program may end without reading it.
async fn feed(stdin: Option<ChildStdin>, text: Option<Zeroizing<String>>) {
    if let (Some(mut stdin), Some(text)) = (stdin, text) {
        let _unread = stdin.write_all(text.as_bytes()).await;
        let _closed = stdin.shutdown().await;
    }
}

/// Reads a stream to its end.
pub(super) async fn pump(
    stream: Option<impl AsyncRead + Unpin>,
    output: &mut Output<'_>,
    name: &str,
    context: &Context<'_>,
) {
    let Some(mut stream) = stream else { return };
    let mut show = |text| (context.progress)(Progress::Line { from: name.to_owned(), text });
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read) = stream.read(&mut buffer).await {
        match buffer.get(..read) {
            None | Some([]) => break,
            Some(bytes) => output.take(bytes, &mut show),
        }
    }
    output.finish(&mut show);
}

/// What is known of a program that gave no result.
struct Evidence<'a> {
    name: &'a str,
    effect: Effect,
    took: Duration,
    out: &'a Output<'a>,
    err: &'a Output<'a>,
}

impl Evidence<'_> {
    /// An exit code that is a failure: the program answered.
    fn failed(&self, code: i64) -> Failure {
        let why = self.err.last_lines().next_back().map(|line| format!(": {}", head(line))).unwrap_or_default();
        Failure::failed(messages::ended_with_exit_code(self.name, code, &why))
            .details(self.details(&[("code", Value::Int(code))]))
    }

    /// Ended by a signal that we did not send.
    fn killed(&self, status: ExitStatus) -> Failure {
        let signal = status.signal().unwrap_or_default();
        let kind = if self.effect.is_write() { FailureKind::Unknown } else { FailureKind::Failed };
        let name = signal_name(signal);
        Failure::new(kind, messages::was_killed_by(self.name, &name, duration::say(self.took)))
            .details(self.details(&[("signal", Value::Text(name))]))
    }

    /// Stopped by us.
    fn stopped(&self, stopped: Stopped, status: ExitStatus, timeout: Duration) -> Failure {
        let (kind, why) = match stopped {
            Stopped::TimeLimit => {
                (FailureKind::Unavailable, messages::did_not_end_within(self.name, duration::say(timeout)))
            }
            Stopped::Cancelled | Stopped::RunStops => {
                (FailureKind::Interrupted, messages::was_stopped_after(self.name, duration::say(self.took)))
            }
        };
        // What a program did before it was stopped is not known, whatever it says with its exit code.
        let kind = if self.effect.is_write() { FailureKind::Unknown } else { kind };
        let end = match (status.code(), status.signal()) {
            (Some(code), _) => ("code", Value::Int(code.into())),
            (None, signal) => ("signal", Value::Text(signal_name(signal.unwrap_or_default()))),
        };
        let failure = Failure::new(kind, why).details(self.details(&[end]));
        if stopped == Stopped::TimeLimit { failure.hint(messages::give_it_longer()) } else { failure }
    }

    /// The system did not say how it ended.
    fn lost(&self, error: &io::Error) -> Failure {
        let kind = if self.effect.is_write() { FailureKind::Unknown } else { FailureKind::Failed };
        Failure::new(kind, messages::how_ended_cannot_be_told(self.name, error)).details(self.details(&[]))
    }

    fn details(&self, facts: &[(&str, Value)]) -> Value {
        let lines = |output: &Output<'_>| Value::Text(output.last_lines().collect::<Vec<_>>().join("\n"));
        let mut details: BTreeMap<String, Value> =
            facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
        details.insert("stdout".to_owned(), lines(self.out));
        details.insert("stderr".to_owned(), lines(self.err));
        Value::Map(details)
    }
}

/// As much of a line as fits into a message.
pub(super) fn head(line: &str) -> String {
    let head: String = line.trim().chars().take(200).collect();
    if head.len() < line.trim().len() { format!("{head}…") } else { head }
}

fn signal_name(signal: i32) -> String {
    let name = match rustix::process::Signal::from_named_raw(signal) {
        Some(rustix::process::Signal::INT) => "SIGINT",
        Some(rustix::process::Signal::TERM) => "SIGTERM",
        Some(rustix::process::Signal::KILL) => "SIGKILL",
        Some(rustix::process::Signal::SEGV) => "SIGSEGV",
        Some(rustix::process::Signal::ABORT) => "SIGABRT",
        Some(rustix::process::Signal::HUP) => "SIGHUP",
        Some(rustix::process::Signal::PIPE) => "SIGPIPE",
        _ => return messages::signal(signal),
    };
    name.to_owned()
}
