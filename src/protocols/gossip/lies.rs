//! What a Byzantine replica can claim. A merge believes whatever is greater, whoever shows it: that bears crashes and lost messages, but
//! no liars.

use super::Gossip;
use super::message::Message;
use super::value::{NOTHING, Name, Part, Place, Stamp, Value};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Holds nothing, it says.
    #[lie(Omit)]
    HoldsNothing,
    /// Shows another value under the same stamp.
    #[lie(Contradict)]
    OtherValue,
    /// Invents a write with a stamp that is greater than any.
    #[lie(Invent)]
    HugeStamp,
    /// Counts what nobody has asked it to count yet.
    #[lie(Grant)]
    CountsAhead,
}

/// The word of a liar.
fn forged() -> Name {
    Name::try_from("forged".to_string()).unwrap_or(NOTHING)
}

/// The same value with something else at some places.
fn twisted(value: &Value, twist: impl Fn(&Place, &Part) -> Option<(Place, Part)>) -> Option<Value> {
    let mut other = value.clone();
    let twists: Vec<_> = value.iter().filter_map(|(place, part)| twist(place, part)).collect();
    let any = !twists.is_empty();
    twists.into_iter().for_each(|(place, part)| other.put(place, part));
    any.then_some(other)
}

fn rewritten(place: &Place, part: &Part, stamp: impl Fn(Stamp) -> Stamp) -> Option<(Place, Part)> {
    let Part::Written(written) = part else { return None };
    let (stamp, knew) = (stamp(written.stamp), written.knew.clone());
    Some((*place, Part::Written(super::Written { stamp, value: forged(), knew })))
}

/// The lies about a value, each with the value that it shows.
fn lies_about(value: &Value, liar: NodeId) -> Vec<(Lie, Value)> {
    let huge = |_| Stamp { time: u32::MAX / 2_000, writer: Some(liar) };
    let ahead = |place: &Place, part: &Part| match (place, part) {
        (Place::Share(key, _), Part::Count(count)) => {
            Some((Place::Share(*key, liar), Part::Count(count.saturating_add(1))))
        }
        (Place::Register(key), _) => Some((Place::Share(*key, liar), Part::Count(1))),
        _ => None,
    };
    let all = [
        (Lie::OtherValue, twisted(value, |place, part| rewritten(place, part, |stamp| stamp))),
        (Lie::HugeStamp, twisted(value, |place, part| rewritten(place, part, huge))),
        (Lie::CountsAhead, twisted(value, ahead)),
        (Lie::HoldsNothing, (!value.is_empty()).then(Value::default)),
    ];
    all.into_iter().filter_map(|(lie, value)| Some((lie, value?))).collect()
}

impl kernel::Lie for Gossip {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let (value, told): (_, fn(Value) -> Message) = match message {
            Message::Push { value } => (value, |value| Message::Push { value }),
            Message::Exchange { value } => (value, |value| Message::Exchange { value }),
            Message::Rumor { value } => (value, |value| Message::Rumor { value }),
            Message::Request { .. } | Message::Compare { .. } | Message::Pull {} | Message::Reply { .. } => return,
        };
        for (lie, value) in lies_about(value, liar.me) {
            lies.add(lie, told(value));
        }
    }
}
