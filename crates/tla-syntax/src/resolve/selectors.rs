//! `Op(a)!label(b)`, `Op!2!(c)`: names for parts of definitions. The rules are those of *TLA+ Version 2*, "Naming
//! subexpressions".

use crate::ast::{self, PathSegment, SegmentName};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolved::{Argument, DefinitionId, Expr, ExprKind};
use crate::source::{SourceMap, Span};

use super::excerpts::Excerpt;
use super::scope::{plural, Scope};
use super::tables::placeholder;

const PART_HINT: &str = "define the part as an operator of its own";

impl Scope<'_, '_> {
    /// A part of the definition that is applied to `arguments`; `segments` say which.
    pub(super) fn part(
        &mut self,
        definition: DefinitionId,
        mut arguments: Vec<Argument>,
        segments: &[PathSegment],
        span: Span,
    ) -> ExprKind {
        self.resolver.tables.finish_copies();
        let whole = self.resolver.tables.definition(definition);
        let name = whole.name.clone();
        if whole.inner || self.defining.contains(&name) {
            let message = format!("a part of `{name}`, which is not complete here, cannot be handled");
            return self.unsupported(span, message, PART_HINT);
        }
        let body = whole.body.clone();
        let mut place = Excerpt::whole(&body);
        for segment in segments {
            let Some(next) = self.step(&place, segment) else { return self.no_part(&name, segment) };
            place = next;
            let given = segment.arguments.len();
            if !place.bound.is_empty() || given > 0 {
                if place.bound.len() != given {
                    let message = format!(
                        "this part of `{name}` needs {}, but is given {given}",
                        plural(place.bound.len(), "argument")
                    );
                    let error = Diagnostic::new(Code::Arity, segment.span, message);
                    self.error(error.with_hint("give a value for each name that is bound around the part"));
                    return placeholder(span).kind;
                }
                place.replaced.append(&mut place.bound);
                arguments.extend(segment.arguments.iter().map(|argument| Argument::Value(self.expr(argument))));
            }
        }
        let part = segments.iter().map(described).collect::<Vec<_>>().join("!");
        let definition = self.resolver.tables.excerpt(definition, format!("{name}!{part}").into(), &place);
        ExprKind::Apply { definition, arguments }
    }

    fn no_part(&mut self, name: &str, segment: &PathSegment) -> ExprKind {
        let error = match &segment.name {
            SegmentName::Name(label) => {
                let message = format!("`{name}` is not an instance of a module, and has no label `{}`", label.text);
                let error = Diagnostic::new(Code::UndefinedName, segment.span, message);
                error.with_hint("`I!Op` needs a definition `I == INSTANCE Module`")
            }
            SegmentName::Selector(selector) => {
                let message = format!("`{name}` has no part `!{selector}`, or not one that can be handled");
                Diagnostic::new(Code::Unsupported, segment.span, message).with_hint(PART_HINT)
            }
        };
        self.error(error);
        placeholder(segment.span).kind
    }

    fn step<'e>(&self, place: &Excerpt<'e>, segment: &PathSegment) -> Option<Excerpt<'e>> {
        let bulleted = |expr: &Expr| is_bulleted(self.resolver.sources, expr);
        match &segment.name {
            SegmentName::Name(label) => {
                let mut found = place.labelled(&label.text)?;
                self.order_by_label(&mut found);
                Some(found)
            }
            SegmentName::Selector(selector) => match selector.as_str() {
                "()" => place.body(),
                "<<" => place.operand(1, &bulleted),
                ">>" => place.operand(2, &bulleted),
                ":" => Some(place.clone()),
                number => place.operand(number.parse().ok()?, &bulleted),
            },
        }
    }

    /// A label lists the bound names in an order of its own.
    fn order_by_label(&self, place: &mut Excerpt) {
        if let Some(order) = self.resolver.tables.label_parameters.get(&place.expr.span) {
            place.bound.sort_by_key(|named| order.iter().position(|name| **name == *named.name));
        }
    }
}

fn described(segment: &PathSegment) -> &str {
    match &segment.name {
        SegmentName::Name(ast::Name { text, .. }) | SegmentName::Selector(text) => text,
    }
}

/// Whether a conjunction or disjunction is written as a list with bullets.
fn is_bulleted(sources: &SourceMap, expr: &Expr) -> bool {
    let text = sources.text(expr.span).trim_start();
    ["/\\", "\\/", "∧", "∨", "\\land", "\\lor"].into_iter().any(|bullet| text.starts_with(bullet))
}
