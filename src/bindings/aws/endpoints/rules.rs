//! Endpoint rules in the form that the tables keep: texts are taken apart once, when the tables are made.

use serde::{Deserialize, Serialize};

/// The rules of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleSet<'a> {
    /// What the rules are told.
    #[serde(borrow)]
    pub parameters: Vec<RuleParameter<'a>>,
    /// The rules; the first that fits counts.
    #[serde(borrow)]
    pub rules: Vec<Rule<'a>>,
}

/// Something that the rules are told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleParameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// The setting of the client that it is, such as `AWS::Region`.
    pub built_in: Option<&'a str>,
    /// Whether it must be told.
    pub required: bool,
    /// What it is when nothing is told.
    #[serde(borrow)]
    pub default: Option<Argument<'a>>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rule<'a> {
    /// Where to go.
    Endpoint {
        /// When.
        #[serde(borrow)]
        when: Vec<Condition<'a>>,
        /// The address.
        url: Template<'a>,
        /// Headers of the request.
        headers: Vec<(&'a str, Vec<Template<'a>>)>,
        /// How to sign, in order of preference.
        schemes: Vec<SchemeTemplate<'a>>,
    },
    /// Nowhere.
    Error {
        /// When.
        #[serde(borrow)]
        when: Vec<Condition<'a>>,
        /// Why.
        message: Template<'a>,
    },
    /// What these rules say.
    Tree {
        /// When.
        #[serde(borrow)]
        when: Vec<Condition<'a>>,
        /// The rules.
        rules: Vec<Rule<'a>>,
    },
}

/// How to sign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemeTemplate<'a> {
    /// `sigv4`, `sigv4a`, `sigv4-s3express`.
    pub name: &'a str,
    /// The name of the service in signatures.
    #[serde(borrow)]
    pub signing_name: Option<Template<'a>>,
    /// The region in signatures.
    pub signing_region: Option<Template<'a>>,
    /// The regions in signatures of version 4a.
    pub signing_region_set: Vec<Template<'a>>,
    /// Whether paths are signed as they are.
    pub disable_double_encoding: Option<bool>,
}

/// Something that must hold, and the name that its result gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition<'a> {
    /// What is called.
    #[serde(borrow)]
    pub call: Call<'a>,
    /// The name of its result.
    pub assign: Option<&'a str>,
}

/// A call of a function of the rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call<'a> {
    /// The function.
    pub function: Function,
    /// Its arguments.
    #[serde(borrow)]
    pub arguments: Vec<Argument<'a>>,
}

/// The functions of the rules: <https://smithy.io/2.0/additional-specs/rules-engine/standard-library.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Function {
    /// Whether something is there.
    IsSet,
    /// The contrary.
    Not,
    /// A part of something.
    GetAttr,
    /// Whether two flags are the same.
    BooleanEquals,
    /// Whether two texts are the same.
    StringEquals,
    /// A part of a text.
    Substring,
    /// A text in percent encoding.
    UriEncode,
    /// The parts of a URL.
    ParseUrl,
    /// Whether a text can be a part of a host name.
    IsValidHostLabel,
    /// The partition of a region.
    AwsPartition,
    /// The parts of an ARN.
    AwsParseArn,
    /// Whether a bucket's name can be a part of a host name.
    AwsIsVirtualHostableS3Bucket,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Argument<'a> {
    /// A text.
    Text(#[serde(borrow)] Template<'a>),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    Texts(Vec<&'a str>),
    /// Something that was told or found before.
    Reference(&'a str),
    /// What another call gives.
    Call(Call<'a>),
}

/// A text with places in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template<'a>(#[serde(borrow)] pub Vec<Part<'a>>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part<'a> {
    /// As it stands.
    Literal(&'a str),
    /// What is put there.
    Place(#[serde(borrow)] Place<'a>),
}

/// Something that was told or found before, or a part of it: `url#scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place<'a> {
    /// Its name.
    pub name: &'a str,
    /// Which part of it: `resourceId[1]`.
    pub path: Option<&'a str>,
}
