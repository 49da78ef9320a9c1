//! When a tally is a consensus: pure functions, called by the replicas and by the closed loop alike.

use super::strategy::{Lead, Place};
use crate::kernel::descriptor::quorum::{majority, two_thirds};

/// The rule by which an agent accepts a result.
#[derive(crate::kernel::Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DecisionRule {
    /// More than half of all agents.
    Majority,
    /// At least two thirds of all agents.
    TwoThirds,
    /// All agents.
    Unanimous,
    /// More votes than any other restaurant.
    Plurality,
}

impl DecisionRule {
    /// How many votes of `electorate` agents the leading restaurant needs where the next one has `second`. All agents
    /// that could vote count, whether their votes came in or not.
    pub fn needed(self, electorate: usize, second: u16) -> u16 {
        match self {
            DecisionRule::Majority => majority(electorate) as u16,
            DecisionRule::TwoThirds => two_thirds(electorate) as u16,
            DecisionRule::Unanimous => electorate as u16,
            DecisionRule::Plurality => second + 1,
        }
    }

    /// Whether what leads has won. A tie that nothing breaks never decides.
    pub fn accepts(self, electorate: usize, lead: &Lead) -> bool {
        lead.votes > lead.second && lead.votes >= self.needed(electorate, lead.second)
    }
}

/// Counts votes into a tally by place on the menu.
pub fn count(votes: &[Option<Place>], tally: &mut [u16]) {
    tally.fill(0);
    for place in votes.iter().flatten() {
        tally[*place as usize] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::strategy::Ties;
    use super::*;

    fn accepts(rule: DecisionRule, agents: usize, tally: &[u16], ties: Ties) -> Option<Place> {
        let lead = Lead::of(tally, &[Some(1), Some(0)], ties, &[0, 1], 0);
        rule.accepts(agents, &lead).then_some(lead.place)
    }

    #[test]
    fn each_rule_at_its_limit() {
        use DecisionRule::*;
        for (rule, agents, tally, decides) in [
            (Majority, 5, [3, 2], true),
            (Majority, 4, [2, 1], false),
            (TwoThirds, 5, [4, 1], true),
            (TwoThirds, 5, [3, 1], false),
            (TwoThirds, 6, [4, 2], true),
            (Unanimous, 5, [5, 0], true),
            (Unanimous, 5, [4, 0], false),
            (Plurality, 5, [2, 1], true),
            (Plurality, 4, [2, 2], false),
            (Plurality, 4, [0, 0], false),
        ] {
            let decided = accepts(rule, agents, &tally, Ties::None);
            assert_eq!(decided, decides.then_some(0), "{rule:?} {agents} {tally:?}");
        }
        assert_eq!(accepts(Plurality, 4, &[2, 2], Ties::LowestAgent), Some(1), "a tie that is broken decides");
        assert_eq!(accepts(Majority, 4, &[2, 2], Ties::LowestAgent), None, "but half is no majority");
    }

    #[test]
    fn abstentions_count_for_nobody_but_the_electorate_stays() {
        let mut tally = [9; 2];
        count(&[Some(1), None, Some(1), None, None], &mut tally);
        assert_eq!(tally, [0, 2]);
        assert_eq!(accepts(DecisionRule::Majority, 5, &tally, Ties::None), None);
        assert_eq!(accepts(DecisionRule::Plurality, 5, &tally, Ties::None), Some(1));
    }
}
