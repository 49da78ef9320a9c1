//! The subtle rules, one by one, each on a server alone or on a small cluster whose messages move by hand.

use super::*;
use crate::kernel::protocol::bench::ReplicaBench;
use crate::kernel::{Action, EventId, Options, Pick, RequestId, Selector, Setup, Trace, Which, World};

fn r(number: usize) -> NodeId {
    NodeId::replica(number)
}

fn config(replicas: usize) -> Config {
    Raft::configure(replicas, &Options::default()).unwrap()
}

fn disk(term: u64, log: &str) -> Disk {
    let pairs = [("term".to_string(), term.to_string()), ("log".to_string(), log.to_string())];
    descriptor::preset(&config(7), &pairs).unwrap()
}

/// One server, fed by hand.
type Alone = ReplicaBench<Raft>;

fn alone(replicas: usize, disk: Disk) -> Alone {
    Alone::start(r(1), replicas, &[], disk)
}

/// A message comes in; what is sent because of it.
fn hear(server: &mut Alone, from: usize, message: Message) -> Vec<Message> {
    server.hear(r(from), &message).messages()
}

fn leads(server: &Alone) -> bool {
    matches!(server.state().role, Role::Leader(_))
}

fn terms(server: &Alone) -> Vec<u64> {
    let log = &server.disk().log;
    (1..=log.last_index()).filter_map(|index| log.term_at(index)).collect()
}

fn asks(term: u64, last_index: u64, last_term: u64) -> Message {
    Message::RequestVote { ballot: Ballot::Real, term, last_index, last_term }
}

fn votes(term: u64, granted: bool) -> Message {
    Message::Vote { pre: false, term, granted }
}

fn appends(term: u64, prev: (u64, u64), terms: &[u64], commit: u64) -> Message {
    let entry = |&term: &u64| Entry::new(term, put("x", &term.to_string()), None);
    let batch = Batch::new(terms.iter().map(entry).collect());
    Message::AppendEntries { term, prev_index: prev.0, prev_term: prev.1, batch, commit, round: 1 }
}

fn put(key: &str, value: &str) -> Payload {
    Payload::Command(kv::Command::Put(key.into(), value.into()))
}

fn matched(term: u64, prev_index: u64, index: u64) -> Message {
    Message::Appended { term, prev_index, result: AppendResult::Matched(index), round: 1 }
}

#[test]
fn a_server_votes_once_a_term_and_again_for_the_same_candidate() {
    // Figure 2, RequestVote, step 2.
    let mut server = alone(3, Disk::default());
    assert_eq!(hear(&mut server, 2, asks(1, 0, 0)), [votes(1, true)]);
    assert_eq!(hear(&mut server, 3, asks(1, 0, 0)), [votes(1, false)]);
    assert_eq!(hear(&mut server, 2, asks(1, 0, 0)), [votes(1, true)], "its answer was lost, say");
    assert_eq!(hear(&mut server, 3, asks(2, 0, 0)), [votes(2, true)], "a new term, a new vote");
    assert_eq!(hear(&mut server, 2, asks(1, 0, 0)), [votes(2, false)], "an old term gets the new one for an answer");
}

#[test]
fn a_vote_and_its_term_are_on_disk_before_the_answer_goes_out() {
    // §5: servers' terms, votes and logs are durable. The order of the effects is what a crash in between respects.
    let mut server = alone(3, Disk::default());
    let sent = &server.hear(r(2), &asks(4, 0, 0)).sent;
    assert!(!sent.is_empty());
    for (_, _, written) in sent {
        assert_eq!((written.term, written.voted_for), (4, Some(r(2))));
    }
}

#[test]
fn a_log_is_newer_by_the_term_of_its_last_entry_then_by_its_length() {
    // §5.4.1, last paragraph.
    for (last_index, last_term, granted) in [(2, 4, true), (3, 3, true), (2, 3, false), (9, 2, false), (4, 3, true)] {
        let mut server = alone(3, disk(4, "1,1,3"));
        assert_eq!(
            hear(&mut server, 2, asks(5, last_index, last_term)),
            [votes(5, granted)],
            "{last_index} {last_term}"
        );
    }
}

#[test]
fn a_duplicate_vote_counts_once_and_three_of_four_are_needed() {
    let mut server = alone(4, Disk::default());
    server.input(Input::Fire(Timer::Election));
    for _ in 0..3 {
        hear(&mut server, 2, votes(1, true));
    }
    assert!(!leads(&server), "its own vote and one more are 2 of 4");
    hear(&mut server, 3, votes(1, false));
    assert!(!leads(&server), "a no is no vote");
    hear(&mut server, 4, votes(1, true));
    assert!(leads(&server));
}

#[test]
fn a_vote_of_an_earlier_term_is_ignored() {
    let mut server = alone(3, Disk::default());
    server.input(Input::Fire(Timer::Election));
    server.input(Input::Fire(Timer::Election));
    hear(&mut server, 2, votes(1, true));
    assert!(!leads(&server) && server.disk().term == 2);
    hear(&mut server, 2, votes(2, true));
    assert!(leads(&server));
}

#[test]
fn a_delayed_shorter_append_does_not_cut_the_log() {
    // Figure 2, AppendEntries, step 3: only an entry that conflicts deletes.
    let mut server = alone(3, Disk::default());
    hear(&mut server, 2, appends(1, (0, 0), &[1, 1, 1], 0));
    assert_eq!(hear(&mut server, 2, appends(1, (0, 0), &[1], 0)), [matched(1, 0, 1)]);
    assert_eq!(terms(&server), [1, 1, 1]);
    assert_eq!(hear(&mut server, 2, appends(1, (1, 1), &[], 0)), [matched(1, 1, 1)], "nor does a heartbeat");
    assert_eq!(terms(&server), [1, 1, 1]);
    assert_eq!(hear(&mut server, 3, appends(2, (1, 1), &[2], 0)), [matched(2, 1, 2)], "a real conflict does");
    assert_eq!((terms(&server), server.replica().durable().log.last_index()), (vec![1, 2], 2));
}

#[test]
fn a_follower_commits_no_further_than_what_the_leader_just_confirmed() {
    // Figure 2, AppendEntries, step 5: the minimum with the last *new* entry; behind it the log may still conflict.
    let mut server = alone(3, disk(1, "1,1,1"));
    hear(&mut server, 2, appends(2, (1, 1), &[], 3));
    assert_eq!(server.state().commit, 1);
}

#[test]
fn a_refusal_names_the_term_in_conflict_and_where_it_begins() {
    // §5.3, the optimisation at its end.
    let refusal = |prev: (u64, u64)| match hear(&mut alone(3, disk(3, "1,2,2,2,3")), 2, appends(4, prev, &[], 0))[..] {
        [Message::Appended { result: AppendResult::Conflict { term, first }, .. }] => (term, first),
        _ => panic!("{prev:?} is not refused"),
    };
    assert_eq!(refusal((4, 4)), (Some(2), 2));
    assert_eq!(refusal((7, 4)), (None, 6));
}

fn elected(replicas: usize, disk: Disk) -> Alone {
    let mut server = alone(replicas, disk);
    server.input(Input::Fire(Timer::Election));
    for voter in 2..=replicas {
        let term = server.disk().term;
        hear(&mut server, voter, votes(term, true));
    }
    assert!(leads(&server));
    server
}

fn prev_of(messages: &[Message]) -> Vec<(u64, u64)> {
    let prev = |message: &Message| match message {
        Message::AppendEntries { prev_index, prev_term, .. } => Some((*prev_index, *prev_term)),
        _ => None,
    };
    messages.iter().filter_map(prev).collect()
}

#[test]
fn a_leader_steps_back_over_a_whole_term_at_once() {
    let conflict = |term, first| Message::Appended {
        term: 8,
        prev_index: 10,
        result: AppendResult::Conflict { term, first },
        round: 1,
    };
    let leader = || elected(3, disk(7, "1,1,1,4,4,5,5,6,6,6"));
    assert_eq!(prev_of(&hear(&mut leader(), 2, conflict(None, 5))), [(4, 4)], "too short: its end");
    assert_eq!(
        prev_of(&hear(&mut leader(), 2, conflict(Some(2), 4))),
        [(3, 1)],
        "a term unknown here: where it begins"
    );
    assert_eq!(prev_of(&hear(&mut leader(), 2, conflict(Some(4), 2))), [(5, 4)], "a term known here: its end here");
    let mut server = leader();
    hear(&mut server, 2, conflict(Some(2), 4));
    assert_eq!(prev_of(&hear(&mut server, 2, conflict(Some(2), 4))), [], "a refusal that came twice is outdated");
}

#[test]
fn an_entry_of_an_older_term_is_committed_only_beneath_one_of_the_current_term() {
    // §5.4.2 and Figure 8 (c).
    let mut leader = elected(3, disk(2, "1,2"));
    hear(&mut leader, 2, matched(3, 1, 2));
    assert_eq!(leader.state().commit, 0, "two of three have entry 2, but it is of term 2");
    let id = RequestId { client: NodeId::client(1), number: 1 };
    hear(&mut leader, 0x8001, Message::Request { id, command: Command::Store(kv::Command::Get("x".into())) });
    hear(&mut leader, 2, matched(3, 2, 3));
    assert_eq!((leader.state().commit, leader.state().applied), (3, 3));
}

#[test]
fn a_repeated_request_is_appended_and_applied_once() {
    // §8: serial numbers.
    let mut leader = elected(3, Disk::default());
    let id = RequestId { client: NodeId::client(1), number: 1 };
    let request = Message::Request { id, command: Command::Store(kv::Command::Add("x".into(), 5)) };
    hear(&mut leader, 0x8001, request.clone());
    hear(&mut leader, 0x8001, request.clone());
    assert_eq!(terms(&leader), [1]);
    hear(&mut leader, 2, matched(1, 0, 1));
    let answer = Message::Reply { id, answer: Answer::Done("5".into()) };
    assert_eq!(hear(&mut leader, 0x8001, request.clone()), [answer], "the same answer again");
    // Another leader had it from the client, too: it is in the log twice, and applied once.
    let Message::Request { command: Command::Store(command), .. } = request else { return };
    let mut follower = alone(3, Disk::default());
    let entry = Entry::new(1, Payload::Command(command), Some(id));
    let batch = Batch::new(vec![entry.clone(), entry]);
    hear(&mut follower, 2, Message::AppendEntries { term: 1, prev_index: 0, prev_term: 0, batch, commit: 2, round: 1 });
    assert_eq!((follower.state().applied, follower.state().store.show()), (2, "x=5".into()));
}

#[test]
fn presets_are_checked() {
    let preset = |key: &str, value: &str| descriptor::preset(&config(3), &[(key.into(), value.into())]);
    for (key, value) in
        [("log", "2,1"), ("log", "0"), ("log", "a"), ("voted-for", "4"), ("voted-for", "0"), ("term", "-1")]
    {
        assert!(preset(key, value).is_err_and(|why| why.to_string().contains(key)), "{key}={value}");
    }
    let pairs = [("term".into(), "1".into()), ("log".into(), "1,2".into())];
    assert!(descriptor::preset(&config(3), &pairs).is_err(), "a term below the log's");
    assert_eq!(preset("log", "1,1,4").unwrap().term, 4);
}

/// A cluster whose messages and timers move by hand.
struct ByHand {
    world: World<Raft>,
    trace: Trace,
}

impl ByHand {
    fn new(replicas: usize, options: &[&str], disks: &[&[(&str, &str)]]) -> Self {
        let mut setup = Setup { replicas, seed: 1, ..Setup::default() };
        options.iter().for_each(|name| setup.options.set(name, 0, "on"));
        let text = |pairs: &&[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        setup.disks = disks.iter().map(text).zip(1..).map(|(pairs, number)| (r(number), pairs)).collect();
        let mut trace = Trace::explaining();
        let mut world = World::new(&setup, &mut trace).unwrap();
        world.act(&Action::Manual(true), &mut trace).unwrap();
        ByHand { world, trace }
    }

    fn act(&mut self, act: Action) {
        self.world.act(&act, &mut self.trace).unwrap();
    }

    fn stand(&mut self, replica: usize) {
        self.act(Action::Fire { timer: 0, about: None, node: Selector::Node(r(replica)) });
    }

    fn crash(&mut self, replica: usize) {
        self.act(Action::Crash(Selector::Node(r(replica))));
    }

    fn restart(&mut self, replica: usize) {
        self.act(Action::Restart { replica: Selector::Node(r(replica)), disk_lost: false });
    }

    fn pick(kind: Option<u8>, from: usize, to: usize) -> Pick {
        let node = |number| Some(Selector::Node(r(number)));
        Pick::Matching { which: Which::All, kind, from: node(from), to: node(to) }
    }

    /// What is in flight from one to the other is delivered, then the answers.
    fn exchange(&mut self, from: usize, to: usize) {
        self.act(Action::Deliver(Self::pick(None, from, to)));
        self.act(Action::Deliver(Self::pick(None, to, from)));
    }

    fn drop_all(&mut self) {
        let pick = Pick::Matching { which: Which::All, kind: None, from: None, to: None };
        self.act(Action::Drop(pick));
    }

    fn elect(&mut self, replica: usize, voters: &[usize]) {
        self.stand(replica);
        voters.iter().for_each(|&voter| self.exchange(replica, voter));
        assert_eq!(self.world.leader(), Some(r(replica)));
    }

    fn ask(&mut self, replica: usize, words: &[&str]) {
        let words = words.iter().map(|word| word.to_string()).collect();
        self.act(Action::Request { client: NodeId::client(replica), to: Some(Selector::Node(r(replica))), words });
    }

    fn broken(&self) -> Vec<&'static str> {
        self.world.violations().iter().map(|violation| violation.property).collect()
    }
}

/// Figure 8, (a) to (d): S1 copies its entry of term 2 to a majority in term 4; then S5, whose entry is of term 3, leads.
fn figure_8(options: &[&str]) -> ByHand {
    let behind: &[(&str, &str)] = &[("log", "1")];
    let ahead: &[(&str, &str)] = &[("log", "1,2"), ("term", "3")];
    let mut cluster = ByHand::new(5, options, &[ahead, &ahead[..1], behind, behind, &[("log", "1,3")]]);
    cluster.elect(1, &[2, 3]);
    cluster.exchange(1, 2);
    cluster.exchange(1, 3); // Refused: the log of S3 is too short.
    cluster.exchange(1, 3);
    cluster.crash(1);
    cluster.drop_all();
    cluster.stand(5);
    cluster.drop_all(); // Term 4 is taken; term 5 is not.
    cluster.elect(5, &[2, 3]);
    cluster
}

#[test]
fn figure_8_breaks_nothing_unless_old_terms_are_committed() {
    let well = figure_8(&[]);
    assert_eq!(well.broken(), [""; 0]);
    assert_eq!(well.world.cluster().disk(r(3)).log.last_index(), 2, "S3 has the entry that is not committed");
    let mut ill = figure_8(&["commit-old-terms"]);
    assert_eq!(ill.broken(), ["leader-completeness"]);
    // Once S5 commits in its own term, the followers find another entry where S1 had committed and applied one.
    ill.ask(5, &["put", "x", "1"]);
    for _ in 0..4 {
        ill.exchange(5, 2);
        ill.exchange(5, 3);
    }
    assert_eq!(ill.broken(), ["leader-completeness", "agreement", "state-machine-safety"]);
}

#[test]
fn a_server_that_forgets_its_vote_elects_two_leaders_in_one_term() {
    for (options, broken) in [(&[][..], &[][..]), (&["vote-not-durable"], &["election-safety"])] {
        let mut cluster = ByHand::new(3, options, &[]);
        cluster.elect(1, &[3]);
        cluster.drop_all();
        cluster.crash(3);
        cluster.restart(3);
        cluster.stand(2);
        cluster.exchange(2, 3);
        assert_eq!(cluster.broken(), broken);
    }
}

#[test]
fn what_was_committed_survives_the_crash_of_all() {
    let mut cluster = ByHand::new(3, &[], &[]);
    cluster.elect(1, &[2]);
    cluster.exchange(1, 2);
    cluster.ask(1, &["add", "x", "1"]);
    cluster.exchange(1, 2);
    for replica in 1..=3 {
        cluster.crash(replica);
    }
    for replica in 1..=3 {
        cluster.restart(replica);
    }
    let state = cluster.world.cluster().state(r(1)).unwrap();
    assert_eq!((state.commit, state.applied), (0, 0), "the commit index is volatile");
    cluster.stand(3);
    cluster.exchange(3, 2);
    assert!(cluster.world.leader().is_none(), "the log of 3 lacks what is committed");
    cluster.stand(2);
    cluster.elect(2, &[3]);
    cluster.exchange(2, 3);
    cluster.exchange(2, 3);
    cluster.ask(2, &["add", "x", "1"]);
    cluster.exchange(2, 3);
    assert_eq!(cluster.world.cluster().state(r(2)).unwrap().store.show(), "x=2");
    assert_eq!((cluster.broken(), cluster.world.cluster().decisions().commands()), (vec![], 2));
}

/// Looks at one server after another with a monitor, and gives what it finds broken in the last look.
fn looks(views: &[(usize, bool, u64, &str, u64)]) -> Vec<&'static str> {
    let mut monitor = Monitor::default();
    let mut broken = Vec::new();
    for (event, &(node, leads, term, log, commit)) in (1..).zip(views) {
        let disk = disk(term, log);
        let lead = Leadership::default();
        let role = if leads { Role::Leader(lead) } else { Role::Follower };
        let state = State { role, commit, applied: commit, ..State::default() };
        let found = monitor.look(r(node), EventId(event), Some(&state), &disk, disk.log.last_index());
        broken = found.into_iter().map(|broken| broken.0).collect();
    }
    broken
}

#[test]
fn each_property_of_figure_3_is_seen_broken_and_seen_kept() {
    let kept: [&[_]; 5] = [
        &[(1, true, 1, "1", 0), (2, true, 2, "1", 0)],
        &[(1, true, 1, "1", 0), (1, true, 1, "1,1", 0)],
        &[(1, false, 2, "1,2,2", 0), (2, false, 2, "1,2", 0)],
        &[(1, true, 1, "1,1", 2), (2, true, 2, "1,1,2", 0)],
        &[(1, false, 2, "1,2", 2), (2, false, 2, "1,2", 2)],
    ];
    let broken: [&[_]; 5] = [
        &[(1, true, 1, "1", 0), (2, true, 1, "1", 0)],
        &[(1, true, 2, "1,1", 0), (1, true, 2, "1,2", 0)],
        &[(1, false, 2, "1,2,2", 0), (2, false, 2, "1,1,2", 0)],
        &[(1, true, 1, "1,1", 2), (2, true, 2, "1,2", 0)],
        &[(1, false, 2, "1,2", 2), (2, false, 2, "1,1", 2)],
    ];
    for (place, property) in properties::PROPERTIES.iter().take(broken.len()).enumerate() {
        assert_eq!(looks(kept[place]), [""; 0], "{}", property.name);
        assert_eq!(looks(broken[place]), [property.name]);
    }
    // An old leader commits after a later one was elected without that entry: the other order of the same break.
    assert_eq!(looks(&[(2, true, 2, "1", 0), (1, true, 1, "1,1", 2)]), ["leader-completeness"]);
}

#[test]
fn a_client_follows_redirects_and_tries_others() {
    let mut cluster = ByHand::new(3, &[], &[]);
    cluster.elect(2, &[3]);
    cluster.drop_all();
    let words = ["put", "x", "1"].map(String::from).to_vec();
    let client = NodeId::client(1);
    let waits_for = |cluster: &ByHand| cluster.world.cluster().client(client).unwrap().waiting.as_ref().map(|w| w.to);
    cluster.act(Action::Request { client, to: None, words });
    assert_eq!(waits_for(&cluster), Some(r(1)), "a client that knows nothing asks 1");
    cluster.act(Action::Fire { timer: 2, about: None, node: Selector::Node(client) });
    assert_eq!(waits_for(&cluster), Some(r(2)), "1 knows of no leader, so it tries the next");
    let all = |from, to| Action::Deliver(Pick::Matching { which: Which::All, kind: None, from, to });
    cluster.act(all(None, Some(Selector::Node(r(2)))));
    cluster.exchange(2, 3);
    cluster.act(all(None, Some(Selector::Node(client))));
    assert_eq!((waits_for(&cluster), cluster.world.counts().completed), (None, 1));
    let retry = Action::Fire { timer: 2, about: None, node: Selector::Node(client) };
    assert!(cluster.world.act(&retry, &mut cluster.trace).is_err(), "with its answer the client stops waiting");
}

#[test]
fn every_rule_has_a_name_of_its_own_and_its_place() {
    let mut names: Vec<_> = rules::RULES.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rules::RULES.len());
    use crate::kernel::Rule as _;
    let rule = Rule::GrantPreVote { from: r(2), term: 3 };
    assert_eq!(rules::RULES[rule.index() as usize].name, "grant-pre-vote");
    assert_eq!(rule.sentence(rules::RULES, r(1)), "Replica 1 would vote for replica 2 in term 3, and says so.");
}
