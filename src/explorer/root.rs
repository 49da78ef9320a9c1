//! Where a search begins: a scenario's header, its requests and its liars.

use super::step::Step;
use crate::checker;
use crate::faults::byzantine;
use crate::kernel::{Action, Behaviour, DynWorld, NodeId, Selector, Trace};
use crate::scenario::{Line, Scenario, ScenarioError, Statement, When};

/// A request that a client may make.
#[derive(Clone, PartialEq, Debug)]
pub struct Asking {
    /// The client.
    pub client: NodeId,
    /// The replica that is asked first; `None` where any may be.
    pub to: Option<Selector>,
    /// The command.
    pub words: Vec<String>,
}

impl Asking {
    /// The request as a step: to the replica that is asked first, or to one that is picked where any may be.
    pub fn step(&self, pick: impl FnOnce() -> NodeId) -> Step {
        let to = self.to.or_else(|| Some(Selector::Node(pick())));
        Step::of(Action::Request { client: self.client, to, words: self.words.clone() })
    }

    /// Whether a step is this request, whoever is asked.
    pub fn is_asked_by(&self, step: &Step) -> bool {
        matches!(&step.action, Action::Request { client, words, .. } if *client == self.client && *words == self.words)
    }
}

/// Where a search begins.
#[derive(Clone)]
pub struct Root {
    /// The header, with the network in nobody's hand but ours.
    pub header: Scenario,
    /// What clients may ask, each once, in this order.
    pub requests: Vec<Asking>,
    /// Who lies; empty where any may.
    pub liars: Vec<NodeId>,
}

impl Root {
    /// From a scenario: its header; its requests, or the protocol's examples where it has none; and who is Byzantine in it.
    /// When the scenario does what is not looked at: the search finds times of its own.
    pub fn of(scenario: &Scenario) -> Self {
        let (mut requests, mut liars) = (Vec::new(), Vec::new());
        for line in &scenario.lines {
            match &line.statement {
                Statement::Action(Action::Request { client, to, words }) => {
                    // Who leads when is for the search to say.
                    let to = to.filter(|to| matches!(to, Selector::Node(_)));
                    requests.push(Asking { client: *client, to, words: words.clone() });
                }
                Statement::Action(Action::Byzantine { replica: Selector::Node(node), .. }) if !liars.contains(node) => {
                    liars.push(*node);
                }
                _ => {}
            }
        }
        if requests.is_empty() {
            let commands = scenario.entry.descriptor.commands;
            let examples: &[&str] = match commands {
                [] => &[],
                [only] if only.another != only.example => &[only.example, only.another],
                [only] => &[only.example],
                [first, second, ..] => &[first.example, second.example],
            };
            requests.extend(examples.iter().zip(1..).map(|(example, client)| Asking {
                client: NodeId::client(client),
                to: None,
                words: example.split_whitespace().map(String::from).collect(),
            }));
        }
        Root { header: header(scenario), requests, liars }
    }

    /// The world at the beginning, with the liars already turned: they say what is true until a lie is told. Errors: where the
    /// header does not fit together.
    pub fn world(&self, seed: u64) -> Result<DynWorld, ScenarioError> {
        let setup = crate::kernel::Setup { seed, ..self.header.setup() };
        let preset = !setup.disks.is_empty();
        let failed = |message: String| ScenarioError { line: 1, column: 1, message };
        let mut trace = Trace::forgetful();
        let mut world = (self.header.entry.open)(&setup, &mut trace).map_err(|why| failed(why.to_string()))?;
        checker::watch(&mut world, preset);
        world.act(&Action::Manual(true), &mut trace).map_err(|why| failed(why.into()))?;
        Ok(world)
    }

    /// The seed of the scenario.
    pub fn seed(&self) -> u64 {
        self.header.setup().seed
    }

    /// The same with so many replicas.
    pub fn with_replicas(&self, count: usize) -> Root {
        let mut root = self.clone();
        let lines = &mut root.header.lines;
        lines.retain(|line| match &line.statement {
            Statement::Replicas(_) => false,
            Statement::Set { replica, .. } => usize::from(*replica) <= count,
            Statement::Disk { replica, .. } => replica.number() <= count,
            _ => true,
        });
        let behind = lines.iter().position(|line| matches!(line.statement, Statement::Protocol(_)));
        lines.insert(behind.map_or(0, |place| place + 1), line(Statement::Replicas(count as u16)));
        root
    }

    /// The same with another seed.
    pub fn with_seed(&self, seed: u64) -> Root {
        Root { header: self.header.with_seed(seed), ..self.clone() }
    }
}

/// The turn by which a replica becomes one whose lies are told by hand. Where nothing moves by itself, to be late is to be told
/// the truth.
pub fn turn(node: NodeId) -> Option<Action> {
    byzantine::find("slow").map(|behaviour| Action::Byzantine { replica: Selector::Node(node), behaviour })
}

/// The turn by which a replica becomes two, of which these others see the second, and all others the first. `None` where there is
/// nobody to be shown one of them.
pub fn split(node: NodeId, replicas: usize, second: Vec<NodeId>) -> Option<Action> {
    let first =
        NodeId::replicas(replicas).filter(|other| *other != node && !second.contains(other)).collect::<Vec<_>>();
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let way = byzantine::find("twins")?.way;
    Some(Action::Byzantine {
        replica: Selector::Node(node),
        behaviour: Behaviour { way, peers: first, others: second },
    })
}

/// A line that stands in no text yet.
pub fn line(statement: Statement) -> Line {
    Line { number: 0, uid: 0, above: Vec::new(), beside: None, when: When::Now, statement }
}

/// The header alone, and how the replicas are linked.
fn header(scenario: &Scenario) -> Scenario {
    let holds = |statement: &Statement| {
        matches!(
            statement,
            Statement::Protocol(_)
                | Statement::Replicas(_)
                | Statement::Seed(_)
                | Statement::Set { .. }
                | Statement::Disk { .. }
                | Statement::Action(Action::Topology(_))
        )
    };
    let lines = scenario.lines.iter().filter(|line| holds(&line.statement));
    let lines = lines.map(|old| line(old.statement.clone())).collect();
    Scenario { entry: scenario.entry, lines, tail: Vec::new() }
}
