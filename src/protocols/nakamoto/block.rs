//! Blocks, and the payments in them.

use std::fmt;
use std::rc::Rc;

use crate::kernel::Word;
use crate::kernel::data::hash::stable_hash;
use crate::kernel::prelude::*;

/// What stands below the first block.
pub const GENESIS: u64 = 0;
/// The difficulty that a chain begins with. Difficulties are whole numbers, so this is the unit of work in thousandths.
pub const UNIT: u64 = 1_000;
const LONGEST_NAME: usize = 24;

/// Pay for something at the merchant who runs this miner.
///
/// What a client asks for.
#[derive(Command, ShowField, Clone, PartialEq, Eq, Hash, Debug)]
#[command(usage = "pay NAME at REPLICA", example = "pay coffee at 1")]
pub struct Command {
    /// What is bought, at most 24 characters.
    #[word(name = "NAME", with = what)]
    pub what: Word,
    /// Who sells it.
    #[word(name = "REPLICA", with = merchant)]
    pub merchant: NodeId,
}

fn what(word: &str, _: usize) -> Result<Word, String> {
    match word.chars().count() {
        0..=LONGEST_NAME => Ok(word.into()),
        _ => Err(format!("what is bought has a name of at most {LONGEST_NAME} characters")),
    }
}

fn merchant(word: &str, replicas: usize) -> Result<NodeId, String> {
    let number = word.parse().ok().filter(|number| (1..=replicas).contains(number));
    number.map(NodeId::replica).ok_or_else(|| format!("`{word}` is no miner: they are numbered 1 to {replicas}"))
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.what, self.merchant)
    }
}

/// A coin changes hands. Each request of a client spends one coin, so the same request twice in a chain is a double spend.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Payment {
    /// Whose request it is.
    pub request: RequestId,
    /// For what, and at whose shop.
    pub what: Command,
    /// The thief's version: the coin goes back to whoever had it.
    pub back: bool,
}

impl fmt::Display for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.back { "not " } else { "" })?;
        f.write_str(&self.what.what)
    }
}

/// A block, as it travels.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Block {
    /// Its number: its height in the upper half, a hash of all that it holds in the lower.
    #[field(value = format!("{:08x}", *id as u32))]
    pub id: u64,
    /// How many blocks there are up to it.
    pub height: u64,
    /// Who found it.
    pub miner: NodeId,
    /// The block that it builds on.
    #[field(value = format!("{:08x}", *parent as u32))]
    pub parent: u64,
    /// How much work it takes on average to find it.
    pub difficulty: u64,
    /// When its miner says that it was found, in ticks.
    pub time: u64,
    /// Stands for the number that miners search for: it fits this block and no other.
    #[field(skip)]
    pub proof: u64,
    /// The payments that it carries.
    #[field(value = listed(payments, ", "))]
    pub payments: Vec<Payment>,
}

impl Block {
    /// A block with the number that is its own. `proof` is right only where work was done for it.
    pub fn numbered(mut self) -> Self {
        self.id = 0;
        self.id = self.height << 32 | stable_hash(&self) >> 32;
        self
    }

    /// The proof that fits it. The time is not proved: a miner can try any.
    pub fn fitting_proof(&self) -> u64 {
        stable_hash(&(self.parent, self.height, self.miner, self.difficulty, &self.payments))
    }

    /// Whether somebody did the work for this very block.
    pub fn is_proved(&self) -> bool {
        self.proof == self.fitting_proof() && *self == self.clone().numbered()
    }

    /// The chance part of its number: as good as drawn.
    pub fn luck(&self) -> u64 {
        self.id & u64::from(u32::MAX)
    }

    /// Whether this request's coin is spent in it.
    pub fn spends(&self, request: RequestId) -> bool {
        self.payments.iter().any(|payment| payment.request == request)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}", self.height, self.miner)?;
        if self.payments.is_empty() { Ok(()) } else { write!(f, ": {}", listed(&self.payments, ", ")) }
    }
}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A payment, on its way to everybody who mines.
    #[message(glyph = Envelope, label(_0))]
    Pay(Payment),
    /// A block that was found, or is passed on.
    #[message(glyph = Box, label(_0), epoch(_0.height))]
    Found(Rc<Block>),
    /// Somebody asks for a block that it has not heard of, and for those below it.
    #[message(glyph = Tag, label("block {}?", missing >> 32))]
    Ask {
        #[field(value = format!("{:08x}", *missing as u32))]
        missing: u64,
    },
    /// The blocks that were asked for, the lowest first.
    #[message(glyph = Box, reply, label("{} blocks", _0.len()))]
    Branch(#[field(name = "blocks", value = listed(_0.iter(), "; "))] Rc<[Rc<Block>]>),
    /// The merchant hands over what was paid for.
    #[message(glyph = Envelope, reply, label = "sold")]
    Sold { request: RequestId, height: u64 },
}
