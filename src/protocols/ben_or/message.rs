//! What travels: reports and proposals between replicas, the common coin, and what a client asks.

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;

/// What replicas agree on: 0 or 1.
pub type Bit = u8;

/// How a proposal is written: its value, or ? for none.
pub fn mark(proposal: Option<Bit>) -> String {
    proposal.map_or_else(|| "?".into(), |value| value.to_string())
}

/// Ask a replica which value was decided; it answers once it knows.
#[derive(Command, ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "outcome", example = "outcome", display)]
pub struct Outcome {}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[message(epoch = round)]
#[allow(missing_docs)] // The fields are a round, a value and a request.
pub enum Message {
    /// Step 1 of a round: a replica reports its value.
    #[message(glyph = Disc, label = "{value} r{round}")]
    Report { round: u64, value: Bit },
    /// Step 2 of a round: a replica proposes the value that enough reports agree on, or ? if there is none.
    #[message(glyph = Diamond, label("{} r{round}", mark(*value)))]
    Proposal {
        round: u64,
        #[field(value = mark(*value))]
        value: Option<Bit>,
    },
    /// A replica has the proposals of this round, so the dealer may toss the round's common coin.
    #[message(glyph = Tag, label = "coin? r{round}")]
    CoinRequest { round: u64 },
    /// The common coin of a round.
    #[message(glyph = Disc, reply, label = "coin {value} r{round}")]
    Coin { round: u64, value: Bit },
    /// A replica is back after a crash and asks for the messages from this round on.
    #[message(glyph = Hexagon, label = "back in r{round}")]
    Resume { round: u64 },
    /// A client asks which value was decided.
    #[message(glyph = Envelope, label = "outcome?")]
    Ask { request: RequestId },
    /// A replica tells a client what it has decided.
    #[message(glyph = Envelope, reply, label(value))]
    Reply { request: RequestId, value: Bit },
}
