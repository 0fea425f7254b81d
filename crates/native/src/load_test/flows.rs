//! Flows as `assay.bench.compiling` writes them: names are numbers, templates are in pieces.

use base64::prelude::{Engine as _, BASE64_STANDARD};
use load::flow::{
    Check, Comparison, CookiePolicy, Data, DataOrder, Escape, Expectation, Flow, Flows, Generated, JsonPath, Pattern,
    Piece, Source, Step, Taking, Template,
};
use load::LoadError;
use serde::Deserialize;

use super::request::GivenThinkTime;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenFlows {
    variables: Vec<String>,
    flows: Vec<GivenFlow>,
    data: Vec<GivenData>,
    generated: Vec<(usize, GivenGenerated)>,
    cookies: GivenCookies,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenFlow {
    name: String,
    weight: u32,
    steps: Vec<GivenStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenStep {
    name: String,
    method: String,
    path: GivenTemplate,
    headers: Vec<(String, GivenTemplate)>,
    body: GivenTemplate,
    takings: Vec<GivenTaking>,
    checks: Vec<GivenCheck>,
    pause: GivenThinkTime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTemplate {
    escape: GivenEscape,
    pieces: Vec<GivenPiece>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum GivenEscape {
    None,
    Percent,
    Json,
}

/// Bytes in base64, the number of a variable, or one whose value is written as it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum GivenPiece {
    Text(String),
    Value(usize),
    Raw(usize),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTaking {
    variable: usize,
    place: Place,
    argument: String,
    otherwise: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenCheck {
    name: String,
    place: Place,
    argument: String,
    comparison: GivenComparison,
    /// Of the status.
    ranges: Vec<(u16, u16)>,
    /// What a value is compared with.
    value: GivenTemplate,
    pattern: String,
    required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    Status,
    Header,
    Cookie,
    Json,
    Body,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum GivenComparison {
    Within,
    Present,
    Equals,
    Contains,
    Matches,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenData {
    name: String,
    columns: Vec<usize>,
    rows: Vec<Vec<String>>,
    order: GivenOrder,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum GivenOrder {
    Sequential,
    Random,
    Unique,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum GivenGenerated {
    User,
    Iteration,
    Uuid,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum GivenCookies {
    Ignored,
    Iteration,
    User,
}

impl GivenFlows {
    pub(super) fn flows(&self) -> Result<Flows, LoadError> {
        let flows: Result<Vec<_>, _> = self.flows.iter().map(GivenFlow::flow).collect();
        let generated = |(variable, generated): &(usize, GivenGenerated)| {
            let generated = match generated {
                GivenGenerated::User => Generated::User,
                GivenGenerated::Iteration => Generated::Iteration,
                GivenGenerated::Uuid => Generated::Uuid,
            };
            (*variable, generated)
        };
        Ok(Flows {
            flows: flows?,
            variables: self.variables.clone(),
            data: self.data.iter().map(GivenData::data).collect(),
            generated: self.generated.iter().map(generated).collect(),
            cookies: match self.cookies {
                GivenCookies::Ignored => CookiePolicy::Ignored,
                GivenCookies::Iteration => CookiePolicy::Iteration,
                GivenCookies::User => CookiePolicy::User,
            },
        })
    }
}

impl GivenFlow {
    fn flow(&self) -> Result<Flow, LoadError> {
        let steps: Result<Vec<_>, _> = self.steps.iter().map(GivenStep::step).collect();
        Ok(Flow { name: self.name.clone(), weight: self.weight, steps: steps? })
    }
}

impl GivenStep {
    fn step(&self) -> Result<Step, LoadError> {
        let refused = |reason| LoadError::Request { name: self.name.clone(), reason };
        let read = || {
            let headers: Result<Vec<_>, String> =
                self.headers.iter().map(|(name, value)| Ok((name.clone(), value.template()?))).collect();
            let takings: Result<Vec<_>, String> = self.takings.iter().map(GivenTaking::taking).collect();
            let checks: Result<Vec<_>, String> = self.checks.iter().map(GivenCheck::check).collect();
            Ok((self.path.template()?, headers?, self.body.template()?, takings?, checks?))
        };
        let (path, headers, body, takings, checks) = read().map_err(refused)?;
        Ok(Step {
            name: self.name.clone(),
            method: self.method.clone(),
            path,
            headers,
            body,
            takings,
            checks,
            pause: self.pause.think_time()?,
        })
    }
}

impl GivenTemplate {
    fn template(&self) -> Result<Template, String> {
        let piece = |piece: &GivenPiece| {
            Ok(match piece {
                GivenPiece::Text(text) => Piece::Text(BASE64_STANDARD.decode(text).map_err(|error| error.to_string())?),
                GivenPiece::Value(variable) => Piece::Value(*variable),
                GivenPiece::Raw(variable) => Piece::Raw(*variable),
            })
        };
        let pieces: Result<Vec<_>, String> = self.pieces.iter().map(piece).collect();
        let escape = match self.escape {
            GivenEscape::None => Escape::None,
            GivenEscape::Percent => Escape::Percent,
            GivenEscape::Json => Escape::Json,
        };
        Ok(Template { pieces: pieces?, escape })
    }
}

impl GivenTaking {
    fn taking(&self) -> Result<Taking, String> {
        let from = match self.place {
            Place::Header => Source::Header(self.argument.clone()),
            Place::Cookie => Source::Cookie(self.argument.clone()),
            Place::Json => Source::Json(json_path(&self.argument)?),
            Place::Body => Source::Pattern(pattern(&self.argument)?),
            Place::Status => return Err("a status is nothing to take".to_owned()),
        };
        let otherwise = self.otherwise.as_ref().map(|text| text.clone().into_bytes());
        Ok(Taking { variable: self.variable, from, otherwise })
    }
}

impl GivenCheck {
    fn check(&self) -> Result<Check, String> {
        let comparison = || {
            Ok::<_, String>(match self.comparison {
                GivenComparison::Present | GivenComparison::Within => Comparison::Present,
                GivenComparison::Equals => Comparison::Equals(self.value.template()?),
                GivenComparison::Contains => Comparison::Contains(self.value.template()?),
                GivenComparison::Matches => Comparison::Matches(pattern(&self.pattern)?),
            })
        };
        let expectation = match self.place {
            Place::Status => Expectation::Status(self.ranges.clone()),
            Place::Header => Expectation::Header(self.argument.clone(), comparison()?),
            Place::Json => Expectation::Json(json_path(&self.argument)?, comparison()?),
            Place::Body => Expectation::Body(comparison()?),
            Place::Cookie => Expectation::Cookie(self.argument.clone(), comparison()?),
        };
        Ok(Check { name: self.name.clone(), expectation, ends_iteration: self.required })
    }
}

impl GivenData {
    fn data(&self) -> Data {
        let row = |row: &Vec<String>| row.iter().map(|value| value.clone().into_bytes()).collect();
        Data {
            name: self.name.clone(),
            columns: self.columns.clone(),
            rows: self.rows.iter().map(row).collect(),
            order: match self.order {
                GivenOrder::Sequential => DataOrder::Sequential,
                GivenOrder::Random => DataOrder::Random,
                GivenOrder::Unique => DataOrder::Unique,
            },
        }
    }
}

fn json_path(text: &str) -> Result<JsonPath, String> {
    JsonPath::parse(text).map_err(|reason| format!("the JSON path {text:?} cannot be read: {reason}"))
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::new(text).map_err(|reason| format!("the regular expression {text:?} cannot be read: {reason}"))
}
