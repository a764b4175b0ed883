//! A shorter way for objects most of whose fields are at hand, such as the rows of a page.
//!
//! The ordinary way makes a future for each field and takes it through the extensions, which costs ten times what the
//! value costs. Here the fields at hand are written down at once, and only the others go the ordinary way. Whatever
//! is not a plain list of fields (directives, two fields of one name, fragments about another type) goes the ordinary
//! way as a whole. A test holds the two ways against each other.

use async_graphql::{
    ContextSelectionSet, Name, OutputType, Positioned, ScalarType, ServerError, ServerResult,
    Value,
    extensions::ResolveInfo,
    indexmap::IndexMap,
    parser::types::{Field, FragmentDefinition, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::ContainerType,
};
use futures_util::future::try_join_all;
use std::{
    borrow::Cow,
    collections::HashMap,
    pin::pin,
    sync::{Mutex, PoisonError},
};

/// An object that can say some of its fields at once.
pub(crate) trait AtHand: ContainerType {
    /// The value of a field that takes no argument, waits for nothing and cannot fail; none for any other field.
    fn at_hand(&self, field: &Field) -> Option<Value>;
}

/// What is selected of the fragments of a document, by their names.
pub(crate) type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The object, resolved the shorter way. In the schema it is the object itself.
pub struct Quick<T>(pub T);

/// The object with the values of some of its fields, which were loaded and written for the whole page at once. Each is
/// laid beside it under the name that the answer has for it, and is taken by the first who asks.
pub struct Laid<T> {
    object: T,
    values: Mutex<Vec<(Name, Value)>>,
}

impl<T> Laid<T> {
    /// The object with values beside it.
    pub(crate) fn new(object: T, values: Vec<(Name, Value)>) -> Self {
        Self {
            object,
            values: Mutex::new(values),
        }
    }

    fn take(&self, name: &Name) -> Option<Value> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let place = values.iter().position(|(known, _)| known == name)?;
        Some(values.swap_remove(place).1)
    }
}

/// Gives a wrapper of an object the object's place in the schema, and the shorter way.
macro_rules! shorter_way {
    ($wrapper:ident, |$this:ident| $object:expr, |$name:ident| $laid:expr) => {
        impl<T: AtHand> OutputType for $wrapper<T> {
            fn type_name() -> Cow<'static, str> {
                <T as OutputType>::type_name()
            }

            fn qualified_type_name() -> String {
                T::qualified_type_name()
            }

            fn introspection_type_name(&self) -> Cow<'static, str> {
                let $this = self;
                $object.introspection_type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                T::create_type_info(registry)
            }

            async fn resolve(
                &self,
                ctx: &ContextSelectionSet<'_>,
                field: &Positioned<Field>,
            ) -> ServerResult<Value> {
                let $this = self;
                let fragments = &ctx.query_env.fragments;
                match fields_of(fragments, &ctx.item.node, &Self::type_name()) {
                    Some(fields) => shortly($object, ctx, fields, |$name| $laid).await,
                    None => $object.resolve(ctx, field).await,
                }
            }
        }
    };
}

shorter_way!(Quick, |this| &this.0, |_name| None);
shorter_way!(Laid, |this| &this.object, |name| this.take(name));

/// The fields of an object: what is laid beside it and what is at hand at once, the others the ordinary way.
async fn shortly<T: AtHand>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    fields: Vec<&Positioned<Field>>,
    laid: impl Fn(&Name) -> Option<Value>,
) -> ServerResult<Value> {
    let mut answer = IndexMap::with_capacity(fields.len());
    let mut others = Vec::new();
    for field in fields {
        let name = name_of(field);
        let known = laid(&name).or_else(|| object.at_hand(&field.node));
        let value = known.unwrap_or_else(|| {
            others.push(field);
            Value::Null
        });
        answer.insert(name, value);
    }
    if !others.is_empty() {
        let waiting = others.into_iter().map(|field| resolve(ctx, object, field));
        for (name, value) in try_join_all(waiting).await? {
            // In the place that was kept for it: fields stand in the order of the selection.
            answer.insert(name, value);
        }
    }
    Ok(Value::Object(answer))
}

/// An object below another whose selected fields are all at hand; none if one of them is not.
pub(crate) fn object_at_hand(
    set: &SelectionSet,
    at_hand: impl Fn(&Field) -> Option<Value>,
) -> Option<Value> {
    let fields = plain_fields(set)?;
    let pairs = fields
        .into_iter()
        .map(|field| Some((name_of(field), at_hand(&field.node)?)));
    pairs.collect::<Option<IndexMap<_, _>>>().map(Value::Object)
}

/// A text, or null.
pub(crate) fn text(text: Option<&String>) -> Value {
    text.map_or(Value::Null, |text| text.as_str().into())
}

/// A day, an instant or another scalar, or null.
pub(crate) fn scalar<T: ScalarType>(value: Option<&T>) -> Value {
    value.map_or(Value::Null, ScalarType::to_value)
}

/// The fields of a selection and of the fragments in it that are about this type, if there is nothing else and each
/// has a name of its own.
pub(crate) fn fields_of<'a>(
    fragments: &'a Fragments,
    set: &'a SelectionSet,
    type_name: &str,
) -> Option<Vec<&'a Positioned<Field>>> {
    let mut fields = Vec::with_capacity(set.items.len());
    let of = |set: &mut Vec<&'a SelectionSet>, item: &'a Selection| {
        let (condition, inner) = match item {
            Selection::InlineFragment(fragment) => (
                fragment.node.type_condition.as_ref(),
                &fragment.node.selection_set,
            ),
            Selection::FragmentSpread(spread) => {
                let fragment = fragments.get(&spread.node.fragment_name.node)?;
                (
                    Some(&fragment.node.type_condition),
                    &fragment.node.selection_set,
                )
            }
            Selection::Field(_) => return None,
        };
        let about = condition.is_none_or(|condition| condition.node.on.node == type_name);
        about.then(|| set.push(&inner.node))
    };
    let mut sets: Vec<&'a SelectionSet> = vec![set];
    while let Some(set) = sets.pop() {
        let before = sets.len();
        for item in &set.items {
            if !item.node.directives().is_empty() {
                return None;
            }
            match &item.node {
                // What follows a fragment would come before it.
                Selection::Field(_) if sets.len() > before => return None,
                Selection::Field(field) => push_plain(&mut fields, field)?,
                fragment if sets.len() == before => of(&mut sets, fragment)?,
                _ => return None,
            }
        }
    }
    Some(fields)
}

/// The fields of a selection, if there is nothing else and each has a name of its own.
pub(crate) fn plain_fields(set: &SelectionSet) -> Option<Vec<&Positioned<Field>>> {
    let mut fields = Vec::with_capacity(set.items.len());
    for item in &set.items {
        let Selection::Field(field) = &item.node else {
            return None;
        };
        push_plain(&mut fields, field)?;
    }
    Some(fields)
}

fn push_plain<'a>(
    fields: &mut Vec<&'a Positioned<Field>>,
    field: &'a Positioned<Field>,
) -> Option<()> {
    let name = &field.node.response_key().node;
    let is_plain = field.node.directives.is_empty() && !field.node.name.node.starts_with("__");
    let is_alone = fields
        .iter()
        .all(|other| other.node.response_key().node != *name);
    (is_plain && is_alone).then(|| fields.push(field))
}

pub(crate) fn name_of(field: &Positioned<Field>) -> Name {
    field.node.response_key().node.clone()
}

/// One field the ordinary way: through the extensions, which keep its errors.
async fn resolve<'a, T: AtHand>(
    ctx: &ContextSelectionSet<'a>,
    object: &'a T,
    field: &'a Positioned<Field>,
) -> ServerResult<(Name, Value)> {
    let ctx = ctx.clone();
    let here = ctx.with_field(field);
    let type_name = <T as OutputType>::type_name();
    let name = field.node.name.node.as_str();
    let known = ctx.schema_env.registry.types.get(type_name.as_ref());
    let known = known.and_then(|object| object.field_by_name(name));
    let (Some(known), Some(path_node)) = (known, here.path_node.as_ref()) else {
        let message = format!("Cannot query field \"{name}\" on type \"{type_name}\".");
        return Err(ServerError::new(message, Some(field.pos)));
    };
    let info = ResolveInfo {
        path_node,
        parent_type: &type_name,
        return_type: &known.ty,
        name,
        alias: field.node.alias.as_ref().map(|alias| alias.node.as_str()),
        is_for_introspection: false,
        field: &field.node,
    };
    let mut value = pin!(object.resolve_field(&here));
    let value = ctx.query_env.extensions.resolve(info, &mut value).await?;
    Ok((name_of(field), value.unwrap_or_default()))
}
