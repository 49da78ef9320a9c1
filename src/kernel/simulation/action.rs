//! What a person or a scenario does to a run.

use std::collections::BTreeSet;

use super::action_error::ActionError;
use super::network::LinkChange;
use super::selector::Selector;
use crate::kernel::data::ids::{MessageId, NodeId, Time};
use crate::kernel::data::topology::TopologyKind;
use crate::kernel::node::adversary::Behaviour;

/// Who may stand in a place of an act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whom {
    replicas: bool,
    clients: bool,
    several: bool,
}

impl Whom {
    /// Replicas, one or several.
    pub const REPLICAS: Whom = Whom { replicas: true, clients: false, several: true };
    /// One replica.
    pub const REPLICA: Whom = Whom { several: false, ..Whom::REPLICAS };
    /// One client.
    pub const CLIENT: Whom = Whom { replicas: false, clients: true, several: false };
    /// Replicas or clients, one or several.
    pub const NODES: Whom = Whom { clients: true, ..Whom::REPLICAS };
    /// One replica or client.
    pub const NODE: Whom = Whom { clients: true, ..Whom::REPLICA };

    /// Errors: where a selector can't stand here, whatever its roles come to mean.
    pub fn admits(self, selector: Selector) -> Result<(), ActionError> {
        match selector {
            Selector::Node(node) if node.is_client() && !self.clients => Err(ActionError::NotAReplica { node }),
            Selector::Node(node) if !node.is_client() && !self.replicas => Err(ActionError::NotAClient { selector }),
            Selector::Leader if !self.replicas => Err(ActionError::NotAClient { selector }),
            Selector::Followers | Selector::All if !self.several => Err(ActionError::MayBeSeveral { selector }),
            _ => Ok(()),
        }
    }
}

/// Which of several messages in flight: oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Which {
    /// The n-th, from 1.
    Nth(u32),
    /// All of them.
    All,
}

/// Messages in flight.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Pick {
    /// The one with this number.
    Id(MessageId),
    /// Those of a kind (a place in the descriptor's list), a sender, a receiver, where given.
    Matching {
        /// Which of those that match.
        which: Which,
        /// The kind.
        kind: Option<u8>,
        /// The sender.
        from: Option<Selector>,
        /// The receiver.
        to: Option<Selector>,
    },
}

/// Something that is done to a run.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// A client asks for something.
    Request {
        /// Which client.
        client: NodeId,
        /// The replica to ask first.
        to: Option<Selector>,
        /// The command, word by word.
        words: Vec<String>,
    },
    /// Replicas crash: volatile state and timers are gone.
    Crash(Selector),
    /// A replica crashes after so many more sends, whatever it was doing.
    CrashAfter {
        /// Which.
        replica: Selector,
        /// How many messages it still sends.
        sends: u32,
    },
    /// Crashed replicas come back with what their disks hold, or with blank disks.
    Restart {
        /// Which.
        replica: Selector,
        /// Whether the disk is lost.
        disk_lost: bool,
    },
    /// Replicas stand still; what reaches them waits.
    Pause(Selector),
    /// Paused replicas go on.
    Resume(Selector),
    /// A replica's clock runs at another rate: `rate.0 / rate.1` of true time.
    Clock {
        /// Which.
        replica: Selector,
        /// Numerator and denominator.
        rate: (u32, u32),
    },
    /// Groups that can't reach each other. Who is named by number stands where it is named; of the others the leader stands
    /// where `leader` does, then the followers, then whoever is left where `all` does.
    Partition(Vec<Vec<Selector>>),
    /// One direction is cut, between each of some and each of others.
    Cut {
        /// From here.
        from: Selector,
        /// To there.
        to: Selector,
    },
    /// All partitions and cuts are taken back.
    Heal,
    /// Cuts of one direction are taken back, between each of some and each of others.
    Mend {
        /// From here.
        from: Selector,
        /// To there.
        to: Selector,
    },
    /// Links change: those from each of some to each of others, or all.
    Network {
        /// Which, from and to.
        link: Option<(Selector, Selector)>,
        /// What changes.
        change: LinkChange,
    },
    /// The replicas are linked in another way.
    Topology(TopologyKind),
    /// Nothing moves by itself any more (`true`), or everything does again.
    Manual(bool),
    /// A timer fires now.
    Fire {
        /// The kind, a place in the descriptor's list.
        timer: u8,
        /// What it is about, where one of its kind runs for each; where nothing is said, the one that is due first.
        about: Option<u64>,
        /// Of whom: replicas or a client.
        node: Selector,
    },
    /// Messages are delivered now.
    Deliver(Pick),
    /// Messages are dropped.
    Drop(Pick),
    /// Messages get a second copy.
    Duplicate(Pick),
    /// Messages take longer.
    Delay {
        /// Which.
        pick: Pick,
        /// By how much, in virtual microseconds.
        by: Time,
    },
    /// Beside a message in flight its sender tells a lie, made now; from here on it is a traitor in the eyes of the properties.
    Lie {
        /// The kind of lie, a place in the descriptor's list.
        lie: u8,
        /// Which of its kind, from 1.
        nth: u32,
        /// About which message.
        pick: Pick,
    },
    /// A replica turns Byzantine.
    Byzantine {
        /// Which.
        replica: Selector,
        /// How it misbehaves, and towards whom.
        behaviour: Behaviour,
    },
    /// A Byzantine replica does what it should again. It stays a traitor in the eyes of the properties.
    Honest(Selector),
    /// An answer to the oldest open question of an agent.
    Answer {
        /// Which agent.
        replica: NodeId,
        /// The answer.
        text: String,
    },
    /// Clients keep asking.
    Workload {
        /// How many clients.
        clients: u16,
        /// Requests in a virtual second, all clients together.
        rate: u32,
        /// How many keys.
        keys: u32,
    },
}

impl Action {
    /// Whether everybody in it stands in a place where they may. Errors: the first who does not.
    pub fn check(&self) -> Result<(), ActionError> {
        self.places().into_iter().try_for_each(|(whom, selector)| whom.admits(selector))?;
        match self {
            Action::Cut { from, to } | Action::Mend { from, to } | Action::Network { link: Some((from, to)), .. }
                if from == to && matches!(from, Selector::Node(_) | Selector::Leader) =>
            {
                Err(ActionError::LinkToItself { node: *from })
            }
            Action::Partition(groups) => once(groups.iter().flatten(), |&node| ActionError::TwoGroups { node }),
            Action::Byzantine { replica, behaviour } => {
                let peers = || behaviour.peers.iter().chain(&behaviour.others);
                if let Some(peer) = peers().find(|peer| *replica == Selector::Node(**peer)) {
                    return Err(ActionError::TowardsItself { node: *peer });
                }
                once(peers(), |&node| ActionError::NamedTwice { node })
            }
            _ => Ok(()),
        }
    }

    /// Everybody who is named in it, with who may stand there. A new act says here what it takes.
    fn places(&self) -> Vec<(Whom, Selector)> {
        let node = |node: &NodeId| (Whom::NODE, Selector::Node(*node));
        match self {
            Action::Request { client, to, .. } => {
                let to = to.map(|to| (Whom::REPLICA, to));
                [(Whom::CLIENT, Selector::Node(*client))].into_iter().chain(to).collect()
            }
            Action::Crash(who) | Action::Pause(who) | Action::Resume(who) | Action::Honest(who) => {
                vec![(Whom::REPLICAS, *who)]
            }
            Action::CrashAfter { replica, .. } | Action::Restart { replica, .. } => vec![(Whom::REPLICAS, *replica)],
            Action::Byzantine { replica, behaviour } => {
                let peers = behaviour.peers.iter().chain(&behaviour.others);
                [(Whom::REPLICAS, *replica)].into_iter().chain(peers.map(node)).collect()
            }
            Action::Clock { replica: who, .. } | Action::Fire { node: who, .. } => vec![(Whom::NODES, *who)],
            Action::Answer { replica, .. } => vec![(Whom::REPLICA, Selector::Node(*replica))],
            Action::Cut { from, to } | Action::Mend { from, to } => vec![(Whom::NODES, *from), (Whom::NODES, *to)],
            Action::Network { link, .. } => {
                link.iter().flat_map(|(from, to)| [(Whom::NODES, *from), (Whom::NODES, *to)]).collect()
            }
            Action::Partition(groups) => groups.iter().flatten().map(|who| (Whom::NODES, *who)).collect(),
            Action::Deliver(pick)
            | Action::Drop(pick)
            | Action::Duplicate(pick)
            | Action::Lie { pick, .. }
            | Action::Delay { pick, .. } => match pick {
                Pick::Matching { from, to, .. } => {
                    [*from, *to].iter().flatten().map(|who| (Whom::NODES, *who)).collect()
                }
                Pick::Id(_) => Vec::new(),
            },
            Action::Heal | Action::Topology(_) | Action::Manual(_) | Action::Workload { .. } => Vec::new(),
        }
    }

    /// Whom it is about, where that can be several.
    pub(crate) fn whom(&mut self) -> Option<&mut Selector> {
        match self {
            Action::Crash(who) | Action::Pause(who) | Action::Resume(who) | Action::Honest(who) => Some(who),
            Action::CrashAfter { replica, .. } | Action::Restart { replica, .. } => Some(replica),
            Action::Clock { replica, .. } | Action::Byzantine { replica, .. } => Some(replica),
            Action::Fire { node, .. } => Some(node),
            _ => None,
        }
    }

    /// Which messages it is about.
    pub(crate) fn pick(&mut self) -> Option<&mut Pick> {
        match self {
            Action::Deliver(pick)
            | Action::Drop(pick)
            | Action::Duplicate(pick)
            | Action::Lie { pick, .. }
            | Action::Delay { pick, .. } => Some(pick),
            _ => None,
        }
    }

    /// The same for one node.
    pub(crate) fn on(&self, node: NodeId) -> Action {
        let mut one = self.clone();
        one.whom().into_iter().for_each(|who| *who = Selector::Node(node));
        one
    }

    /// The same for one message.
    pub(crate) fn to(&self, id: Pick) -> Action {
        let mut one = self.clone();
        one.pick().into_iter().for_each(|pick| *pick = id.clone());
        one
    }
}

/// Nobody may be named twice.
fn once<'a, T: Ord + 'a>(
    named: impl Iterator<Item = &'a T>,
    complaint: impl Fn(&T) -> ActionError,
) -> Result<(), ActionError> {
    let mut seen = BTreeSet::new();
    named.into_iter().try_for_each(|one| if seen.insert(one) { Ok(()) } else { Err(complaint(one)) })
}
