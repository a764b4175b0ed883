//! Measures a parsed document with its fragments followed, each fragment once: the time is that of
//! reading the document, however large it would be written out.

use super::{Limit, Limits, Refusal};
use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, ExecutableDocument, Field, OperationType, Selection, SelectionSet},
};
use std::{collections::HashMap, convert::Infallible};

/// How large something is, with fragments written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub operations: usize,
    pub fields: usize,
    pub root_fields: usize,
    pub aliases: usize,
    pub directives: usize,
    pub representations: usize,
    pub depth: usize,
    pub introspection_depth: usize,
    pub introspects: bool,
    /// Selection sets inside one another, fragments included.
    levels: usize,
}

impl Size {
    /// Two parts that stand beside each other in one selection set.
    fn beside(self, other: Self) -> Self {
        Self {
            root_fields: self.root_fields.saturating_add(other.root_fields),
            ..self.apart(other)
        }
    }

    /// Two parts of one document that share no selection set.
    fn apart(self, other: Self) -> Self {
        Self {
            operations: self.operations + other.operations,
            fields: self.fields.saturating_add(other.fields),
            root_fields: self.root_fields.max(other.root_fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            representations: self.representations.saturating_add(other.representations),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            introspects: self.introspects || other.introspects,
            levels: self.levels.max(other.levels),
        }
    }

    fn with_directives(self, directives: &[Positioned<Directive>]) -> Self {
        Self {
            directives: self.directives.saturating_add(directives.len()),
            ..self
        }
    }
}

/// The size of a whole document: its operations together, and no fragment smaller than it is,
/// also where nothing spreads it.
pub(super) fn measure(
    document: &ExecutableDocument,
    variables: &Variables,
    limits: &Limits,
) -> Result<Size, Refusal> {
    let mut ruler = Ruler {
        document,
        variables,
        limits,
        fragments: HashMap::new(),
    };
    let mut total = Size::default();
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let mut size = ruler
            .selection_set(&operation.selection_set.node, 1)?
            .with_directives(&operation.directives);
        for variable in &operation.variable_definitions {
            size = size.with_directives(&variable.node.directives);
        }
        size.operations = 1;
        total = total.apart(size);
    }
    // The library reads each fragment by itself too. How deep one may be depends on where it is
    // spread: the standard introspection query has one that is deeper than a plain query may be.
    for name in document.fragments.keys() {
        let fragment = ruler.fragment(name, 1)?;
        let alone = Size {
            fields: fragment.fields,
            directives: fragment.directives,
            ..Size::default()
        };
        check(&alone, limits)?;
    }
    Ok(total)
}

/// Holds a document's size against the limits.
pub(super) fn check(size: &Size, limits: &Limits) -> Result<(), Refusal> {
    let table = [
        (Limit::Operations, size.operations, limits.operations),
        (Limit::Fields, size.fields, limits.fields),
        (Limit::Depth, size.depth, limits.depth),
        (
            Limit::IntrospectionDepth,
            size.introspection_depth,
            limits.introspection_depth,
        ),
        (Limit::Aliases, size.aliases, limits.aliases),
        (Limit::RootFields, size.root_fields, limits.root_fields),
        (Limit::Directives, size.directives, limits.directives),
        (
            Limit::Representations,
            size.representations,
            limits.representations,
        ),
    ];
    table
        .into_iter()
        .find(|(_, actual, allowed)| actual > allowed)
        .map_or(Ok(()), |(limit, _, allowed)| {
            Err(Refusal::TooMuch(limit, allowed))
        })
}

/// The operation that would run, if the document and the name agree on one.
pub(super) fn chosen<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<(Option<&'a str>, OperationType)> {
    let mut operations = document.operations.iter();
    let only = operations.len() == 1;
    let (found, operation) = operations.find(|(candidate, _)| match name {
        Some(name) => candidate.is_some_and(|candidate| candidate == name),
        None => only,
    })?;
    Some((found.map(Name::as_str), operation.node.ty))
}

/// A fragment is being measured, or has been.
#[derive(Clone, Copy)]
enum Measured {
    Begun,
    Done(Size),
}

struct Ruler<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    limits: &'a Limits,
    fragments: HashMap<&'a str, Measured>,
}

impl<'a> Ruler<'a> {
    /// `level` counts the selection sets around this one, itself included.
    fn selection_set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Size, Refusal> {
        if set.items.is_empty() {
            return Ok(Size::default());
        }
        self.check_level(level)?;
        let mut total = Size::default();
        for item in &set.items {
            let size = match &item.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(fragment) => {
                    self.selection_set(&fragment.node.selection_set.node, level + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, level + 1)?
                }
            };
            total = total.beside(size.with_directives(item.node.directives()));
            total.fields = total.fields.saturating_add(1);
        }
        total.levels += 1;
        Ok(total)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Size, Refusal> {
        let inner = self.selection_set(&field.selection_set.node, level + 1)?;
        let name = field.name.node.as_str();
        let reads_types = matches!(name, "__schema" | "__type");
        let representations = if name == "_entities" {
            self.representations(field)
        } else {
            0
        };
        Ok(Size {
            root_fields: 1,
            aliases: inner
                .aliases
                .saturating_add(usize::from(field.alias.is_some())),
            representations: inner.representations.saturating_add(representations),
            depth: if reads_types { 1 } else { inner.depth + 1 },
            introspection_depth: if reads_types {
                inner.depth.max(inner.introspection_depth)
            } else {
                inner.introspection_depth
            },
            introspects: inner.introspects || reads_types || name == "_service",
            ..inner
        })
    }

    fn fragment(&mut self, name: &'a str, level: usize) -> Result<Size, Refusal> {
        match self.fragments.get(name) {
            Some(Measured::Begun) => return Err(Refusal::FragmentCycle),
            Some(Measured::Done(size)) => {
                let size = *size;
                self.check_level(level + size.levels.saturating_sub(1))?;
                return Ok(size);
            }
            None => {}
        }
        // A fragment that is not there is for the library's validation to report.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.fragments.insert(name, Measured::Begun);
        let size = self
            .selection_set(&fragment.node.selection_set.node, level)?
            .with_directives(&fragment.node.directives);
        self.fragments.insert(name, Measured::Done(size));
        Ok(size)
    }

    fn check_level(&self, level: usize) -> Result<(), Refusal> {
        if level > self.limits.nesting {
            return Err(Refusal::TooMuch(Limit::Nesting, self.limits.nesting));
        }
        Ok(())
    }

    /// A value that is no list stands for a list of one; a variable without a value has its
    /// default, the longest if several operations give it one.
    fn representations(&self, field: &Field) -> usize {
        let Some(argument) = field.get_argument("representations") else {
            return 0;
        };
        let mut variable = None;
        let value = argument.node.clone().into_const_with(|name| {
            variable = Some(name);
            Ok::<_, Infallible>(Value::Null)
        });
        match (value, variable) {
            (Ok(Value::Null), Some(name)) => self
                .variables
                .get(&name)
                .map_or_else(|| self.longest_default(&name), length),
            (Ok(value), _) => length(&value),
        }
    }

    fn longest_default(&self, name: &str) -> usize {
        self.document
            .operations
            .iter()
            .flat_map(|(_, operation)| &operation.node.variable_definitions)
            .filter(|variable| variable.node.name.node == name)
            .filter_map(|variable| variable.node.default_value.as_ref())
            .map(|value| length(&value.node))
            .max()
            .unwrap_or(0)
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        _ => 1,
    }
}
