//! What travels: values between replicas, and what a client asks.

use serde::{Deserialize, Serialize};

use super::point::Point;
use crate::kernel::prelude::*;

/// Ask a replica which value it has decided; it answers once it knows.
#[derive(Command, ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "outcome", example = "outcome", display)]
pub struct Outcome {}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // The fields are a round, a value and a request.
pub enum Message {
    /// A replica tells the value with which it begins a round.
    #[message(glyph = Disc, label(value), epoch(*round))]
    Value { round: u64, value: Point },
    /// A replica is back after a crash and asks for the values from this round on.
    #[message(glyph = Hexagon, label = "back in r{round}", epoch(*round))]
    Resume { round: u64 },
    /// A client asks which value was decided.
    #[message(glyph = Envelope, label = "outcome?")]
    Ask { request: RequestId },
    /// A replica tells a client what it has decided.
    #[message(glyph = Envelope, reply, label(value))]
    Reply { request: RequestId, value: Point },
}
