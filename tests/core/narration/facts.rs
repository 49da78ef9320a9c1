//! What an event is about, as a person would look it up to check a sentence.

use std::collections::{BTreeMap, BTreeSet};

use consensus_playground::kernel::{FlightView, NodeView, QuorumSystem, ReplicaView};

use super::Listener;

/// Replicas are named after one of these words, or in a list behind one.
const AGENTS: [&str; 13] = [
    "replica",
    "replicas",
    "primary",
    "backup",
    "coordinator",
    "participant",
    "participants",
    "agent",
    "from",
    "leader",
    "of",
    "to",
    "that",
];

/// The names and numbers of an event, and the texts in which they were found.
#[derive(Default)]
pub struct Facts {
    pub me: String,
    pub size: u64,
    /// How much all votes weigh together, where they weigh something.
    pub weight: u64,
    /// Whether all that came and went is known.
    pub whole: bool,
    pub came: String,
    pub text: String,
    pub nodes: BTreeSet<String>,
    pub sent: Vec<String>,
    pub epochs: BTreeSet<u64>,
    pub numbers: BTreeSet<u64>,
    pub tallies: Vec<(String, u64)>,
    pub waits: Vec<u64>,
    /// The fields of the replica that are numbers, as they were seen last.
    pub fields: BTreeMap<&'static str, u64>,
}

impl Facts {
    pub fn node(&mut self, name: &str) {
        self.nodes.insert(name.into());
    }

    pub fn epoch(&mut self, epoch: u64) {
        self.epochs.insert(epoch);
    }

    fn take(&mut self, name: &str, text: &str) {
        self.text += &format!("{name}={text} ");
        let numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok());
        let epochs = ["term", "view", "v", "round", "entries", "entry", "dinner", "transaction"];
        for number in numbers {
            self.numbers.insert(number);
            if epochs.iter().any(|epoch| name == *epoch || name.ends_with("-term")) {
                self.epoch(number);
            }
        }
        let named = [
            "voted-for",
            "leader",
            "proposer",
            "members",
            "learners",
            "signed-by",
            "votes-of",
            "proposals-of",
            "waiting-for",
            "answer",
            "checkpoints-of",
        ];
        if named.contains(&name) {
            words(text).for_each(|word| self.node(word));
        }
    }

    pub fn take_node(&mut self, view: &NodeView) {
        self.node(&view.id);
        self.take("doing", &view.doing);
        words(&view.doing).for_each(|word| self.node(word));
        let second = view.second.as_ref().map(|second| &second.replica);
        for replica in view.replica.iter().chain(second) {
            self.take_replica(replica);
        }
        self.waits.extend(view.timers.iter().map(|timer| timer.due - timer.set));
    }

    /// What a field has gone through in an event, from what it was to what it is: a sentence may be about any of these.
    fn take_between(&mut self, name: &'static str, now: u64) {
        let before = self.fields.insert(name, now).unwrap_or(now);
        let (low, high) = (before.min(now), before.max(now));
        self.numbers.extend(low..=high.min(low + 64));
    }

    fn take_replica(&mut self, view: &ReplicaView) {
        self.epoch(view.epoch);
        for field in &view.fields {
            self.take(field.name, &field.value.to_string());
            if let Ok(now) = field.value.to_string().parse() {
                self.take_between(field.name, now);
            }
        }
        for cell in view.structures.iter().flat_map(|structure| &structure.cells) {
            self.epoch(cell.epoch);
            self.take("cell", &format!("{} {}", cell.id, cell.label));
        }
        for tally in &view.tallies {
            self.take("tally", &tally.about);
            tally.votes.iter().for_each(|vote| self.node(&vote.to_string()));
            let weigh = |quorum: &QuorumSystem| quorum.count(&|node| tally.votes.contains(&node.raw())).have.into();
            let have = tally.quorum.as_ref().map_or(tally.votes.len() as u64, weigh);
            self.tallies.push((tally.about.clone(), have + tally.quorum.as_ref().map_or(1, heaviest)));
        }
    }

    pub fn take_message(&mut self, flight: &FlightView) {
        self.take("label", &flight.label);
        flight.epoch.into_iter().for_each(|epoch| self.epoch(epoch));
        for field in &flight.fields {
            self.take(field.name, &field.value.to_string());
        }
    }

    /// Whether a sentence has nothing in it but what the event has. Errors: what it has besides.
    pub fn support(&self, sentence: &str, run: &Listener) -> Result<(), String> {
        let words: Vec<_> = words(sentence).collect();
        let mine = words.iter().any(|word| *word == self.me);
        if !mine {
            return Err(format!("it does not say that it is about {}", self.me));
        }
        for (place, word) in words.iter().enumerate() {
            let before = place.checked_sub(1).map_or("", |place| words[place]).to_lowercase();
            self.word(word, &before, run).map_err(|why| format!("{word} behind {before:?}: {why}"))?;
        }
        // "participant 1 votes" is a verb.
        let plural = words.windows(3).find(|three| three[1] == "1" && PLURALS.contains(&three[2]) && !names(three[0]));
        if let Some(three) = plural {
            return Err(format!("{three:?} in the plural"));
        }
        for (have, of) in shares(&words) {
            self.share(have, of, &words, run)?;
        }
        Ok(())
    }

    fn word(&self, word: &str, before: &str, run: &Listener) -> Result<(), String> {
        let fails = |fits: bool, why: &str| if fits { Ok(()) } else { Err(why.to_string()) };
        if word.contains('/') && word.starts_with('c') {
            let Some(command) = run.command(word) else { return Err("nobody asked for it".into()) };
            let key = command
                .split(|letter: char| !letter.is_ascii_alphanumeric())
                .find(|part| part.strip_prefix('k').is_some_and(|rest| rest.parse::<u32>().is_ok()));
            // A client that lies asks for something else than it was told to.
            let known = self.text.contains(word) || key.is_none_or(|key| self.has_word(key)) || self.has_word("two");
            return fails(known || !self.whole, "another request");
        }
        if word.strip_prefix('c').is_some_and(|rest| rest.parse::<u32>().is_ok()) {
            return fails(self.nodes.contains(word) || self.text.contains(word), "another client");
        }
        if let Some(wait) = word.strip_suffix("ms").and_then(|number| number.parse::<u64>().ok()) {
            let near = |other: &u64| other.abs_diff(wait * 1_000) <= wait * 1_000;
            return fails(self.waits.iter().any(near), "no timer waits so long");
        }
        let Ok(number) = word.parse::<u64>() else {
            let thing = run.things.contains(word);
            let decided = || run.decided.contains(&(self.me.clone(), word.to_string()));
            return fails(!thing || !self.whole || self.has_word(word) || decided(), "another thing");
        };
        if !self.whole {
            return Ok(());
        }
        let node = self.nodes.contains(word) || self.sent.iter().any(|to| to == word);
        let counted =
            number <= self.size.max(self.weight) || self.numbers.contains(&number) || self.epochs.contains(&number);
        match before {
            // What prepared in an earlier one carries its number where nobody sees it.
            "term" | "view" | "round" | "dinner" => {
                let past = before == "view" && self.epochs.range(number..).next().is_some();
                fails(past || self.epochs.contains(&number), "another epoch")
            }
            "entry" | "entries" | "number" | "checkpoint" | "transaction" => {
                // The next one, after the last, may be named as well.
                let near = |number: &u64| self.numbers.contains(number) || self.epochs.contains(number);
                fails(near(&number) || near(&number.saturating_sub(1)), "another slot")
            }
            // One that waits for the block below it is the next after what has come.
            "block" => fails(counted || self.numbers.contains(&number.saturating_sub(1)), "another block"),
            _ if AGENTS[..8].contains(&before) => fails(node, "another agent"),
            _ if AGENTS.contains(&before) => fails(node || counted, "no agent and no number of this event"),
            _ => fails(counted, "no number of this event"),
        }
    }

    fn has_word(&self, word: &str) -> bool {
        words(&self.text).any(|other| other == word)
            || self.text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|other| other == word)
    }

    /// `2 of 3`: as many as the tally has that is about the same, before or after, and no more than there are.
    fn share(&self, have: u64, of: u64, words: &[&str], run: &Listener) -> Result<(), String> {
        let said = |word: &str| words.iter().any(|other| other.trim_end_matches('s') == word.trim_end_matches('s'));
        let same = |about: &str| {
            let mut parts = about.split([' ', '#']).filter(|part| !["of", "on", "for", "in", ""].contains(part));
            !run.things.iter().any(|name| about.starts_with(name.as_str())) && parts.all(said)
        };
        let tallies: Vec<_> = self.tallies.iter().filter(|(about, _)| same(about)).collect();
        let counted = tallies.is_empty() || tallies.iter().any(|(_, most)| *most >= have);
        let all = self.size.max(self.weight);
        let possible = of <= all + 1 && have <= all;
        if counted && possible { Ok(()) } else { Err(format!("{have} of {of}, where {tallies:?} are counted")) }
    }
}

/// What one vote more can add at most: its weight; where another line or another of several systems is then the one that lacks, all
/// of that.
fn heaviest(quorum: &QuorumSystem) -> u64 {
    match quorum {
        QuorumSystem::Simple { .. } => 1,
        QuorumSystem::Weighted { weights, .. } => weights.iter().copied().max().unwrap_or(0).into(),
        QuorumSystem::Grid { .. } | QuorumSystem::Joint { .. } => quorum.count(&|_| true).all.into(),
    }
}

/// What is counted in sentences.
const PLURALS: [&str; 10] =
    ["replicas", "participants", "agents", "reads", "requests", "votes", "proposals", "rounds", "numbers", "members"];

/// Whether a number behind this word is a name.
fn names(word: &str) -> bool {
    AGENTS.contains(&word.to_lowercase().as_str())
}

/// The words of a text, without what stands around them.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', ':', ';', '=', '-', '+'])
        .map(|word| word.trim_matches(['.', '(', ')', '?', '!', '#']))
        .filter(|w| !w.is_empty())
}

/// The pairs of `2 of 3` and `2 of the 3`.
fn shares(words: &[&str]) -> Vec<(u64, u64)> {
    let number = |place: usize| words.get(place).and_then(|word| word.parse::<u64>().ok());
    let mut found = Vec::new();
    for (place, _) in words.iter().enumerate().filter(|(_, word)| **word == "of") {
        let the = usize::from(words.get(place + 1) == Some(&"the"));
        if let (Some(have), Some(of)) = (place.checked_sub(1).and_then(number), number(place + 1 + the)) {
            found.push((have, of));
        }
    }
    found
}
