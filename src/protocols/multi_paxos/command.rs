//! What a client can ask for: something of the store, or other weights for the replicas' votes.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::kernel::{self, ReadWord, listed};
use crate::services::kv;

/// What a client can ask for.
#[derive(kernel::Command, Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Something of the store.
    #[command(flatten)]
    Store(kv::Command),
    /// Give the replicas' votes these weights, from replica 1 on; those left out weigh 1.
    #[command(usage = "weights WEIGHTS", example = "weights 3")]
    Weights(Weights),
}

// Hashed by hand: so that a command of the store hashes as one.
impl Hash for Command {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self {
            Command::Store(command) => command.hash(hasher),
            Command::Weights(weights) => ("weights", weights).hash(hasher),
        }
    }
}

impl Command {
    /// Whether it only reads.
    pub fn reads(&self) -> bool {
        matches!(self, Command::Store(kv::Command::Get(_)))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Store(command) => command.fmt(f),
            Command::Weights(weights) => write!(f, "weights {weights}"),
        }
    }
}

/// What the votes weigh, from that of replica 1 on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Weights(pub Vec<u16>);

impl ReadWord for Weights {
    fn read_word(word: &str, replicas: usize) -> Result<Self, String> {
        let read = |part: &str| part.parse().ok().filter(|weight| *weight <= 20);
        let Some(mut weights) = word.split(',').map(read).collect::<Option<Vec<u16>>>() else {
            return Err(format!("`{word}`: weights are numbers from 0 to 20, as in 3,1,1"));
        };
        if weights.len() > replicas {
            return Err(format!("`{word}` has {} weights, and there are {replicas} replicas", weights.len()));
        }
        weights.resize(replicas, 1);
        if weights.iter().all(|&weight| weight == 0) {
            return Err("nobody's vote would weigh anything".into());
        }
        Ok(Weights(weights))
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&listed(self.0.iter(), ","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ReadCommand;
    use crate::kernel::data::hash::StableHasher;

    fn read(text: &str) -> Result<Command, String> {
        Command::read(&text.split(' ').collect::<Vec<_>>(), 3).map_err(|why| why.to_string())
    }

    #[test]
    fn weights_are_read_and_written() {
        assert_eq!(read("weights 3").unwrap().to_string(), "weights 3,1,1");
        assert_eq!(read("weights 0,2,5").unwrap(), Command::Weights(Weights(vec![0, 2, 5])));
        for (text, says) in
            [("weights 1,2,3,4", "there are 3 replicas"), ("weights 0,0,0", "nobody"), ("weights 21", "from 0 to 20")]
        {
            let sentence = read(text).unwrap_err();
            assert!(sentence.contains(says), "{sentence}");
        }
    }

    #[test]
    fn what_is_asked_of_the_store_hashes_as_that() {
        let hash = |what: &dyn Fn(&mut StableHasher)| {
            let mut hasher = StableHasher::default();
            what(&mut hasher);
            hasher.finish()
        };
        let stored = kv::Command::Get("x".into());
        let of_store = hash(&|hasher| stored.hash(hasher));
        assert_eq!(hash(&|hasher| Command::Store(stored.clone()).hash(hasher)), of_store);
        let of_weights = |text| hash(&|hasher| read(text).unwrap().hash(hasher));
        assert_ne!(of_weights("weights 3"), of_weights("weights 2"));
    }
}
