//! What is shown of a message or a replica, name by name.

use std::fmt::Display;
use std::rc::Rc;

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::vocabulary::WordInfo;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::data::signature::Signed;

/// The value of a field in a view.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(untagged)]
pub enum Value {
    /// A number; compared as one.
    Number(i64),
    /// A word or a short text.
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(number as i64)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// One field of a view, in the paper's words.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct Field {
    /// Its name, kebab-cased: `commit-index`.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
}

impl Field {
    /// A field that is a number.
    pub fn number(name: &'static str, number: u64) -> Self {
        Field { name, value: number.into() }
    }

    /// A field that is a word or a short text.
    pub fn text(name: &'static str, text: &str) -> Self {
        Field { name, value: text.into() }
    }
}

/// Fields in the making.
#[derive(Default)]
pub struct Fields(pub Vec<Field>);

impl Fields {
    /// Adds a number.
    pub fn number(&mut self, name: &'static str, number: u64) {
        self.0.push(Field::number(name, number));
    }

    /// Adds what can be shown in a word or a short text.
    pub fn show(&mut self, name: &'static str, value: &dyn std::fmt::Display) {
        self.text(name, &value.to_string());
    }

    /// Adds a word or a short text.
    pub fn text(&mut self, name: &'static str, text: &str) {
        self.0.push(Field::text(name, text));
    }
}

/// Items in words, with something between them.
pub fn listed<T: Display>(items: impl IntoIterator<Item = T>, between: &str) -> String {
    let mut list = String::new();
    for item in items {
        enumerate(&mut list, between, &item);
    }
    list
}

/// Adds an item to a list in words.
pub fn enumerate(list: &mut String, between: &str, item: &dyn std::fmt::Display) {
    if !list.is_empty() {
        list.push_str(between);
    }
    list.push_str(&item.to_string());
}

/// The fields of a protocol's view of a replica. The derive makes it of a struct.
///
/// ```
/// use consensus_playground::kernel::{Fields, NodeId, View, ViewFields};
///
/// #[derive(View)]
/// struct Shown {
///     /// The latest term that it has seen.
///     term: u64,
///     /// Whom it has voted for in that term, or none.
///     voted_for: Option<NodeId>,
///     /// Of a leader: whether its lease holds.
///     #[field(if_some)]
///     lease: Option<bool>,
/// }
///
/// assert_eq!((Shown::FIELDS[1].name, Shown::FIELDS.len()), ("voted-for", 3));
/// let mut fields = Fields::default();
/// Shown { term: 4, voted_for: None, lease: None }.add_to(&mut fields);
/// let shown: Vec<_> = fields.0.iter().map(|field| format!("{} {}", field.name, field.value)).collect();
/// assert_eq!(shown, ["term 4", "voted-for none"]);
/// ```
pub trait ViewFields {
    /// For the descriptor.
    const FIELDS: &'static [WordInfo];

    /// Adds all of them.
    fn add_to(&self, fields: &mut Fields);
}

/// A view without fields of its own.
impl ViewFields for () {
    const FIELDS: &'static [WordInfo] = &[];

    fn add_to(&self, _: &mut Fields) {}
}

/// Fields that are there at times, for `#[field(flatten)]`.
impl<T: ViewFields> ViewFields for Option<T> {
    const FIELDS: &'static [WordInfo] = T::FIELDS;

    fn add_to(&self, fields: &mut Fields) {
        if let Some(some) = self {
            some.add_to(fields);
        }
    }
}

/// A type that can be shown as a field of a message or a view. What has parts may add several, under their own names: the
/// derive makes it of a struct.
///
/// ```
/// use consensus_playground::kernel::{Fields, ShowField};
///
/// #[derive(ShowField)]
/// struct Place {
///     #[field(name = "v")]
///     view: u64,
///     #[field(name = "d", value = format!("{digest:04x}"))]
///     digest: u64,
///     #[field(when(*view > 7))]
///     late: bool,
/// }
///
/// let mut fields = Fields::default();
/// Place { view: 7, digest: 255, late: true }.show_field("place", &mut fields);
/// let shown: Vec<_> = fields.0.iter().map(|field| format!("{} {}", field.name, field.value)).collect();
/// assert_eq!(shown, ["v 7", "d 00ff"]);
/// ```
pub trait ShowField {
    /// Adds it under a name, or its parts under theirs.
    fn show_field(&self, name: &'static str, fields: &mut Fields);
}

/// Makes types that [`Display`](std::fmt::Display) shows in a word stand in sentences and fields as that word.
macro_rules! one_word {
    ($($kind:ty),* $(,)?) => { $(
        impl $crate::kernel::descriptor::rules::Say for $kind {
            fn say(self, to: &mut $crate::kernel::descriptor::rules::Sentence) {
                to.show(&self);
            }
        }

        impl $crate::kernel::ShowField for $kind {
            fn show_field(&self, name: &'static str, fields: &mut $crate::kernel::Fields) {
                fields.show(name, self);
            }
        }
    )* };
}

pub(crate) use one_word;

one_word!(crate::kernel::data::short_word::ShortWord);

impl ShowField for str {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, self);
    }
}

impl ShowField for String {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, self);
    }
}

impl ShowField for bool {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, yes_no(*self));
    }
}

impl ShowField for NodeId {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        if self.is_client() { fields.show(name, self) } else { fields.number(name, self.raw().into()) }
    }
}

impl ShowField for RequestId {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.show(name, self);
    }
}

impl<T: ShowField + ?Sized> ShowField for &T {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        (**self).show_field(name, fields);
    }
}

impl<T: ShowField + ?Sized> ShowField for Rc<T> {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        (**self).show_field(name, fields);
    }
}

impl<T: ShowField> ShowField for Option<T> {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        match self {
            Some(some) => some.show_field(name, fields),
            None => fields.text(name, "none"),
        }
    }
}

macro_rules! shown_numbers {
    ($($number:ty),*) => { $(
        impl ShowField for $number {
            fn show_field(&self, name: &'static str, fields: &mut Fields) {
                fields.number(name, *self as u64);
            }
        }
    )* };
}
shown_numbers!(u8, u16, u32, u64, usize);

/// `yes` or `no`.
pub fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// What was signed, and by whom.
impl<T: ShowField> ShowField for Signed<T> {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        self.body().show_field(name, fields);
        fields.show("signed-by", &self.signer());
    }
}
