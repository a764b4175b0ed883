//! The running schema, read from its SDL, and selections made from it: a new field is walked through
//! without anybody having to think of it.

use async_graphql::{
    Value as ConstValue,
    parser::{
        parse_schema,
        types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};
use std::collections::BTreeMap;

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    /// Its arguments, and whether each must be given.
    pub arguments: Vec<(String, bool)>,
    /// The type below lists and non-null.
    pub of: String,
}

/// An object type.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub fields: Vec<Field>,
    pub is_node: bool,
    /// The fields of its federation keys.
    pub keys: Vec<String>,
}

/// The object types by name.
pub struct Schema(BTreeMap<String, Object>);

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => named(inner),
    }
}

fn field(definition: &FieldDefinition) -> Field {
    let arguments = definition.arguments.iter().map(|argument| {
        let argument = &argument.node;
        let must = !argument.ty.node.nullable && argument.default_value.is_none();
        (argument.name.node.to_string(), must)
    });
    Field {
        name: definition.name.node.to_string(),
        arguments: arguments.collect(),
        of: named(&definition.ty.node),
    }
}

impl Field {
    /// What must be said to ask for the field below another object.
    fn musts(&self) -> Vec<String> {
        let musts = self.arguments.iter().filter(|(_, must)| *must);
        musts.map(|(name, _)| self.sample(name)).collect()
    }

    fn sample(&self, argument: &str) -> String {
        let value = match argument {
            "year" => "2026",
            "from" => "\"2020-01-01\"",
            "until" => "\"2030-12-31\"",
            "wanted" => "[CHILD_RIGHTS]",
            _ => panic!(
                "give `sample` in schema.rs a value for the argument {argument} of {}",
                self.name
            ),
        };
        format!("{argument}: {value}")
    }
}

/// Arguments as they stand behind a field's name.
fn in_brackets(arguments: &[String]) -> String {
    if arguments.is_empty() {
        String::new()
    } else {
        format!("({})", arguments.join(", "))
    }
}

impl Schema {
    /// The schema as the server runs it.
    pub fn running() -> Self {
        let document = parse_schema(api::graphql::sdl()).expect("the SDL can be read");
        let mut objects: BTreeMap<String, Object> = BTreeMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let definition = definition.node;
            let TypeKind::Object(object) = definition.kind else {
                continue;
            };
            let entry = objects.entry(definition.name.node.to_string()).or_default();
            entry.fields.extend(
                object
                    .fields
                    .iter()
                    .map(|definition| field(&definition.node)),
            );
            entry.is_node |= object
                .implements
                .iter()
                .any(|interface| interface.node == "Node");
            for directive in definition.directives {
                let directive = directive.node;
                let fields = directive
                    .arguments
                    .into_iter()
                    .find(|(name, _)| name.node == "fields");
                if let (true, Some((_, value))) = (directive.name.node == "key", fields)
                    && let ConstValue::String(key) = value.node
                {
                    entry.keys.push(key);
                }
            }
        }
        Self(objects)
    }

    /// An object type by its name; none for scalars, enums and interfaces.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.0.get(name)
    }

    /// The object types that a condition picks.
    pub fn names(&self, which: impl Fn(&Object) -> bool) -> Vec<&str> {
        let picked = self.0.iter().filter(|(_, object)| which(object));
        picked.map(|(name, _)| name.as_str()).collect()
    }

    /// The fields that lead to further objects.
    pub fn branches(&self, name: &str) -> Vec<&Field> {
        let fields = self.object(name).map(|object| object.fields.iter());
        fields
            .into_iter()
            .flatten()
            .filter(|field| self.object(&field.of).is_some())
            .collect()
    }

    fn leaves(&self, name: &str) -> Vec<String> {
        let fields = self.object(name).map(|object| object.fields.iter());
        fields
            .into_iter()
            .flatten()
            .filter(|field| self.object(&field.of).is_none() && field.of != "Node")
            .map(|field| format!("{}{}", field.name, in_brackets(&field.musts())))
            .collect()
    }

    /// All of an object down to a depth.
    pub fn all_of(&self, name: &str, depth: usize, first: usize) -> String {
        let mut selection = self.leaves(name);
        if depth > 0 {
            for field in self.branches(name) {
                selection.push(self.enter(field, "", first, |of| {
                    self.all_of(of, depth - 1, first.div_ceil(2))
                }));
            }
        }
        selection.join(" ")
    }

    /// An object's own values, and all below one of its fields.
    pub fn below(&self, name: &str, branch: &Field, first: usize, depth: usize) -> String {
        let leaves = self.leaves(name).join(" ");
        let below = self.enter(branch, "", first, |of| {
            self.all_of(of, depth, first.div_ceil(2))
        });
        format!("{leaves} {below}")
    }

    /// A field with what is selected of its objects; through the edges and pages of a connection.
    pub fn enter(
        &self,
        field: &Field,
        arguments: &str,
        first: usize,
        of: impl Fn(&str) -> String,
    ) -> String {
        let mut arguments = if arguments.is_empty() {
            field.musts()
        } else {
            vec![arguments.to_owned()]
        };
        if field.arguments.iter().any(|(name, _)| name == "first") {
            arguments.push(format!("first: {first}"));
        }
        let arguments = in_brackets(&arguments);
        let name = &field.name;
        match self.node_of(&field.of) {
            // Both ways through a connection are taken: what `edges` hide, `nodes` must hide too.
            Some(node) => format!(
                "{name}{arguments} {{ totalCount \
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} \
                 edges {{ cursor node {{ __typename {} }} }} nodes {{ {} }} }}",
                self.leaves(node).join(" "),
                of(node)
            ),
            None => format!("{name}{arguments} {{ __typename {} }}", of(&field.of)),
        }
    }

    /// What a connection connects.
    pub fn node_of(&self, name: &str) -> Option<&str> {
        let connection = self.object(name).filter(|_| name.ends_with("Connection"))?;
        let nodes = connection
            .fields
            .iter()
            .find(|field| field.name == "nodes")?;
        Some(&nodes.of)
    }
}
