//! The laboratory's site as a program: `lab-site [--domain NAME] [--waf on|off]
//! [--certificate good|expired|soon-expiring|wrong-name] [--answers normal|always-ok]`.
//!
//! It prints where the site is as lines of `NAME=value`, an empty line when all are out, and serves until its standard
//! input ends, which it also does when the program that holds the other end dies.

use std::io::{Read, Write};
use std::process::ExitCode;

#[path = "mod.rs"]
mod lab;

use lab::site::{Answers, Certificate, Site, SiteOptions, Waf};

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(what) => {
            eprintln!("lab-site: {what}");
            return ExitCode::from(2);
        }
    };
    let site = Site::start(options);
    let mut out = std::io::stdout();
    let printed = write!(
        out,
        "LAB_DOMAIN={}\nLAB_HTTPS_PORT={}\nLAB_HTTP_PORT={}\nLAB_CA_FILE={}\nLAB_CONNECT_TO={}\n\n",
        site.domain(),
        site.https_port(),
        site.http_port(),
        site.ca_file().display(),
        site.https_address(),
    );
    if printed.and_then(|()| out.flush()).is_err() {
        return ExitCode::FAILURE;
    }
    // Both an end and an error mean that nobody is left who wants the site.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(site);
    ExitCode::SUCCESS
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<SiteOptions, String> {
    let mut options = SiteOptions::default();
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{flag}` needs a value"))?;
        match (flag.as_str(), value.as_str()) {
            ("--domain", _) => options.domain = value,
            ("--waf", "on") => options.waf = Waf::On,
            ("--waf", "off") => options.waf = Waf::Off,
            ("--certificate", "good") => options.certificate = Certificate::Good,
            ("--certificate", "expired") => options.certificate = Certificate::Expired,
            ("--certificate", "soon-expiring") => options.certificate = Certificate::SoonExpiring,
            ("--certificate", "wrong-name") => options.certificate = Certificate::WrongName,
            ("--answers", "normal") => options.answers = Answers::Normal,
            ("--answers", "always-ok") => options.answers = Answers::AlwaysOk,
            _ => return Err(format!("unknown option `{flag} {value}`")),
        }
    }
    if options.answers == Answers::AlwaysOk && options.waf == Waf::On {
        return Err("`--answers always-ok` needs `--waf off`".to_owned());
    }
    Ok(options)
}
