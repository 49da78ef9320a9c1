//! Names of things in a run: nodes, events, messages, requests, and virtual time.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU16;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use super::limits::MOST_CLIENTS;
use super::names::hash_name;

/// Virtual time, or a span of it, in microseconds since the start of the run.
pub type Time = u64;

/// One virtual millisecond, in microseconds.
pub const MS: Time = 1_000;
/// One virtual second, in microseconds.
pub const SECOND: Time = 1_000_000;

const CLIENT_BIT: u16 = 0x8000;

/// A replica (numbered from 1) or a client (`c1`, `c2`, …).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(NonZeroU16);

// Hashed by hand: so that a hasher can tell a name from a number.
impl Hash for NodeId {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hash_name(self.raw(), hasher);
    }
}

impl NodeId {
    /// The replica with this number; numbers start at 1.
    pub const fn replica(number: usize) -> Self {
        NodeId::of(number as u16)
    }

    const fn of(raw: u16) -> Self {
        match NonZeroU16::new(raw) {
            Some(raw) => NodeId(raw),
            None => panic!("replicas and clients are numbered from 1"),
        }
    }

    /// The client with this number; numbers start at 1.
    pub const fn client(number: usize) -> Self {
        NodeId::of(CLIENT_BIT | number as u16)
    }

    /// The first so many replicas, in the order of their numbers.
    pub fn replicas(count: usize) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        (0..count).map(|place| NodeId::replica(place + 1))
    }

    /// The first so many clients, in the order of their numbers.
    pub fn clients(count: usize) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        (0..count).map(|place| NodeId::client(place + 1))
    }

    /// Whether this is a client and not a replica.
    pub const fn is_client(self) -> bool {
        self.0.get() & CLIENT_BIT != 0
    }

    /// The number, from 1, among the replicas or among the clients.
    pub const fn number(self) -> usize {
        (self.0.get() & !CLIENT_BIT) as usize
    }

    /// The place, from 0, in a vector of replicas or of clients.
    pub const fn index(self) -> usize {
        self.number() - 1
    }

    /// One number for replicas and clients alike: clients have bit 15 set.
    pub const fn raw(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_client() { write!(f, "c{}", self.number()) } else { write!(f, "{}", self.0) }
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for NodeId {
    /// As text (`3`, `c1`) where people may read it, else as the one number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
            let (digits, bit) = text.strip_prefix('c').map_or((&*text, 0), |digits| (digits, CLIENT_BIT));
            let number = digits.parse().ok().filter(|number| (1..CLIENT_BIT).contains(number));
            number.ok_or_else(|| de::Error::custom(format_args!("`{text}` names no replica and no client")))? | bit
        } else {
            u16::deserialize(deserializer)?
        };
        // A client, too, has a number from 1.
        if raw & !CLIENT_BIT == 0 {
            return Err(de::Error::custom("replicas and clients are numbered from 1"));
        }
        Ok(NodeId::of(raw))
    }
}

/// The number of an event, from 1 in the order in which they happened; 0 is "before everything".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct EventId(pub u32);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// The number of a message, from 1 in the order in which they were sent; 0 is "none".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct MessageId(pub u32);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m{}", self.0)
    }
}

/// A client's request: who asked, and which of their requests it is, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RequestId {
    /// The client that asked.
    #[serde(deserialize_with = "client")]
    pub client: NodeId,
    /// The client's own count of its requests, from 1.
    pub number: u32,
}

impl RequestId {
    /// The slot in which it is decided, where each request has one of its own: the clients' first ones, then their second
    /// ones, and so on.
    pub fn slot(self) -> u64 {
        u64::from(self.number - 1) * MOST_CLIENTS as u64 + self.client.number() as u64
    }
}

fn client<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NodeId, D::Error> {
    let node = NodeId::deserialize(deserializer)?;
    if node.is_client() { Ok(node) } else { Err(de::Error::custom(format_args!("replica {node} makes no requests"))) }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.client, self.number)
    }
}

/// Writes a span of virtual time as a person would: `15ms`, `1.9s`, `250us`. Exact to the microsecond.
pub fn show_time(t: Time) -> String {
    let (unit, name) = if t >= SECOND || t == 0 {
        (SECOND, "s")
    } else if t >= MS {
        (MS, "ms")
    } else {
        (1, "us")
    };
    let whole = t / unit;
    let fraction = t % unit;
    if fraction == 0 {
        return format!("{whole}{name}");
    }
    let width = if unit == SECOND { 6 } else { 3 };
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}{name}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_exactly() {
        let cases = [(0, "0s"), (1, "1us"), (250, "250us"), (1_500, "1.5ms"), (15 * MS, "15ms"), (1_900 * MS, "1.9s")];
        for (time, text) in cases {
            assert_eq!(show_time(time), text);
        }
        assert_eq!(show_time(3_000_001), "3.000001s");
    }

    #[test]
    fn clients_and_replicas_are_told_apart() {
        let (replica, client) = (NodeId::replica(3), NodeId::client(3));
        assert_ne!(replica, client);
        assert_eq!((replica.to_string(), client.to_string()), ("3".into(), "c3".into()));
        assert_eq!((replica.index(), client.index()), (2, 2));
    }

    #[test]
    fn names_are_text_for_people_and_a_number_for_machines() {
        use serde::de::IntoDeserializer;
        use serde::de::value::{Error, StrDeserializer};

        for (node, text) in [(NodeId::replica(200), "200"), (NodeId::client(1), "c1")] {
            let read: StrDeserializer<'_, Error> = text.into_deserializer();
            assert_eq!((node.to_string(), NodeId::deserialize(read)), (text.into(), Ok(node)));
        }
        for text in ["0", "c0", "", "c", "x", "-1", "cc1", "32768", "c32768", "65536", " 1"] {
            let read: StrDeserializer<'_, Error> = text.into_deserializer();
            assert!(NodeId::deserialize(read).is_err(), "{text:?}");
        }
    }
}
