//! `runbook aws-tables`: makes the tables of AWS services from the published models. For developers; hidden.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::desk::Desk;
use crate::bindings::aws::endpoints;
use crate::bindings::aws::tables::{self, Names, Packed, Published};
use crate::messages::bindings_aws as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Make the tables of AWS services from the published models
#[derive(Debug, Args)]
pub struct AwsTables {
    /// The folder `botocore/data` of the package
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,

    /// Where to write the tables
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    to: Option<PathBuf>,

    /// Only say what would change, against the tables of this program
    #[arg(long, conflicts_with = "to")]
    check: bool,
}

impl AwsTables {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        match self.make() {
            Ok(text) => {
                desk.screen.result(&text);
                ExitCode::SUCCESS
            }
            Err(why) => desk.fail(&Diagnostic::error(Code::File, why)),
        }
    }

    fn make(&self) -> Result<String, String> {
        let published = tables::in_folder(&self.from).map_err(|why| why.to_string())?;
        let names: Vec<Names> = published.iter().map(Names::of).collect();
        let services = all(&published, &names)?;
        let Some(to) = &self.to else { return differences(&services) };
        let version = tables::version(&self.from).unwrap_or_default();
        let partitions = tables::partitions(&self.from).map_err(|why| why.to_string())?;
        let partitions = endpoints::partitions(&partitions).map_err(|why| why.to_string())?;
        let packed =
            tables::pack(&format!("botocore {version}"), partitions, &services).map_err(|why| why.to_string())?;
        write(to, &packed)?;
        let operations: usize = services.iter().map(|of| of.service.operations.len()).sum();
        Ok(messages::tables_written(services.len(), operations, packed.len()) + "\n")
    }
}

fn all<'a>(published: &'a [Published], names: &'a [Names]) -> Result<Vec<Packed<'a>>, String> {
    let mut services = Vec::new();
    for (published, names) in published.iter().zip(names) {
        let service = tables::table(published, names).map_err(|why| why.to_string())?;
        let rules = published.endpoint_rules.as_ref().map(endpoints::rule_set).transpose();
        let rules = rules.map_err(|why| format!("{}: {why}", published.folder))?.unwrap_or_default();
        services.push(Packed { service, rules });
    }
    services.sort_by(|one, other| one.service.name.cmp(other.service.name));
    Ok(services)
}

fn differences(services: &[Packed<'_>]) -> Result<String, String> {
    let known = tables::embedded().map_err(|why| why.to_string())?;
    let mut lines = Vec::new();
    for entry in &known.services {
        if !services.iter().any(|of| of.service.name == entry.name) {
            lines.push(format!("- {}", entry.name));
        }
    }
    for Packed { service, .. } in services {
        match tables::service(service.name).map_err(|why| why.to_string())? {
            Some(before) => lines.extend(tables::differences(before.service, service)),
            None => lines.push(format!("+ {} ({} operations)", service.name, service.operations.len())),
        }
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn write(to: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(to, bytes).map_err(|why| format!("{}: {why}", to.display()))
}
