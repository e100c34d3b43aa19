//! `process::tunnel`: a program that takes connections on a local port and passes them on, for as long as the step or hold around it
//! lasts. It is told to end with it, and never outlives the run.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::pin::pin;
use std::sync::mpsc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::io::{copy, sink};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::arguments::{Arguments, default_cwd, default_ok_codes, default_output_limit};
use super::launch::{Running, Streams};
use super::output::Output;
use super::run::{guardian, head, inputs, pump};
use super::stop::{Pace, end_leftovers, stop};
use crate::binding::{Context, Described, Example, HostFunction, SinkText};
use crate::messages::bindings_process as messages;
use crate::model::duration::{self, Span};
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::clock::SystemClock;

/// What stands for the local port in `argv`.
const PORT: &str = "{port}";

/// How often the port is tried until it takes a connection.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// The longest the end of a tunnel is waited for; its guardian ends what is left.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// `process::tunnel`.
pub struct Tunnel;

/// A program that forwards a local port.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TunnelArguments {
    /// The program and its arguments, as for `process::read`. `{port}` in a word stands for the local port.
    pub argv: Vec<String>,
    /// The local port it takes connections on. Without it, one that is free; a resume uses the same again.
    pub port: Option<u16>,
    /// The folder it runs in, below the project's folder.
    #[serde(default = "default_cwd")]
    pub cwd: String,
    /// Environment variables to set; values may be secrets. Of our own environment it gets `PATH`, `HOME`, `LANG`, `LC_*` and `TZ`.
    #[serde(default)]
    pub env: BTreeMap<String, SinkText>,
    /// Names of environment variables to pass on from ours, where they are set.
    #[serde(default)]
    pub inherit_env: Vec<String>,
    /// How long it may take until it takes connections.
    #[serde(default = "default_timeout")]
    pub timeout: Span,
}

fn default_timeout() -> Span {
    Span(Duration::from_secs(30))
}

/// A tunnel that is open.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Opened {
    /// The port of 127.0.0.1 that takes connections.
    pub local_port: u16,
}

impl TunnelArguments {
    /// The program that opens it, with `port` for the local port.
    fn program(&self, port: &str) -> Arguments {
        Arguments {
            argv: self.argv.iter().map(|word| word.replace(PORT, port)).collect(),
            cwd: self.cwd.clone(),
            env: self.env.clone(),
            inherit_env: self.inherit_env.clone(),
            files: BTreeMap::new(),
            stdin: None,
            timeout: self.timeout,
            ok_codes: default_ok_codes(),
            output_limit: default_output_limit(),
        }
    }
}

impl Described for Tunnel {
    const NAME: &'static str = "process::tunnel";
    const SUMMARY: &'static str =
        "Opens a port of this machine that a program forwards, until the step or hold around it ends";
    const POSITIONAL: &'static [&'static str] = &["argv"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A database behind a bastion",
        script: r#"let t = process::tunnel(["ssh", "-N", "-o", "ExitOnForwardFailure=yes", "-L", "{port}:db.internal:5432", "bastion"]); t.local_port"#,
    }];
    type Args = TunnelArguments;
    type Output = Opened;
}

impl HostFunction for Tunnel {
    const PERMISSIONS: &'static [&'static str] = &[
        "process:read PROGRAM ARGUMENTS",
        "env:read NAME, for each of `inherit_env`",
        "process:env NAME, for one of `env` that makes a program run other code",
    ];

    fn wants(args: &TunnelArguments) -> Result<Vec<Want>, Failure> {
        // Permitted as it is written: the port is none of the author's words.
        let wants = args.program(PORT).wants(Effect::Read)?;
        if args.port.is_none() && !args.argv.iter().any(|word| word.contains(PORT)) {
            return Err(Failure::invalid(messages::tunnel_without_its_port()).hint(messages::write_the_port()));
        }
        Ok(wants)
    }

    fn time_limit(args: &TunnelArguments) -> Duration {
        args.timeout.0.saturating_add(Pace::SHORT.longest())
    }

    async fn live(args: TunnelArguments, context: &Context<'_>) -> Result<Opened, Failure> {
        let local_port = match args.port.or_else(|| before(context)) {
            Some(port) => port,
            None => free_port(0)?,
        };
        free_port(local_port)?;
        let program = args.program(&local_port.to_string());
        let (launch, _, files) = inputs(&program, context)?;
        let (mut running, mut streams, files) = launch.start(&guardian(context)?, files)?;
        let ready = until_ready(&mut running, &mut streams, &program, local_port, context).await;
        let stopping = CancellationToken::new();
        let (tell, ended) = mpsc::channel();
        let open = Open { stopping: stopping.clone(), ended };
        let seen_to_its_end = tokio::spawn(async move {
            see_it_end(running, streams, stopping).await;
            drop(files);
            let _nobody_waits = tell.send(());
        });
        match ready {
            Ok(()) => {
                (context.keep)(Box::new(open));
                Ok(Opened { local_port })
            }
            Err(failure) => {
                open.stopping.cancel();
                let _ended = seen_to_its_end.await;
                Err(failure)
            }
        }
    }
}

/// The port that it had in the process before this one.
fn before(context: &Context<'_>) -> Option<u16> {
    match context.opened?.as_map()?.get("local_port")? {
        Value::Int(port) => u16::try_from(*port).ok(),
        _ => None,
    }
}

/// A port that nobody takes connections on: `port`, or any when it is 0.
fn free_port(port: u16) -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .and_then(|listener| listener.local_addr())
        .map(|own| own.port())
        .map_err(|error| {
            Failure::failed(messages::local_port_is_taken(port, &error)).hint(messages::end_what_has_the_port(port))
        })
}

/// Waits until the port takes a connection.
async fn until_ready(
    running: &mut Running,
    streams: &mut Streams,
    program: &Arguments,
    port: u16,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let name = program.name();
    let limit = usize::try_from(program.output_limit).unwrap_or(usize::MAX);
    let (mut out, mut err) = (Output::new(limit, context.secrets), Output::new(limit, context.secrets));
    let ended = {
        let mut ended = pin!(running.ended());
        let mut said = pin!(async {
            tokio::join!(
                pump(streams.stdout.as_mut(), &mut out, name, context),
                pump(streams.stderr.as_mut(), &mut err, name, context)
            )
        });
        let mut is_silent = false;
        let taken = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                context.clock.sleep(TRY_EVERY).await;
            }
        };
        let mut taken = pin!(taken);
        let mut late = pin!(context.clock.sleep(program.timeout.0));
        loop {
            tokio::select! {
                biased;
                end = &mut ended => {
                    // What it said last says why.
                    if !is_silent {
                        let _soon = tokio::time::timeout(TRY_EVERY, &mut said).await;
                    }
                    break end;
                }
                () = context.cancel.cancelled() => return Err(interrupted(name)),
                () = context.stopping.cancelled() => return Err(interrupted(name)),
                () = &mut taken => return Ok(()),
                () = &mut late => {
                    let limit = duration::say(program.timeout.0);
                    return Err(Failure::unavailable(messages::takes_no_connection(name, port, limit)));
                }
                _ = &mut said, if !is_silent => is_silent = true,
            }
        }
    };
    let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
    let last = err.last_lines().next_back().or_else(|| out.last_lines().next_back());
    let why = last.map(|line| format!(": {}", head(line))).unwrap_or_default();
    Err(Failure::failed(messages::ended_before_it_took_connections(name, &how, &why)))
}

fn interrupted(name: &str) -> Failure {
    Failure::new(FailureKind::Interrupted, messages::was_stopped_before_it_was_open(name))
}

/// Follows a tunnel to its end, which comes by itself or is asked for.
async fn see_it_end(mut running: Running, mut streams: Streams, stopping: CancellationToken) {
    let group = running.group;
    {
        let mut unread = pin!(async {
            let (mut out, mut err) = (sink(), sink());
            let _ends = tokio::join!(
                async {
                    if let Some(stdout) = streams.stdout.as_mut() {
                        let _said = copy(stdout, &mut out).await;
                    }
                },
                async {
                    if let Some(stderr) = streams.stderr.as_mut() {
                        let _said = copy(stderr, &mut err).await;
                    }
                }
            );
            std::future::pending::<()>().await;
        });
        let mut ended = pin!(running.ended());
        let at_once = CancellationToken::new();
        tokio::select! {
            _ = &mut ended => {}
            () = stopping.cancelled() => {
                let _status = stop(group, &mut ended, Pace::SHORT, &at_once, &SystemClock).await;
            }
            () = &mut unread => {}
        }
    }
    end_leftovers(group, &SystemClock).await;
    running.has_ended();
}

/// A tunnel while it is open; dropped, it is told to end and waited for.
struct Open {
    stopping: CancellationToken,
    ended: mpsc::Receiver<()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stopping.cancel();
        let _guardian_does_it = self.ended.recv_timeout(LAST_WAIT);
    }
}
