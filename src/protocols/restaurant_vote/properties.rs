//! What must hold of every correct agent, checked apart from the code that should see to it.

use super::RestaurantVote;
use super::config::{Config, Restaurant};
use super::decision_rule::DecisionRule;
use super::replica::{Phase, State, vote_of};
use super::strategy::{Strategy, Ties};
use crate::kernel::{Choice, Cluster, Event, EventId, Evidence, NodeId, PropertyInfo, Report, What};

/// Their names and meanings.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "rule-respected",
        about: "A correct agent decides only what its own tally and the decision rule allow.",
        source: "the exercise, task 1",
    },
    PropertyInfo {
        name: "one-vote-per-round",
        about: "A correct agent votes once per round and never again in an earlier round, even after a crash.",
        source: "the exercise, task 1",
    },
];

/// The last vote of one agent, and the one before, with the event of the last.
type Cast = (u64, u64, Option<Restaurant>);

#[derive(Clone, Hash, Default)]
struct Seen {
    before: Option<Cast>,
    last: Option<Cast>,
    /// In which event the last one was cast. Only a crash in that very event asks, and that has come or will not come.
    event: Evidence<EventId>,
}

/// What the properties remember: the last vote of each agent.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    agents: Vec<Seen>,
}

impl Monitor {
    /// Looks at the agent of an event.
    pub fn observe(&mut self, event: &Event, cluster: &Cluster<RestaurantVote>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        if event.decided > 0
            && let Some(state) = cluster.state(me)
        {
            let decided = cluster.disk(me).results.last().and_then(|result| result.1);
            rule_respected(cluster.config(), me, state, decided, report);
        }
        self.agents.resize(cluster.size(), Seen::default());
        let (seen, cast) = (&mut self.agents[me.index()], cluster.disk(me).cast());
        if event.what == What::Crash {
            // A crash may have cut the very event in which the vote was to be written down and sent.
            if event.cause == seen.event.0 && event.cause != EventId(0) && cast != seen.last {
                seen.last = seen.before;
            }
            return;
        }
        let Some(cast) = cast.filter(|cast| Some(*cast) != seen.last) else { return };
        if let Some(last) = seen.last
            && (cast.0, cast.1) <= (last.0, last.1)
        {
            let show = |vote: Cast| {
                let what = vote.2.map_or_else(|| "nothing".into(), |restaurant| restaurant.to_string());
                format!("for {what} in round {} of dinner {}", vote.1, vote.0)
            };
            let text = format_args!("Agent {me} votes {}, but it has already voted {}.", show(cast), show(last));
            report.broken_since("one-vote-per-round", text, &[me], &[seen.event.0]);
        }
        *seen = Seen { before: seen.last, last: Some(cast), event: Evidence(event.id) };
    }
}

/// Counts again, with arithmetic of its own. An agent whose code stands outside has its own rule; what it decides must
/// have got a vote at least.
fn rule_respected(config: &Config, me: NodeId, state: &State, decided: Option<Restaurant>, report: &mut Report) {
    let agents = config.agents();
    let votes = |place| (0..agents).filter(|&a| vote_of(state, a).flatten().is_some_and(|r| r.place == place)).count();
    let counts: Vec<usize> = config.menu.iter().map(|restaurant| votes(restaurant.place)).collect();
    let electorate = (0..agents).filter(|&agent| config.hears(me.index(), agent)).count();
    let mine = decided.map_or(0, |restaurant| counts[restaurant.place as usize]);
    let alone = counts.iter().filter(|&&count| count >= mine).count() == 1;
    let top = alone || config.vote_ties != Ties::None && counts.iter().all(|&count| count <= mine);
    let allowed = match config.rule {
        _ if config.profiles[me.index()].strategy == Strategy::External => mine > 0,
        DecisionRule::Majority => 2 * mine > electorate,
        DecisionRule::TwoThirds => 3 * mine >= 2 * electorate && alone,
        DecisionRule::Unanimous => mine == electorate,
        DecisionRule::Plurality => mine > 0 && top,
    };
    if !allowed || state.phase != Phase::Decided {
        let (rule, what) = (config.rule.word(), decided.map_or_else(String::new, |restaurant| restaurant.to_string()));
        let text = format_args!(
            "Agent {me} decides on {what} with {mine} of {electorate} votes, which the rule {rule} does not allow."
        );
        report.broken("rule-respected", text, &[me]);
    }
}
