//! Why no order explains an operation, in words.

use super::operation::{Operation, State};
use crate::kernel::{RegisterOp, RequestId, Word};

/// How many operations of an order a complaint names: the last ones.
pub(super) const SHOWN: usize = 6;

/// That no order explains an operation, as a sentence; `owned` gives the operation of a place and whose it is.
pub(super) fn complaint<'a>(
    name: &Word,
    from: &[State],
    longest: &[usize],
    stuck: usize,
    owned: &dyn Fn(&usize) -> (&'a Operation, RequestId),
) -> String {
    let say = |place: &usize| {
        let (operation, owner) = owned(place);
        said(operation, owner)
    };
    let shown = &longest[longest.len().saturating_sub(SHOWN)..];
    let mut order = if shown.len() < longest.len() { "…, ".to_string() } else { String::new() };
    order += &shown.iter().map(say).collect::<Vec<_>>().join(", ");
    let from: Vec<_> = from.iter().map(|state| state.as_deref().unwrap_or("something unknown")).collect();
    let fits = if longest.is_empty() { "none of the others fits".into() } else { format!("{order} fit") };
    format!(
        "No order of the operations on {name} explains {}: {name} held {}, {fits}, but then it can't be placed.",
        say(&stuck),
        from.join(" or "),
    )
}

/// An operation in words: `c2's read (told 1)`.
fn said(operation: &Operation, owner: RequestId) -> String {
    let told = operation.told.as_deref().unwrap_or("nothing yet");
    let client = owner.client;
    match &operation.touch {
        RegisterOp::Read => format!("{client}'s read (told {told})"),
        RegisterOp::Write(value) => format!("{client}'s write of {value}"),
        RegisterOp::Add(amount) => format!("{client}'s adding of {amount} (told {told})"),
        RegisterOp::Swap(from, to) => format!("{client}'s swap of {from} for {to} (told {told})"),
    }
}
