//! Whoever sets up a protocol by the library, and not by a scenario, is told by type what can't be, and nothing panics.

use std::rc::Rc;

use consensus_playground::kernel::{
    Algorithm, Client, NodeId, Options, Protocol, Replica, Setup, SetupError, Trace, World,
};
use consensus_playground::protocols::{self, raft::Raft};

fn open<P: Protocol>(setup: &Setup) -> Result<World<P>, SetupError> {
    World::new(setup, &mut Trace::forgetful())
}

/// Each size within the descriptor's range can be set up, and all replicas are a quorum; no other size can.
struct Sizes;

impl protocols::Visit for Sizes {
    fn visit<P: Protocol>(&mut self) {
        let (protocol, range) = (P::DESCRIPTOR.name, P::DESCRIPTOR.replicas);
        let (lo, hi) = (usize::from(range.0), usize::from(range.1));
        for asked in [0, lo - 1, hi + 1, 1_001, usize::from(u16::MAX) + 1 + lo, usize::MAX] {
            let error = SetupError::Replicas { protocol, asked, range };
            assert_eq!(P::configure(asked, &Options::default()).err(), Some(error.clone()));
            assert_eq!(open::<P>(&Setup { replicas: asked, ..Setup::default() }).err(), Some(error));
        }
        for replicas in [lo, hi] {
            let config = P::configure(replicas, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
            let disk = P::preset(&config, &[]).unwrap_or_else(|error| panic!("{error}"));
            for quorum in P::quorums(&config, &disk) {
                assert!(quorum.system.is_quorum(&|_| true), "{protocol} of {replicas}: all {}", quorum.purpose);
                assert!(!quorum.system.is_quorum(&|_| false), "{protocol} of {replicas}: nobody {}", quorum.purpose);
            }
        }
    }
}

#[test]
fn a_size_outside_of_the_range_is_refused_by_every_protocol() {
    protocols::each(&mut Sizes);
}

#[test]
fn an_error_says_what_is_wrong_in_fields_and_in_a_sentence() {
    let refused = |set: &[(&str, &str)]| Raft::configure(3, &set.iter().copied().collect()).expect_err("it can't be");
    let range = (1, 1_000);
    let cases = [
        (
            refused(&[("pipeline", "0")]),
            SetupError::OutOfRange { option: "pipeline", value: 0, range },
            "pipeline: `0` is out of range: the number is between 1 and 1000",
        ),
        (
            refused(&[("colour", "red")]),
            SetupError::UnknownOption { protocol: "Raft", option: "colour".into() },
            "`colour` is no option of Raft",
        ),
        (
            refused(&[("heartbeat", "0s")]),
            SetupError::TooShort { option: "heartbeat", least: "1ms" },
            "heartbeat must be at least 1ms",
        ),
        (
            refused(&[("members", "1-4")]),
            SetupError::Value {
                option: "members",
                why: "`1-4`: replicas are numbered 1 to 3, as in 1,2,3 or 1-3".into(),
            },
            "members: `1-4`: replicas are numbered 1 to 3, as in 1,2,3 or 1-3",
        ),
        (
            refused(&[("lease", "9s")]),
            SetupError::Option {
                option: "lease",
                sentence: "lease: a lease longer than the minimum election-timeout is never safe".into(),
            },
            "lease: a lease longer than the minimum election-timeout is never safe",
        ),
    ];
    for (error, expected, sentence) in cases {
        let shown: Box<dyn std::error::Error> = Box::new(error.clone());
        assert_eq!((error, shown.to_string()), (expected, sentence.into()));
    }
    let mut options = Options::default();
    options.set("heartbeat", 2, "10ms");
    let error = SetupError::NotPerReplica { option: "heartbeat", replica: 2 };
    assert_eq!(Raft::configure(3, &options).err(), Some(error));
}

#[test]
fn nobody_who_is_not_there_can_be_made_or_given_a_disk() {
    let config = Rc::new(Raft::configure(3, &Options::default()).unwrap_or_else(|error| panic!("{error}")));
    let replica = |me| Replica::<Raft>::new(config.clone(), me, 3, 1, Default::default()).map(drop);
    let (fourth, client) = (NodeId::replica(4), NodeId::client(1));
    assert_eq!(replica(NodeId::replica(3)), Ok(()));
    assert_eq!(replica(fourth), Err(SetupError::Node { node: fourth, replicas: 3 }));
    assert_eq!(replica(client), Err(SetupError::Kind { node: client }));
    assert_eq!(Client::<Raft>::new(config.clone(), fourth, 3, 1).err(), Some(SetupError::Kind { node: fourth }));

    let disk = |node, key: &str, value: &str| {
        let disks = vec![(node, vec![(key.to_string(), value.to_string())])];
        open::<Raft>(&Setup { replicas: 3, disks, ..Setup::default() }).map(drop)
    };
    assert_eq!(disk(NodeId::replica(3), "term", "4"), Ok(()));
    assert_eq!(disk(fourth, "term", "4"), Err(SetupError::Node { node: fourth, replicas: 3 }));
    assert_eq!(disk(client, "term", "4"), Err(SetupError::Kind { node: client }));
    let unknown = SetupError::UnknownDiskKey { protocol: "Raft", key: "mood".into() };
    assert_eq!(disk(NodeId::replica(1), "mood", "4"), Err(unknown));
    let why = "`x` is no whole number".into();
    assert_eq!(disk(NodeId::replica(1), "term", "x"), Err(SetupError::Disk { key: "term", why }));
}
