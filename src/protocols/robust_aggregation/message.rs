//! What travels: models one way and gradients the other; and what a client asks.

use serde::{Deserialize, Serialize};

use super::vector::Vector;
use crate::kernel::prelude::*;

/// Ask which model was learned; it is answered once that is known.
#[derive(Command, ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "outcome", example = "outcome", display)]
pub struct Outcome {}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // The fields are a round, a model or gradient, and a request.
pub enum Message {
    /// Replica 1 tells its model at the beginning of a round; after the last one, what was learned.
    #[message(glyph = Box, label(model), epoch(*round))]
    Model { round: u64, model: Vector },
    /// A worker tells the gradient of the model on its data.
    #[message(glyph = Disc, label(vector), epoch(*round))]
    Gradient { round: u64, vector: Vector },
    /// Where each has a model of its own: a worker tells its neighbors where its own step leads.
    #[message(glyph = Disc, label(vector), epoch(*round))]
    Share { round: u64, vector: Vector },
    /// A worker has missed what replica 1 said, and asks for it.
    #[message(glyph = Hexagon, label = "resume")]
    Resume {},
    /// A client asks which model was learned.
    #[message(glyph = Envelope, label = "outcome?")]
    Ask { request: RequestId },
    /// A client is told which model was learned.
    #[message(glyph = Envelope, reply, label(model))]
    Reply { request: RequestId, model: Vector },
}
