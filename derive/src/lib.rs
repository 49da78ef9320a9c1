//! Derives that make a protocol's descriptor of its own types: a kind of message, an option, a command, a lie, a role, a
//! timer, a field of a view stands in one place, and its doc comment is what people read of it.
//!
//! Each derive implements a trait of [`consensus_playground::kernel`], where it is shown by an example. In all of them
//! the first paragraph of a doc comment is the sentence for people; what else there is to say to programmers follows
//! after an empty line. A name is the Rust identifier in kebab case, where the attribute says no other.
//!
//! [`consensus_playground::kernel`]: ../consensus_playground/kernel/index.html

mod attributes;
mod choice;
mod command;
mod display;
mod fields;
mod listed;
mod message;
mod options;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

macro_rules! derives {
    ($( $(#[$doc:meta])* $entry:ident $name:ident($($attribute:ident),*) = $make:path; )*) => { $(
        $(#[$doc])*
        #[proc_macro_derive($name, attributes($($attribute),*))]
        pub fn $entry(input: TokenStream) -> TokenStream {
            let input = parse_macro_input!(input as DeriveInput);
            $make(&input).unwrap_or_else(syn::Error::into_compile_error).into()
        }
    )* };
}

derives! {
    /// What travels: each variant is a kind of message.
    ///
    /// On a variant, `#[message(…)]`:
    ///
    /// | word | |
    /// |---|---|
    /// | `glyph = Tag` | the shape that it is drawn in; must be there |
    /// | `reply` | it answers another one |
    /// | `label = "vote #{number}"`, `label("{}", expr)`, `label(expr)` | a few characters; else its name |
    /// | `name = "…"` | its name, where it is not the variant's |
    /// | `epoch(expr)`, `no_epoch` | its epoch, where the enum's word does not say it |
    /// | `when(expr)` | a kind of its own where the condition holds, in an attribute of its own, with `about = "…"` for its sentence |
    ///
    /// On the enum: `epoch = field` names the field that is the epoch, in the variants that have it;
    /// `names(field = "shown as")` names fields for all variants; `order("…", …)` says which kinds come first in the
    /// list, where that is not the order of the variants. Expressions see a variant's fields by reference under their
    /// names; those of a tuple are `_0`, `_1`, ….
    ///
    /// On a field, `#[field(…)]`, see [`ShowField`](macro@ShowField).
    message Message(message, field) = message::derive;

    /// The configuration: each field is an option.
    ///
    /// On a field, `#[option(…)]`:
    ///
    /// | word | |
    /// |---|---|
    /// | `default = "100ms"` | as it would be written; a switch and a bug may leave it out, and are off then |
    /// | `source = "§7.4"` | where it comes from |
    /// | `name = "…"`, `about = "…"` | where they are not the field's own name and doc comment |
    /// | `duration`, `range`, `number(1..=64)`, `yes_no`, `word` | what is written, where the type does not say it |
    /// | `at_least = "1ms"` | the shortest duration that it takes |
    /// | `per_replica` | on a `Vec`: one value for each replica |
    /// | `not_first` | with `per_replica`: replica 1 plays another part and does not have it |
    /// | `breaks("property", …)` | it is a known bug, and this is what it breaks; a constant may stand there as well |
    /// | `with = path` | how it is read: `fn(&str, usize) -> Result<T, String>`, which is told how many replicas there are |
    /// | `replicas` | no option: how many replicas there are |
    /// | `computed = expr` | no option: made of `replicas`, of all options, and of what was computed before it |
    /// | `flatten` | no option: a type with options of its own |
    ///
    /// On the struct, `#[option(order("…", …))]` says which options come first in the list.
    options Options(option) = options::derive;

    /// An enum of plain variants as words: the values of an option, and what is shown of a field.
    choice Choice(choice) = choice::derive;

    /// What a client can ask for: a struct, or an enum with something in each variant.
    ///
    /// `#[command(usage = "put KEY VALUE", example = "put x 1")]` on a variant, or several of them on a struct or a
    /// variant that can be written in several ways. A word in capitals stands for a field: `KEY` for `key`, or for the
    /// first one of a tuple. A field that a usage leaves out has its default. `about = "…"` is the sentence where it is
    /// not the doc comment, and `another = "…"` what a second client may ask for at the same time. With `display` on one
    /// usage of each, a command shows itself as it is written there.
    /// `#[command(flatten)]` on a variant takes over the commands of the type in it.
    /// On a field, `#[word(name = "REPLICA")]` says which capitals stand for it, and `#[word(with = path)]` how it is
    /// read: `fn(&str, usize) -> Result<T, String>`, which is told how many replicas there are; `at_most = 24`, how many
    /// characters it may have.
    command Command(command, word) = command::derive;

    /// How a struct or each variant of an enum is written: `#[display("{key}={value}")]`, `#[display("{}", expr)]` or
    /// `#[display(expr)]`. It sees fields as a message's label does.
    ///
    /// ```
    /// use consensus_playground_derive::Display;
    ///
    /// #[derive(Display)]
    /// enum Answer {
    ///     #[display("{key}={}", value.unwrap_or(0))]
    ///     Holds { key: char, value: Option<u8> },
    ///     #[display(_0)]
    ///     Says(String),
    ///     #[display("nothing")]
    ///     Nothing,
    /// }
    ///
    /// let answers = [Answer::Holds { key: 'x', value: Some(1) }, Answer::Says("no".into()), Answer::Nothing];
    /// assert_eq!(answers.map(|answer| answer.to_string()), ["x=1", "no", "nothing"]);
    /// ```
    display Display(display) = display::derive;

    /// What a Byzantine replica can claim: `#[lie(Contradict)]` on each variant says what it does with the truth.
    lie Lie(lie) = listed::lie;

    /// The roles of a replica: `#[role(Lead)]` on each variant says how it is drawn. On the enum, `#[role(order("…", …))]`
    /// says which come first in the list, where that is not the order of the variants.
    role Role(role) = listed::role;

    /// What can be waited for. A variant with a number is one timer for each of many things.
    timer Timer(timer) = listed::timer;

    /// The fields of a replica's view, in the order of the struct; for attributes see [`ShowField`](macro@ShowField).
    /// `#[field(flatten)]` stands on a field whose type derives `View` as well, or on an `Option` of it.
    view View(field) = fields::view;

    /// What a struct shows of itself as fields of a message.
    ///
    /// On a field, `#[field(…)]`:
    ///
    /// | word | |
    /// |---|---|
    /// | `name = "…"` | its name, where it is not the field's |
    /// | `value = expr` | what is shown instead of it |
    /// | `when(expr)` | shown only where this holds |
    /// | `if_some` | of an `Option`: shown only where there is something |
    /// | `skip` | not shown |
    ///
    /// Expressions see all fields by reference, under their names.
    show_field ShowField(field) = fields::show_field;
}
