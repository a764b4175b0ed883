//! The SDL as a tree that tests can walk.

use async_graphql::parser::{
    parse_schema,
    types::{ServiceDocument, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};

/// The whole contract.
pub struct Sdl {
    pub types: Vec<TypeOf>,
}

/// One type.
pub struct TypeOf {
    pub name: String,
    pub kind: Kind,
    pub description: String,
    /// The names of its directives, with the fields that a key names.
    pub keys: Vec<String>,
    pub interfaces: Vec<String>,
    pub fields: Vec<FieldOf>,
    pub values: Vec<ValueOf>,
}

/// What sort of type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Object,
    Interface,
    Union,
    Enum,
    Input,
    Scalar,
}

/// A field of an object, an interface or an input.
pub struct FieldOf {
    pub name: String,
    pub description: String,
    pub kind: Type,
    pub arguments: Vec<FieldOf>,
}

/// A word of an enum.
pub struct ValueOf {
    pub name: String,
    pub description: String,
}

impl FieldOf {
    /// The type inside all lists.
    pub fn base_type(&self) -> String {
        let written = self.kind.to_string();
        written
            .trim_matches(|letter| matches!(letter, '[' | ']' | '!'))
            .to_owned()
    }

    /// The type as it is written: `[String!]!`.
    pub fn written(&self) -> String {
        self.kind.to_string()
    }
}

impl Sdl {
    /// What the API promises.
    pub fn of_the_api() -> Self {
        let text = api::graphql::sdl();
        let document: ServiceDocument = parse_schema(&text).expect("the SDL can be parsed");
        let types = document
            .definitions
            .into_iter()
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(definition) => Some(type_of(definition.node)),
                TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
            });
        Self {
            types: types.collect(),
        }
    }

    /// The type with a name.
    #[track_caller]
    pub fn get(&self, name: &str) -> &TypeOf {
        let found = self.types.iter().find(|known| known.name == name);
        found.unwrap_or_else(|| panic!("the schema has no type {name}"))
    }

    /// The object with a name.
    #[track_caller]
    pub fn object(&self, name: &str) -> &TypeOf {
        let found = self.get(name);
        assert_eq!(found.kind, Kind::Object, "{name} should be an object type");
        found
    }

    /// Every field that can stand in an answer, with the name of its type.
    pub fn output_fields(&self) -> impl Iterator<Item = (&str, &FieldOf)> {
        let outputs = |known: &&TypeOf| matches!(known.kind, Kind::Object | Kind::Interface);
        let types = self.types.iter().filter(outputs);
        types.flat_map(|known| {
            known
                .fields
                .iter()
                .map(|field| (known.name.as_str(), field))
        })
    }
}

impl TypeOf {
    /// The field with a name.
    pub fn field(&self, name: &str) -> Option<&FieldOf> {
        self.fields.iter().find(|field| field.name == name)
    }
}

fn words(description: Option<async_graphql::Positioned<String>>) -> String {
    description.map(|text| text.node).unwrap_or_default()
}

fn type_of(definition: TypeDefinition) -> TypeOf {
    let keys = definition
        .directives
        .iter()
        .filter(|directive| directive.node.name.node == "key");
    let keys = keys.filter_map(|directive| {
        let fields = directive.node.get_argument("fields")?;
        Some(fields.node.to_string().trim_matches('"').to_owned())
    });
    let mut made = TypeOf {
        name: definition.name.node.to_string(),
        kind: Kind::Scalar,
        description: words(definition.description),
        keys: keys.collect(),
        interfaces: Vec::new(),
        fields: Vec::new(),
        values: Vec::new(),
    };
    match definition.kind {
        TypeKind::Scalar => {}
        TypeKind::Object(object) => {
            made.kind = Kind::Object;
            made.interfaces = object
                .implements
                .iter()
                .map(|name| name.node.to_string())
                .collect();
            made.fields = object
                .fields
                .into_iter()
                .map(|field| output_field(field.node))
                .collect();
        }
        TypeKind::Interface(interface) => {
            made.kind = Kind::Interface;
            made.fields = interface
                .fields
                .into_iter()
                .map(|field| output_field(field.node))
                .collect();
        }
        TypeKind::Union(_) => made.kind = Kind::Union,
        TypeKind::Enum(words_of) => {
            made.kind = Kind::Enum;
            made.values = words_of
                .values
                .into_iter()
                .map(|value| value.node)
                .map(value_of)
                .collect();
        }
        TypeKind::InputObject(input) => {
            made.kind = Kind::Input;
            made.fields = input
                .fields
                .into_iter()
                .map(|field| input_field(field.node))
                .collect();
        }
    }
    made
}

fn value_of(value: async_graphql::parser::types::EnumValueDefinition) -> ValueOf {
    ValueOf {
        name: value.value.node.to_string(),
        description: words(value.description),
    }
}

fn output_field(field: async_graphql::parser::types::FieldDefinition) -> FieldOf {
    FieldOf {
        name: field.name.node.to_string(),
        description: words(field.description),
        kind: field.ty.node,
        arguments: field
            .arguments
            .into_iter()
            .map(|argument| input_field(argument.node))
            .collect(),
    }
}

fn input_field(field: async_graphql::parser::types::InputValueDefinition) -> FieldOf {
    FieldOf {
        name: field.name.node.to_string(),
        description: words(field.description),
        kind: field.ty.node,
        arguments: Vec::new(),
    }
}
