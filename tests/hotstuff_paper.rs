//! HotStuff's algorithms line by line: replica 3 of four is fed by hand; and the attack on two phases of §4.4, for fifty views (as a
//! scenario, `hotstuff-twenty-views`, it has as many as a thousand events allow).
#![cfg(not(target_arch = "wasm32"))]

use std::collections::VecDeque;
use std::rc::Rc;

use consensus_playground::kernel::protocol::bench::ReplicaBench;
use consensus_playground::kernel::{Effects, NodeId, ReadCommand, RequestId, Signed};
use consensus_playground::protocols::hotstuff::{
    Certificate, Disk, GENESIS, HotStuff, Message, NewView, Node, Phase, Request, Timer, Vote,
};
use consensus_playground::services::kv::Command;

type Bench = ReplicaBench<HotStuff>;

fn one(number: usize) -> NodeId {
    NodeId::replica(number)
}

fn sign<T>(node: NodeId, body: T) -> Signed<T> {
    Effects::<HotStuff>::new(node, 4, 0).sign(body)
}

fn request(client: usize) -> Rc<Signed<Request>> {
    let client = NodeId::client(client);
    let command = Command::read(&["put", "x", "1"], 4).unwrap();
    Rc::new(sign(client, Request { id: RequestId { client, number: 1 }, command }))
}

/// Three of four sign.
fn certify(phase: Phase, view: u64, node: u64) -> Rc<Certificate> {
    let votes = [1, 2, 4].map(|signer| sign(one(signer), Vote { view, phase, node })).to_vec();
    Rc::new(Certificate { phase, view, node, votes, ..Certificate::default() })
}

fn genesis(phase: Phase) -> Rc<Certificate> {
    Rc::new(Certificate { phase, ..Certificate::default() })
}

/// A node on another one; without, on the genesis.
fn node(view: u64, parent: Option<&Rc<Node>>, justify: &Rc<Certificate>) -> Rc<Node> {
    let height = parent.map_or(0, |parent| parent.height) + 1;
    let requests = if parent.is_none() { vec![request(view as usize)] } else { Vec::new() };
    Rc::new(Node { view, height, parent: parent.map_or(GENESIS, |node| node.id()), requests, justify: justify.clone() })
}

/// A branch with a node in each of these views, each on the certificate of the one before.
fn branch(from: Option<&Rc<Node>>, views: &[u64]) -> Vec<Rc<Node>> {
    let mut nodes: Vec<Rc<Node>> = from.into_iter().cloned().collect();
    for &view in views {
        let below = nodes.last().cloned();
        let justify =
            below.as_ref().map_or(genesis(Phase::Generic), |below| certify(Phase::Generic, below.view, below.id()));
        nodes.push(node(view, below.as_ref(), &justify));
    }
    nodes
}

/// Replica 3, with a leader for each view in turn.
fn bench(set: &[(&str, &str)]) -> Bench {
    let all: Vec<_> = [("leader-views", "1")].iter().chain(set).copied().collect();
    Bench::start(one(3), 4, &all, Disk::default())
}

fn propose(bench: &mut Bench, node: &Rc<Node>) {
    let leader = bench.config().leader(node.view);
    bench.hear(leader, &Message::Proposal(node.clone()));
}

/// Others want this view, and show what they have.
fn want(bench: &mut Bench, view: u64, justify: &Rc<Certificate>) {
    for from in [1, 2, 4] {
        let justify = justify.clone();
        bench.hear(one(from), &Message::NewView(NewView { view, justify, executed: 0, again: false }));
    }
}

/// The votes that its last step sent: to whom, in which view, of which type.
fn votes(bench: &Bench) -> Vec<(usize, u64, Phase)> {
    let sent = bench.last.sent.iter().filter_map(|(to, message, _)| match message {
        Message::Vote(vote) => Some((to.map_or(0, |to| to.number()), vote.body().view, vote.body().phase)),
        _ => None,
    });
    sent.collect()
}

/// The nodes that it executed in its last step, by view.
fn executed(bench: &Bench) -> Vec<u64> {
    bench.last.decided.iter().map(|(_, node)| node.view).collect()
}

#[test]
fn algorithm_3_a_vote_goes_to_the_leader_of_the_next_view_and_is_on_disk_first() {
    let mut bench = bench(&[]);
    propose(&mut bench, &branch(None, &[1])[0]);
    assert_eq!(votes(&bench), [(2, 1, Phase::Generic)]);
    let (_, _, disk) = &bench.last.sent[0];
    assert_eq!((disk.voted.len(), disk.view), (1, 2));
}

#[test]
fn algorithm_3_three_certificates_in_a_row_raise_lock_and_commit() {
    let mut bench = bench(&[]);
    let nodes = branch(None, &[1, 2, 3, 4]);
    let mut seen = Vec::new();
    for node in &nodes {
        propose(&mut bench, node);
        let disk = bench.disk();
        seen.push((disk.generic.view, disk.locked.view, executed(&bench)));
    }
    assert_eq!(seen, [(0, 0, vec![]), (1, 0, vec![]), (2, 1, vec![]), (3, 2, vec![1])]);
}

#[test]
fn algorithm_3_a_blank_between_breaks_the_chain_of_three() {
    for (views, commits) in [([1, 2, 4, 5], false), ([1, 3, 4, 5], false), ([2, 3, 4, 6], true)] {
        let mut bench = bench(&[]);
        for node in &branch(None, &views) {
            want(&mut bench, node.view, &genesis(Phase::Generic));
            propose(&mut bench, node);
        }
        assert_eq!(executed(&bench), if commits { vec![2] } else { vec![] }, "{views:?}");
    }
}

#[test]
fn the_bug_no_parent_check_commits_across_a_blank() {
    let mut bench = bench(&[("no-parent-check", "on")]);
    for node in &branch(None, &[1, 2, 4, 5]) {
        want(&mut bench, node.view, &genesis(Phase::Generic));
        propose(&mut bench, node);
    }
    assert_eq!(executed(&bench), [1]);
}

#[test]
fn two_chain_commits_after_two_certificates_in_a_row() {
    let mut bench = bench(&[("variant", "two-chain")]);
    let mut seen = Vec::new();
    for node in &branch(None, &[1, 2, 3]) {
        propose(&mut bench, node);
        seen.push((bench.disk().locked.view, executed(&bench)));
    }
    assert_eq!(seen, [(0, vec![]), (1, vec![]), (2, vec![1])]);
}

/// Replica 3, locked on the certificate of view 2 after three nodes in a row.
fn locked(set: &[(&str, &str)]) -> (Bench, Vec<Rc<Node>>) {
    let mut bench = bench(set);
    let nodes = branch(None, &[1, 2, 3, 4]);
    nodes.iter().for_each(|node| propose(&mut bench, node));
    (bench, nodes)
}

#[test]
fn algorithm_1_line_26_a_node_beside_the_lock_gets_no_vote() {
    let (mut bench, nodes) = locked(&[]);
    want(&mut bench, 9, &genesis(Phase::Generic));
    propose(&mut bench, &branch(Some(&nodes[0]), &[9])[1]);
    assert!(bench.last.followed("refuse-locked"));
    assert_eq!(votes(&bench), []);
    let (mut bench, nodes) = locked(&[("no-lock", "on")]);
    want(&mut bench, 9, &genesis(Phase::Generic));
    propose(&mut bench, &branch(Some(&nodes[0]), &[9])[1]);
    assert_eq!(votes(&bench), [(2, 9, Phase::Generic)]);
}

#[test]
fn algorithm_1_line_27_a_newer_certificate_opens_the_lock() {
    for (set, vote) in [(&[][..], true), (&[("lock-for-ever", "on")][..], false)] {
        let (mut bench, nodes) = locked(set);
        let beside = branch(Some(&nodes[0]), &[5, 6]);
        want(&mut bench, 6, &genesis(Phase::Generic));
        propose(&mut bench, &beside[1]);
        propose(&mut bench, &beside[2]);
        assert_eq!(bench.disk().voted.contains_key(&(6, Phase::Generic)), vote);
    }
}

#[test]
fn algorithm_2_line_9_a_node_builds_on_what_its_certificate_is_for() {
    for (set, vote) in [(&[][..], 0), (&[("justify-not-ancestor", "on")][..], 1)] {
        let (mut bench, nodes) = locked(set);
        let newest = certify(Phase::Generic, 4, nodes[3].id());
        want(&mut bench, 9, &genesis(Phase::Generic));
        propose(&mut bench, &node(9, None, &newest));
        assert_eq!(votes(&bench).len(), vote);
        assert_eq!(bench.last.followed("refuse-elsewhere"), vote == 0);
    }
}

#[test]
fn algorithm_3_a_certificate_for_a_node_that_is_not_known_locks_nobody() {
    for variant in ["chained", "two-chain"] {
        let mut bench = bench(&[("variant", variant)]);
        let nodes = branch(None, &[1, 2, 3, 4, 5]);
        nodes.iter().take(2).for_each(|node| propose(&mut bench, node));
        let lock = bench.disk().locked.view;
        // A liar hangs its node elsewhere than on the node of its certificate, which has not come yet.
        let unknown = certify(Phase::Generic, 4, nodes[3].id());
        propose(&mut bench, &node(5, Some(&nodes[1]), &unknown));
        assert!(bench.last.followed("refuse-elsewhere"));
        assert_eq!((bench.disk().locked.view, bench.disk().generic.view), (lock, 1), "{variant}");
    }
}

#[test]
fn algorithm_4_no_vote_below_the_last_one() {
    for (set, vote) in [(&[][..], false), (&[("vote-once-per-height", "on")][..], true)] {
        let mut bench = bench(set);
        let genesis = genesis(Phase::Generic);
        want(&mut bench, 5, &genesis);
        propose(&mut bench, &node(5, None, &genesis));
        assert_eq!(votes(&bench).len(), 1);
        propose(&mut bench, &node(2, None, &genesis));
        assert_eq!(bench.disk().voted.contains_key(&(2, Phase::Generic)), vote);
    }
}

#[test]
fn algorithm_1_a_certificate_needs_n_minus_f_different_signers_of_the_very_vote() {
    let good = branch(None, &[1, 2]);
    let mangled = |change: &dyn Fn(&mut Certificate)| {
        let mut justify = Certificate::clone(&good[1].justify);
        change(&mut justify);
        node(2, Some(&good[0]), &Rc::new(justify))
    };
    let cases: [(&str, Rc<Node>); 4] = [
        ("two signers", mangled(&|one| one.votes.truncate(2))),
        ("one signer twice", mangled(&|one| one.votes[2] = one.votes[0])),
        (
            "another node",
            mangled(&|certificate| {
                certificate.votes[0] = sign(one(1), Vote { view: 1, phase: Phase::Generic, node: 7 })
            }),
        ),
        (
            "another type",
            mangled(&|certificate| {
                certificate.votes[0] = sign(one(1), Vote { view: 1, phase: Phase::Commit, node: good[0].id() })
            }),
        ),
    ];
    for (what, wrong) in cases {
        let mut bench = bench(&[]);
        propose(&mut bench, &good[0]);
        propose(&mut bench, &wrong);
        assert_eq!(votes(&bench), [], "{what}");
    }
    // View 1's certificate, shown as one of view 2.
    let renewed = Rc::new(Certificate { view: 2, ..Certificate::clone(&good[1].justify) });
    for (set, held) in [(&[][..], 0), (&[("view-not-checked", "on")][..], 2)] {
        let mut bench = bench(set);
        propose(&mut bench, &good[0]);
        propose(&mut bench, &node(3, Some(&good[0]), &renewed));
        assert_eq!(bench.disk().generic.view, held);
    }
}

#[test]
fn algorithm_3_n_minus_f_votes_make_the_next_leaders_certificate_and_one_who_votes_twice_counts_once() {
    let mut bench = bench(&[]);
    let nodes = branch(None, &[1, 2]);
    nodes.iter().for_each(|node| propose(&mut bench, node));
    let vote = Vote { view: 2, phase: Phase::Generic, node: nodes[1].id() };
    for signer in [1, 1, 4] {
        assert!(!bench.last.followed("certify"));
        bench.hear(one(signer), &Message::Vote(sign(one(signer), vote)));
    }
    assert!(bench.last.followed("certify"));
    let proposed = bench.last.messages().into_iter().find_map(|message| match message {
        Message::Proposal(node) => Some((node.view, node.justify.view, node.parent == nodes[1].id())),
        _ => None,
    });
    assert_eq!(proposed, Some((3, 2, true)));
    assert_eq!(bench.disk().generic.votes.len(), 3);
}

#[test]
fn algorithm_2_three_votes_in_one_view_and_the_lock_before_the_last() {
    let mut bench = bench(&[("variant", "basic")]);
    let first = node(1, None, &genesis(Phase::Prepare));
    propose(&mut bench, &first);
    assert_eq!(votes(&bench), [(1, 1, Phase::Prepare)]);
    for (shown, voted, locked) in [(Phase::Prepare, Phase::PreCommit, 0), (Phase::PreCommit, Phase::Commit, 1)] {
        bench.hear(one(1), &Message::Certified(certify(shown, 1, first.id())));
        assert_eq!(votes(&bench), [(1, 1, voted)]);
        assert_eq!((bench.disk().generic.view, bench.disk().locked.view), (1, locked));
    }
    bench.hear(one(1), &Message::Certified(certify(Phase::Commit, 1, first.id())));
    assert_eq!((executed(&bench), bench.disk().view), (vec![1], 2));
}

#[test]
fn algorithm_2_lines_3_to_6_the_leader_builds_on_the_highest_of_n_minus_f_certificates() {
    let mut bench = bench(&[("variant", "basic")]);
    let first = node(1, None, &genesis(Phase::Prepare));
    propose(&mut bench, &first);
    let newest = certify(Phase::Prepare, 1, first.id());
    // With the second, f + 1 want view 3. It joins them, and they are n − f.
    for (from, justify) in [(1, &newest), (2, &genesis(Phase::Prepare))] {
        assert!(!bench.last.followed("propose"));
        let justify = justify.clone();
        bench.hear(one(from), &Message::NewView(NewView { view: 3, justify, executed: 0, again: false }));
    }
    assert!(bench.last.followed("propose"));
    let last = bench.disk().tree.get(bench.disk().voted.last().map_or(GENESIS, |(_, node)| *node)).cloned();
    assert_eq!(last.map(|node| (node.view, node.parent)), Some((3, first.id())));
}

#[test]
fn algorithm_2_line_36_whoever_gives_a_view_up_votes_in_it_no_more() {
    let mut bench = bench(&[]);
    bench.hear(NodeId::client(1), &Message::Request(request(1)));
    bench.fire(Timer::View);
    assert!(bench.last.messages().iter().any(|message| matches!(message, Message::NewView(one) if one.view == 2)));
    propose(&mut bench, &branch(None, &[1])[0]);
    assert_eq!(votes(&bench), []);
}

#[test]
fn the_pacemaker_joins_f_plus_1_and_enters_with_n_minus_f() {
    let mut bench = bench(&[]);
    let want = |bench: &mut Bench, from: usize, view: u64| {
        let justify = genesis(Phase::Generic);
        bench.hear(one(from), &Message::NewView(NewView { view, justify, executed: 0, again: false }));
        (bench.disk().wish, bench.disk().view)
    };
    assert_eq!(want(&mut bench, 4, 90), (1, 1), "one may lie");
    assert_eq!(want(&mut bench, 1, 5), (5, 5), "f + 1 = 2 want view 5 at least; with this one, they are three");
}

/// Three correct replicas of four, whose messages are carried by hand. Replica 4 lies.
struct Attack {
    benches: Vec<Bench>,
    /// Sent and not delivered: from, to, what.
    flying: VecDeque<(usize, usize, Message)>,
    decided: usize,
}

impl Attack {
    fn new(set: &[(&str, &str)]) -> Attack {
        let all: Vec<_> = [("leader-views", "1"), ("variant", "basic")].iter().chain(set).copied().collect();
        let benches = (1..=3).map(|me| Bench::start(one(me), 4, &all, Disk::default())).collect();
        Attack { benches, flying: VecDeque::new(), decided: 0 }
    }

    /// What a replica wanted in its last step is on its way.
    fn take(&mut self, me: usize) {
        let last = &self.benches[me - 1].last;
        self.decided += last.decided.len();
        for (to, message, _) in &last.sent {
            let others = (1..=4).filter(|other| *other != me && to.is_none_or(|to| to == one(*other)));
            self.flying.extend(others.map(|other| (me, other, message.clone())));
        }
    }

    fn hear(&mut self, from: usize, to: usize, message: &Message) {
        self.benches[to - 1].hear(one(from), message);
        self.take(to);
    }

    /// Delivers all that comes in time, until nothing is left. What goes to the liar is at once answered by `liar`.
    fn deliver(&mut self, in_time: &dyn Fn(usize, &Message) -> bool, liar: &dyn Fn(&Message) -> Option<Message>) {
        let mut held = VecDeque::new();
        while let Some((from, to, message)) = self.flying.pop_front() {
            if to == 4 {
                if let Some(answer) = liar(&message) {
                    self.flying.push_back((4, from, answer));
                }
            } else if (1..=3).contains(&to) && in_time(from, &message) {
                self.hear(from, to, &message);
            } else {
                held.push_back((from, to, message));
            }
        }
        self.flying = held;
    }

    /// One view after the timeouts. The liar shows the genesis, so that who holds the newest certificate is not needed: its
    /// new-view messages come last. Where the view is to be spoilt, the liar votes, but so late that the view is over when
    /// the leader shows the certificate. Otherwise it does not vote, and all correct replicas hear each other in time.
    fn view(&mut self, view: u64, spoilt: bool) {
        let held = (1..=3).max_by_key(|me| self.benches[me - 1].disk().generic.view).unwrap_or(1);
        let secret = self.benches[held - 1].disk().generic.view > 0;
        if view > 1 {
            let justify = genesis(Phase::Prepare);
            let lie = Message::NewView(NewView { view, justify, executed: 0, again: false });
            (1..=3).for_each(|to| self.hear(4, to, &lie));
        }
        let in_time = |from: usize, message: &Message| match message {
            Message::NewView(_) => !(secret && from == held),
            Message::Certified(_) | Message::Newest(_) => !spoilt,
            _ => true,
        };
        let liar = |message: &Message| match message {
            Message::Proposal(node) if spoilt && node.view == view => {
                Some(Message::Vote(sign(one(4), Vote { view, phase: Phase::Prepare, node: node.id() })))
            }
            _ => None,
        };
        self.deliver(&in_time, &liar);
        self.flying.clear();
        for me in 1..=3 {
            self.benches[me - 1].fire(Timer::View);
            self.take(me);
        }
    }
}

/// Fifty views that are spoilt.
fn attacked(set: &[(&str, &str)]) -> Attack {
    let mut attack = Attack::new(set);
    for me in 1..=3 {
        attack.benches[me - 1].hear(NodeId::client(1), &Message::Request(request(1)));
        attack.take(me);
    }
    for view in 1..=50 {
        attack.view(view, true);
        assert_eq!(attack.decided, 0, "view {view}");
    }
    assert!(attack.benches.iter().all(|bench| bench.disk().wish == 51));
    attack
}

/// §4.4: in each view one replica learns a certificate, and n − f others go on without it. With two phases it is locked then, and
/// stands against the next leader; with three it is not, and the first view in which all correct ones hear each other decides.
#[test]
fn two_phases_without_the_wait_decide_nothing_for_fifty_views_and_the_third_phase_ends_it_at_once() {
    let mut two = attacked(&[("two-phases", "on")]);
    two.view(51, false);
    assert_eq!(two.decided, 0);
    assert!(two.benches.iter().any(|bench| bench.disk().locked.view == 50), "one is locked on the last certificate");
    let mut three = attacked(&[]);
    assert!(three.benches.iter().all(|bench| bench.disk().locked.view == 0));
    three.view(51, false);
    assert!(three.benches.iter().all(|bench| !bench.disk().chain.is_empty()), "all three correct replicas");
}
