//! The report of a run as one HTML file: nothing is loaded, nothing in it runs, and a browser is told so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{Environment, context};
use sha2::{Digest, Sha256};

use super::run_report::RunReport;
use super::sheet::Sheet;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The report as a page. Every value is escaped by the template's engine; the style alone is let through, by its hash.
///
/// # Errors
/// A template that can't be filled in: a mistake of the program.
pub fn html(report: &RunReport) -> Result<String, minijinja::Error> {
    let style_hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    // The ending of the name is what turns escaping on.
    environment.add_template("page.html", TEMPLATE)?;
    let page = environment.get_template("page.html")?;
    page.render(context! { sheet => Serde(Sheet::of(report)), style => STYLE, style_hash => style_hash })
}
