//! What endpoint rules say for the settings of a call.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::functions;
use super::partitions::{Partition, Partitions};
use super::rules::{Argument, Call, Condition, Function, Part, Place, Rule, RuleSet, Template};

/// What the rules are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// Texts.
    Texts(Vec<String>),
}

/// Where a request goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The address.
    pub url: String,
    /// Headers of the request.
    pub headers: BTreeMap<String, Vec<String>>,
    /// How to sign, in order of preference; empty for the service's own way.
    pub auth_schemes: Vec<AuthScheme>,
}

/// How to sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthScheme {
    /// `sigv4`, `sigv4a`, `sigv4-s3express`.
    pub name: String,
    /// The name of the service in signatures.
    pub signing_name: Option<String>,
    /// The region in signatures.
    pub signing_region: Option<String>,
    /// The regions in signatures of version 4a.
    pub signing_region_set: Vec<String>,
    /// Whether paths are signed as they are.
    pub disable_double_encoding: Option<bool>,
}

/// Why there is nowhere to go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// What the rules say.
    #[error("{0}")]
    Refused(String),
    /// Something must be told and was not.
    #[error("`{0}` is not known")]
    Missing(String),
    /// No rule fits.
    #[error("no rule fits")]
    NoRule,
    /// The rules use something that is not there.
    #[error("the rules contradict themselves: {0}")]
    Broken(String),
}

/// Something that was told or found.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// Texts.
    Texts(Vec<String>),
    /// Things with names.
    Record(BTreeMap<&'static str, Known>),
}

impl Known {
    pub(super) fn record<const N: usize>(of: [(&'static str, Known); N]) -> Known {
        Known::Record(BTreeMap::from(of))
    }

    /// The part of it that a path names: `name`, `resourceId[1]`.
    fn part(&self, path: &str) -> Option<Cow<'_, Known>> {
        let (name, index) = match path.strip_suffix(']').and_then(|path| path.split_once('[')) {
            Some((name, index)) => (name, Some(index.parse::<usize>().ok()?)),
            None => (path, None),
        };
        let named = match self {
            Known::Record(of) if !name.is_empty() => of.get(name)?,
            of if name.is_empty() => of,
            _ => return None,
        };
        match (named, index) {
            (named, None) => Some(Cow::Borrowed(named)),
            (Known::Texts(texts), Some(index)) => texts.get(index).map(|text| Cow::Owned(Known::Text(text.clone()))),
            _ => None,
        }
    }
}

impl From<&Parameter> for Known {
    fn from(parameter: &Parameter) -> Self {
        match parameter {
            Parameter::Text(text) => Known::Text(text.clone()),
            Parameter::Flag(flag) => Known::Flag(*flag),
            Parameter::Texts(texts) => Known::Texts(texts.clone()),
        }
    }
}

/// What the rules say.
///
/// # Errors
/// See [`EndpointError`].
pub fn resolve(
    rules: &RuleSet<'_>,
    partitions: &Partitions,
    told: &BTreeMap<String, Parameter>,
) -> Result<Resolved, EndpointError> {
    let mut scope = Scope { partitions, known: Vec::new() };
    for parameter in &rules.parameters {
        let value = match (told.get(parameter.name), &parameter.default) {
            (Some(value), _) => Some(Known::from(value)),
            (None, Some(default)) => scope.argument(default)?,
            (None, None) if parameter.required => return Err(EndpointError::Missing(parameter.name.to_owned())),
            (None, None) => None,
        };
        if let Some(value) = value {
            scope.known.push((parameter.name, value));
        }
    }
    scope.rules(&rules.rules)?.ok_or(EndpointError::NoRule)
}

struct Scope<'s, 'a> {
    partitions: &'s Partitions,
    known: Vec<(&'a str, Known)>,
}

impl<'a> Scope<'_, 'a> {
    fn rules(&mut self, rules: &[Rule<'a>]) -> Result<Option<Resolved>, EndpointError> {
        for rule in rules {
            // What a rule finds is known to it alone.
            let before = self.known.len();
            let found = self.rule(rule);
            self.known.truncate(before);
            if let Some(resolved) = found? {
                return Ok(Some(resolved));
            }
        }
        Ok(None)
    }

    fn rule(&mut self, rule: &Rule<'a>) -> Result<Option<Resolved>, EndpointError> {
        let (Rule::Endpoint { when, .. } | Rule::Error { when, .. } | Rule::Tree { when, .. }) = rule;
        for condition in when {
            if !self.holds(condition)? {
                return Ok(None);
            }
        }
        match rule {
            // Once its conditions hold, the rules outside are not asked any more.
            Rule::Tree { rules, .. } => self.rules(rules)?.ok_or(EndpointError::NoRule).map(Some),
            Rule::Error { message, .. } => Err(EndpointError::Refused(self.text(message)?)),
            Rule::Endpoint { url, headers, schemes, .. } => {
                let texts =
                    |templates: &[Template<'a>]| templates.iter().map(|of| self.text(of)).collect::<Result<_, _>>();
                let option = |template: &Option<Template<'a>>| template.as_ref().map(|of| self.text(of)).transpose();
                Ok(Some(Resolved {
                    url: self.text(url)?,
                    headers: headers
                        .iter()
                        .map(|(name, values)| Ok(((*name).to_owned(), texts(values)?)))
                        .collect::<Result<_, EndpointError>>()?,
                    auth_schemes: schemes
                        .iter()
                        .map(|of| {
                            Ok(AuthScheme {
                                name: of.name.to_owned(),
                                signing_name: option(&of.signing_name)?,
                                signing_region: option(&of.signing_region)?,
                                signing_region_set: texts(&of.signing_region_set)?,
                                disable_double_encoding: of.disable_double_encoding,
                            })
                        })
                        .collect::<Result<_, EndpointError>>()?,
                }))
            }
        }
    }

    fn holds(&mut self, condition: &Condition<'a>) -> Result<bool, EndpointError> {
        let found = self.call(&condition.call)?;
        let holds = !matches!(found, None | Some(Known::Flag(false)));
        if let (Some(name), Some(found)) = (condition.assign, found) {
            self.known.push((name, found));
        }
        Ok(holds)
    }

    fn call(&self, call: &Call<'a>) -> Result<Option<Known>, EndpointError> {
        let flag = |flag: bool| Some(Known::Flag(flag));
        let text = |at| self.text_argument(call, at);
        Ok(match call.function {
            Function::IsSet => flag(self.nth(call, 0)?.is_some()),
            Function::Not => match self.nth(call, 0)? {
                Some(Known::Flag(of)) => flag(!of),
                _ => return Err(broken("`not` of something else than a flag")),
            },
            Function::GetAttr => match (self.nth(call, 0)?, text(1)?) {
                (Some(of), Some(path)) => of.part(&path).map(Cow::into_owned),
                _ => None,
            },
            Function::BooleanEquals | Function::StringEquals => {
                let (one, other) = (self.nth(call, 0)?, self.nth(call, 1)?);
                flag(one.is_some() && one == other)
            }
            Function::Substring => match (text(0)?, call.arguments.get(1..4)) {
                (Some(of), Some([Argument::Number(start), Argument::Number(stop), Argument::Flag(reverse)])) => {
                    functions::substring(&of, *start, *stop, *reverse).map(Known::Text)
                }
                _ => None,
            },
            Function::UriEncode => text(0)?.map(|of| Known::Text(functions::uri_encode(&of))),
            Function::ParseUrl => text(0)?.and_then(|of| functions::parse_url(&of)),
            Function::IsValidHostLabel => {
                let with_dots = self.nth(call, 1)? == Some(Known::Flag(true));
                flag(text(0)?.is_some_and(|of| functions::is_valid_host_label(&of, with_dots)))
            }
            Function::AwsPartition => text(0)?.and_then(|of| self.partitions.of_region(&of)).map(record),
            Function::AwsParseArn => text(0)?.and_then(|of| functions::parse_arn(&of)),
            Function::AwsIsVirtualHostableS3Bucket => {
                let with_dots = self.nth(call, 1)? == Some(Known::Flag(true));
                flag(text(0)?.is_some_and(|of| functions::is_virtual_hostable_s3_bucket(&of, with_dots)))
            }
        })
    }

    fn nth(&self, call: &Call<'a>, at: usize) -> Result<Option<Known>, EndpointError> {
        call.arguments.get(at).map_or(Ok(None), |argument| self.argument(argument))
    }

    fn text_argument(&self, call: &Call<'a>, at: usize) -> Result<Option<String>, EndpointError> {
        Ok(match self.nth(call, at)? {
            Some(Known::Text(text)) => Some(text),
            _ => None,
        })
    }

    fn argument(&self, argument: &Argument<'a>) -> Result<Option<Known>, EndpointError> {
        Ok(match argument {
            Argument::Text(template) => Some(Known::Text(self.text(template)?)),
            Argument::Flag(flag) => Some(Known::Flag(*flag)),
            Argument::Number(number) => Some(Known::Text(number.to_string())),
            Argument::Texts(texts) => Some(Known::Texts(texts.iter().map(|text| (*text).to_owned()).collect())),
            Argument::Reference(name) => self.find(name).cloned(),
            Argument::Call(call) => self.call(call)?,
        })
    }

    fn find(&self, name: &str) -> Option<&Known> {
        self.known.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn text(&self, template: &Template<'a>) -> Result<String, EndpointError> {
        let mut text = String::new();
        for part in &template.0 {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Place(place) => text.push_str(&self.put(place)?),
            }
        }
        Ok(text)
    }

    fn put(&self, place: &Place<'_>) -> Result<String, EndpointError> {
        let missing = || broken(&format!("`{}` is not there", place.name));
        let of = self.find(place.name).ok_or_else(missing)?;
        let of = match place.path {
            Some(path) => of.part(path).ok_or_else(missing)?,
            None => Cow::Borrowed(of),
        };
        match of.as_ref() {
            Known::Text(text) => Ok(text.clone()),
            Known::Flag(flag) => Ok(flag.to_string()),
            Known::Texts(_) | Known::Record(_) => Err(missing()),
        }
    }
}

fn record(partition: &Partition) -> Known {
    let text = |text: &String| Known::Text(text.clone());
    Known::record([
        ("name", text(&partition.name)),
        ("dnsSuffix", text(&partition.dns_suffix)),
        ("dualStackDnsSuffix", text(&partition.dual_stack_dns_suffix)),
        ("supportsFIPS", Known::Flag(partition.supports_fips)),
        ("supportsDualStack", Known::Flag(partition.supports_dual_stack)),
        ("implicitGlobalRegion", text(&partition.implicit_global_region)),
    ])
}

fn broken(what: &str) -> EndpointError {
    EndpointError::Broken(what.to_owned())
}
