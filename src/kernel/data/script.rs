//! Choices that come from a script and not from the seed, so that whoever explores a run sees all of them.

/// One choice that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ChoiceMade {
    /// How many answers there were.
    pub of: u64,
    /// Which was given, from 0.
    pub taken: u64,
}

/// The answers to the choices that handlers make, in the order in which they are asked. Where it is used up every further
/// choice is answered 0. What was asked is on record, and with it the script of the next branch:
///
/// ```
/// use consensus_playground::kernel::Script;
///
/// let (mut script, mut ways) = (Script::default(), Vec::new());
/// loop {
///     // A handler that makes a second choice only where the first one was 1.
///     let first = script.choose(2);
///     ways.push((first, if first == 1 { script.choose(3) } else { 0 }));
///     match script.next_branch() {
///         Some(next) => script = next,
///         None => break,
///     }
/// }
/// assert_eq!(ways, [(0, 0), (1, 0), (1, 1), (1, 2)]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    answers: Vec<u64>,
    made: Vec<ChoiceMade>,
}

impl Script {
    /// A script with these answers.
    pub fn new(answers: Vec<u64>) -> Self {
        Script { answers, made: Vec::new() }
    }

    /// Answers a choice of `of` answers, at least 1. An answer that is too high counts as the highest.
    pub fn choose(&mut self, of: u64) -> u64 {
        let written = self.answers.get(self.made.len()).copied().unwrap_or(0);
        let taken = written.min(of.saturating_sub(1));
        self.made.push(ChoiceMade { of, taken });
        taken
    }

    /// What was asked so far.
    pub fn made(&self) -> &[ChoiceMade] {
        &self.made
    }

    /// The script of the branch after this one, where what this one has led to is done again from its beginning: the last
    /// choice that has a further answer gets that. `None` where all branches were seen.
    pub fn next_branch(&self) -> Option<Script> {
        let last = self.made.iter().rposition(|choice| choice.taken + 1 < choice.of)?;
        let before = self.made[..last].iter().map(|choice| choice.taken);
        Some(Script::new(before.chain([self.made[last].taken + 1]).collect()))
    }
}
