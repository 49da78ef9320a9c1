//! Whoever acts on a world by the library is told by type what can't be done, with who and what is concerned.

use consensus_playground::kernel::{
    Action, ActionError, MOST_CLIENTS, MessageId, NodeId, Pick, ReadError, Selector, Setup, Trace, Which, World,
};
use consensus_playground::protocols::raft::Raft;

struct Own(World<Raft>, Trace);

impl Own {
    fn open() -> Self {
        let mut trace = Trace::forgetful();
        let setup = Setup { replicas: 3, ..Setup::default() };
        let world = World::new(&setup, &mut trace).unwrap_or_else(|error| panic!("{error}"));
        Own(world, trace)
    }

    fn act(&mut self, action: Action) -> Result<(), ActionError> {
        let Own(world, trace) = self;
        let before = (world.state_hash(), world.counts().events);
        let result = world.act(&action, trace);
        assert!(result.is_ok() || (world.state_hash(), world.counts().events) == before, "{action:?} leaves traces");
        result
    }
}

fn node(number: usize) -> Selector {
    Selector::Node(NodeId::replica(number))
}

fn request(client: NodeId, words: &str) -> Action {
    Action::Request { client, to: None, words: words.split(' ').map(String::from).collect() }
}

#[test]
fn what_can_not_be_done_is_told_by_type() {
    let (one, four, client) = (NodeId::replica(1), NodeId::replica(4), NodeId::client(1));
    let mut own = Own::open();
    own.act(Action::Crash(node(1))).expect("it runs");
    own.act(Action::Pause(node(2))).expect("it runs");
    let two = NodeId::replica(2);
    let restart = |replica| Action::Restart { replica, disk_lost: false };
    let cases = [
        (Action::Crash(node(1)), ActionError::CrashedAlready { replica: one }),
        (Action::Pause(node(1)), ActionError::Crashed { replica: one }),
        (Action::Pause(node(2)), ActionError::PausedAlready { replica: two }),
        (Action::Resume(node(3)), ActionError::NotPaused { replica: NodeId::replica(3) }),
        (restart(node(2)), ActionError::NotCrashed { replica: two }),
        (restart(node(4)), ActionError::NoSuchNode { node: four, have: 3 }),
        (Action::Honest(node(3)), ActionError::NotByzantine { replica: NodeId::replica(3) }),
        (Action::Crash(Selector::Node(client)), ActionError::NotAReplica { node: client }),
        (Action::Crash(Selector::Leader), ActionError::NobodyLeads),
        (request(one, "put x 1"), ActionError::NotAClient { selector: node(1) }),
        (
            request(NodeId::client(MOST_CLIENTS + 1), "put x 1"),
            ActionError::NoSuchNode { node: NodeId::client(MOST_CLIENTS + 1), have: MOST_CLIENTS },
        ),
        (Action::Clock { replica: Selector::Node(client), rate: (1, 1) }, ActionError::ClientUnknown { client }),
        (Action::Fire { timer: 0, about: None, node: node(1) }, ActionError::NoTimers { replica: one }),
        (Action::Fire { timer: 0, about: None, node: node(2) }, ActionError::Paused { replica: two }),
        (
            Action::Fire { timer: 1, about: None, node: node(3) },
            ActionError::NoTimer { timer: "heartbeat", about: None, node: NodeId::replica(3) },
        ),
        (
            Action::Request { client, to: Some(Selector::All), words: vec!["get".into(), "x".into()] },
            ActionError::MayBeSeveral { selector: Selector::All },
        ),
        (Action::Cut { from: node(2), to: node(2) }, ActionError::LinkToItself { node: node(2) }),
        (Action::Mend { from: node(2), to: node(3) }, ActionError::NotCut { from: two, to: NodeId::replica(3) }),
        (Action::Partition(vec![vec![node(1)], vec![node(1)]]), ActionError::TwoGroups { node: node(1) }),
        (
            Action::Partition(vec![vec![node(1), node(2)], vec![Selector::All], vec![Selector::Followers]]),
            ActionError::EmptyGroup { group: 2 },
        ),
        (Action::Drop(Pick::Id(MessageId(77))), ActionError::NotInFlight { message: MessageId(77) }),
        (
            Action::Deliver(Pick::Matching { which: Which::Nth(2), kind: None, from: None, to: None }),
            ActionError::TooFewMessages { kind: "message", have: 0 },
        ),
        (Action::Answer { replica: two, text: "yes".into() }, ActionError::NoQuestion { agent: two }),
        (Action::Workload { clients: 65, rate: 1, keys: 1 }, ActionError::TooManyClients { limit: MOST_CLIENTS }),
    ];
    for (action, expected) in cases {
        let told = own.act(action.clone());
        assert_eq!(told.as_ref().err(), Some(&expected), "{action:?}");
        let shown: Box<dyn std::error::Error> = Box::new(expected);
        assert!(!shown.to_string().is_empty() && !shown.to_string().ends_with('.'), "{shown}");
    }
}

#[test]
fn a_command_that_can_not_be_read_is_told_by_type() {
    let mut own = Own::open();
    let mut told = |words| match own.act(request(NodeId::client(1), words)) {
        Err(ActionError::Command(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(told("add 4"), ReadError::Word { why: "`4` is not a replica: they are numbered 1 to 3".into() });
    let ReadError::Form { usages } = told("dance") else { panic!("no command is written so") };
    assert_eq!(usages[..2], ["put KEY VALUE", "get KEY"]);
}
