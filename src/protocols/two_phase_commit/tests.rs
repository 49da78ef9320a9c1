//! The rules that are easy to get wrong, each in a small world of its own.

use std::any::Any;

use super::{COORDINATOR, Command, Decision, Rule, TwoPhaseCommit, Value};
use crate::faults::byzantine;
use crate::kernel::{
    Action, Algorithm as _, Asked, Cell, CellStatus, Check as _, LinkChange, MS, NodeId, Options, Pick, ReadCommand,
    ReplicaView, Rule as AnyRule, SECOND, Selector, Setup, StructureKind, Time, Trace, Which, World,
};

/// A world whose messages take exactly 10 ms, and its record.
struct Lab(World<TwoPhaseCommit>, Trace);

fn lab(replicas: usize, options: &[(&str, u16, &str)]) -> Lab {
    let mut set = Options::default();
    for (name, replica, value) in options {
        set.set(name, *replica, value);
    }
    let mut trace = Trace::kept();
    let setup = Setup { replicas, seed: 1, options: set, ..Setup::default() };
    let world = World::new(&setup, &mut trace).expect("a world");
    let mut lab = Lab(world, trace);
    let change = LinkChange { latency: Some((10 * MS, 10 * MS)), ..LinkChange::default() };
    lab.act(Action::Network { link: None, change });
    lab
}

fn node(number: usize) -> Selector {
    Selector::Node(NodeId::replica(number))
}

impl Lab {
    fn act(&mut self, act: Action) {
        self.0.act(&act, &mut self.1).expect("an act that fits");
    }

    fn request(&mut self, words: &str) {
        let words = words.split(' ').map(String::from).collect();
        self.act(Action::Request { client: NodeId::client(1), to: None, words });
    }

    fn crash_after(&mut self, number: usize, sends: u32) {
        self.act(Action::CrashAfter { replica: node(number), sends });
    }

    fn restart(&mut self, number: usize) {
        self.act(Action::Restart { replica: node(number), disk_lost: false });
    }

    /// Runs until this time; the last events at it included.
    fn until(&mut self, end: Time) {
        while self.0.peek().is_some_and(|at| at <= end) {
            self.0.step(&mut self.1);
        }
    }

    /// A field of all replicas' views, in order.
    fn all(&self, field: &str) -> String {
        let value = |id| self.0.node(id).and_then(|view| view.field(field)).map_or("-".into(), |v| v.to_string());
        self.0.cluster().nodes().map(value).collect::<Vec<_>>().join(" ")
    }

    /// How many messages of a kind were sent.
    fn sent(&self, kind: &str) -> usize {
        let place = TwoPhaseCommit::DESCRIPTOR.messages.iter().position(|info| info.name == kind).expect("a kind");
        self.1.messages.iter().filter(|record| usize::from(record.kind) == place).count()
    }

    fn broken(&self) -> Vec<&'static str> {
        self.0.violations().iter().map(|broken| broken.property).collect()
    }
}

fn first_entry(view: &ReplicaView) -> &Cell {
    &view.cells(StructureKind::Log)[0]
}

#[test]
fn costs_3_messages_a_participant_and_2_delays_to_the_coordinator_3_to_the_last() {
    for n in 2..=7 {
        let mut lab = lab(n, &[]);
        lab.request("transaction trip");
        lab.until(SECOND);
        let costs = ["prepare", "vote", "outcome", "ack"].map(|kind| lab.sent(kind));
        assert_eq!(costs, [n - 1; 4], "n = {n}");
        assert_eq!(lab.0.counts().between_replicas as usize, 4 * (n - 1), "nothing else travels");
        let decisions: Vec<_> = lab.1.events.iter().filter(|e| e.decided > 0).map(|e| (e.at, e.node)).collect();
        // The request takes one delay more.
        assert_eq!(decisions[0], (30 * MS, Some(COORDINATOR)));
        assert!(decisions.len() == n && decisions[1..].iter().all(|&(at, _)| at == 40 * MS), "{decisions:?}");
        assert_eq!((lab.all("state"), lab.broken()), (vec!["committed"; n].join(" "), vec![]));
        assert_eq!(
            lab.0.node(COORDINATOR).and_then(|v| v.field("log")).unwrap().to_string(),
            "start 1, commit 1, end 1"
        );
    }
}

#[test]
fn one_no_aborts_and_who_said_no_is_not_told() {
    for (options, words) in [(&[("vote", 3, "no")][..], "transaction trip"), (&[][..], "transaction trip refused-by 3")]
    {
        let mut lab = lab(4, options);
        lab.request(words);
        lab.until(SECOND);
        assert_eq!(lab.all("state"), "aborted aborted aborted aborted");
        assert_eq!(lab.all("vote"), "none yes no yes");
        assert_eq!((lab.sent("outcome"), lab.sent("ack")), (2, 2));
        assert_eq!((lab.all("waiting-for"), lab.broken()), ("nobody nobody nobody nobody".into(), vec![]));
    }
}

#[test]
fn the_coordinator_aborts_when_a_vote_is_missing_and_a_late_yes_changes_nothing() {
    let mut lab = lab(3, &[]);
    let change = LinkChange { latency: Some((200 * MS, 200 * MS)), ..LinkChange::default() };
    lab.act(Action::Network { link: Some((NodeId::replica(3).into(), COORDINATOR.into())), change });
    lab.request("transaction trip");
    lab.until(109 * MS);
    assert_eq!(lab.all("state"), "waiting prepared prepared");
    lab.until(SECOND);
    assert_eq!((lab.all("state"), lab.broken()), ("aborted aborted aborted".into(), vec![]));
    assert_eq!(lab.all("waiting-for"), "nobody nobody nobody");
}

#[test]
fn a_crash_in_the_midst_of_telling_blocks_those_not_told_until_the_coordinator_is_back() {
    let mut lab = lab(4, &[]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.crash_after(1, 2);
    lab.until(169 * MS);
    assert_eq!(lab.all("status"), "crashed up up up");
    assert_eq!(
        (lab.all("state"), lab.all("role")),
        ("committed committed committed prepared".into(), "coordinator decided decided participant".into())
    );
    lab.until(170 * MS);
    assert_eq!(lab.all("role"), "coordinator decided decided blocked");
    // However long it waits, it can't decide (§7.4: no protocol without blocking bears this failure).
    lab.until(60 * SECOND);
    assert_eq!(
        (lab.all("role"), lab.all("state")),
        ("coordinator decided decided blocked".into(), "committed committed committed prepared".into())
    );
    lab.restart(1);
    lab.until(61 * SECOND);
    assert_eq!(
        (lab.all("role"), lab.all("state")),
        ("coordinator decided decided decided".into(), "committed committed committed committed".into())
    );
    assert_eq!((lab.broken(), lab.0.counts().completed), (vec![], 1));
}

#[test]
fn a_coordinator_without_a_decision_in_its_log_aborts_when_it_is_back() {
    let mut lab = lab(4, &[]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.act(Action::Crash(node(1)));
    lab.until(SECOND);
    assert_eq!(lab.all("role"), "coordinator blocked blocked blocked");
    lab.restart(1);
    lab.until(2 * SECOND);
    assert_eq!((lab.all("state"), lab.broken()), ("aborted aborted aborted aborted".into(), vec![]));
    assert_eq!(lab.0.counts().completed, 1);
}

#[test]
fn a_decision_is_in_the_log_before_the_first_is_told() {
    let mut lab = lab(4, &[]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.crash_after(1, 1);
    lab.until(SECOND);
    assert_eq!(lab.0.node(COORDINATOR).and_then(|v| v.field("log")).unwrap().to_string(), "start 1, commit 1");
    assert_eq!(lab.all("state"), "committed committed prepared prepared");
}

#[test]
fn a_yes_outlives_a_crash_and_binds() {
    let mut lab = lab(3, &[]);
    lab.request("transaction trip");
    lab.until(15 * MS);
    lab.crash_after(2, 1);
    lab.until(100 * MS);
    assert_eq!((lab.all("status"), lab.all("state")), ("up crashed up".into(), "committed prepared committed".into()));
    lab.act(Action::Crash(node(1)));
    lab.restart(2);
    lab.until(SECOND);
    assert_eq!(lab.all("role"), "coordinator blocked decided");
    lab.restart(1);
    lab.until(2 * SECOND);
    assert_eq!((lab.all("state"), lab.broken()), ("committed committed committed".into(), vec![]));
}

#[test]
fn participants_that_know_the_decision_help_those_that_do_not() {
    let mut lab = lab(4, &[("cooperative", 0, "on")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.crash_after(1, 1);
    lab.until(SECOND);
    assert_eq!(
        (lab.all("status"), lab.all("state")),
        ("crashed up up up".into(), "committed committed committed committed".into())
    );
    // All in doubt alike: cooperation does not help.
    let mut lab = self::lab(4, &[("cooperative", 0, "on")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.act(Action::Crash(node(1)));
    lab.until(SECOND);
    assert_eq!(lab.all("role"), "coordinator blocked blocked blocked");
}

#[test]
fn a_participant_that_has_not_voted_aborts_for_all_when_asked_and_votes_no_later() {
    let mut lab = lab(4, &[("cooperative", 0, "on")]);
    lab.crash_after(1, 2);
    lab.request("transaction trip");
    lab.until(SECOND);
    assert_eq!(
        (lab.all("state"), lab.all("vote")),
        ("waiting aborted aborted aborted".into(), "none yes yes none".into())
    );
    // A call for votes that comes late meets a no, so that nobody can commit.
    let mut lab = self::lab(3, &[("cooperative", 0, "on"), ("vote-timeout", 0, "5s"), ("retry", 0, "9s")]);
    let change = LinkChange { latency: Some((SECOND, SECOND)), ..LinkChange::default() };
    lab.act(Action::Network { link: Some((COORDINATOR.into(), NodeId::replica(3).into())), change });
    lab.request("transaction trip");
    lab.until(900 * MS);
    assert_eq!(lab.all("state"), "waiting aborted aborted");
    lab.until(1_100 * MS);
    assert_eq!((lab.all("state"), lab.broken()), ("aborted aborted aborted".into(), vec![]));
}

#[test]
fn a_request_that_is_repeated_is_one_transaction() {
    let mut lab = lab(3, &[]);
    lab.request("transaction trip");
    let all = Pick::Matching { which: Which::All, kind: None, from: None, to: None };
    lab.act(Action::Duplicate(all));
    lab.until(15 * MS);
    lab.act(Action::Fire { timer: 3, about: None, node: Selector::Node(NodeId::client(1)) });
    lab.until(35 * MS);
    lab.act(Action::Crash(node(1)));
    lab.restart(1);
    lab.until(2 * SECOND);
    assert_eq!((lab.all("epoch"), lab.all("state")), ("1 1 1".into(), "committed committed committed".into()));
    assert_eq!(lab.0.counts().completed, 1);
}

#[test]
fn transactions_may_be_open_at_once_and_a_participant_passes_requests_on() {
    let mut lab = lab(3, &[]);
    for client in 1..=3 {
        let words = vec!["transaction".into(), format!("t{client}"), "refused-by".into(), client.to_string()];
        let words = if client == 2 { words } else { words[..2].to_vec() };
        lab.act(Action::Request { client: NodeId::client(client), to: Some(node(client)), words });
    }
    lab.until(SECOND);
    let decided = |number| lab.0.cluster().nodes().map(|at| lab.0.cluster().disk(at).decision(number)).collect();
    let decisions: Vec<Vec<_>> = (1..=3).map(decided).collect();
    assert!(decisions.iter().all(|all| all.iter().all(|decision| decision.is_some() && *decision == all[0])));
    assert_eq!(decisions.iter().filter(|all| all[0] == Some(Decision::Abort)).count(), 1);
    assert_eq!((lab.0.counts().completed, lab.broken()), (3, vec![]));
}

#[test]
fn a_participant_that_decides_alone_breaks_agreement() {
    let mut lab = lab(4, &[("decide-alone-on-timeout", 0, "on")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.crash_after(1, 2);
    lab.until(SECOND);
    assert_eq!(lab.broken(), ["agreement", "ac1-agreement"]);
}

#[test]
fn a_yes_that_is_not_durable_breaks_agreement() {
    let mut lab = lab(3, &[("vote-not-durable", 0, "on"), ("cooperative", 0, "on")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.act(Action::Crash(node(2)));
    lab.restart(2);
    lab.until(30 * MS);
    lab.act(Action::Partition(vec![vec![COORDINATOR.into()]]));
    lab.until(SECOND);
    assert_eq!(lab.all("state"), "committed aborted aborted");
    assert!(lab.broken().contains(&"ac1-agreement"));
}

#[test]
fn a_decision_that_is_not_durable_is_reversed() {
    let mut lab = lab(4, &[("decision-not-durable", 0, "on")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.crash_after(1, 2);
    lab.until(100 * MS);
    lab.restart(1);
    lab.until(SECOND);
    let broken = lab.broken();
    assert!(broken.contains(&"ac2-no-reversal") && broken.contains(&"ac1-agreement"), "{broken:?}");
}

#[test]
fn an_abort_without_a_reason_is_seen_and_one_with_a_reason_is_none() {
    let mut lab = lab(3, &[("always-abort", 0, "on")]);
    lab.request("transaction trip");
    lab.until(SECOND);
    assert_eq!(lab.broken(), ["ac4-abort-validity"; 3]);
    // A crash is a reason, even where it was not the cause (AC4 speaks of runs without failures).
    let mut lab = self::lab(3, &[("always-abort", 0, "on")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.act(Action::Crash(node(3)));
    lab.until(SECOND);
    assert_eq!(lab.broken(), [""; 0]);
}

#[test]
fn a_byzantine_coordinator_can_break_it_all() {
    let mut lab = lab(5, &[("vote", 5, "no")]);
    let behaviour = byzantine::find("random").expect("a behaviour");
    lab.act(Action::Byzantine { replica: node(1), behaviour });
    for _ in 0..6 {
        lab.request("transaction trip");
    }
    lab.until(5 * SECOND);
    let broken = lab.broken();
    assert!(broken.contains(&"ac1-agreement") && broken.contains(&"ac3-commit-validity"), "{broken:?}");
}

#[test]
fn a_coordinator_that_lost_its_log_aborts_what_it_is_asked_for() {
    let mut lab = lab(3, &[("retry", 0, "10s")]);
    lab.request("transaction trip");
    lab.until(25 * MS);
    lab.act(Action::Crash(node(1)));
    lab.act(Action::Restart { replica: node(1), disk_lost: true });
    lab.until(SECOND);
    assert_eq!(
        (lab.all("state"), lab.all("waiting-for")),
        ("aborted aborted aborted".into(), "nobody nobody nobody".into())
    );
}

#[test]
fn a_disk_that_is_lost_while_nothing_is_open_does_not_mix_up_transactions() {
    for (replicas, lost) in (2..=5).flat_map(|replicas| (1..=replicas).map(move |lost| (replicas, lost))) {
        let mut lab = lab(replicas, &[]);
        lab.request("transaction trip");
        lab.until(SECOND);
        lab.act(Action::Crash(node(lost)));
        lab.act(Action::Restart { replica: node(lost), disk_lost: true });
        for name in ["hotel", "flight", "car"] {
            lab.request(&format!("transaction {name}"));
        }
        lab.until(3 * SECOND);
        assert_eq!((lab.0.counts().completed, lab.broken()), (4, vec![]), "{lost} of {replicas}");
    }
}

#[test]
fn what_can_not_be_is_refused_with_a_reason() {
    for (words, says) in [
        (&["transaction"][..], "a request is"),
        (&["transaction", "trip", "refused-by", "1"], "numbered 2 to 4"),
        (&["transaction", "trip", "refused-by", "5"], "numbered 2 to 4"),
        (&["transaction", "a-name-that-is-longer-than-24"], "24 characters"),
    ] {
        assert!(Command::read(words, 4).unwrap_err().to_string().contains(says), "{words:?}");
    }
    for info in TwoPhaseCommit::DESCRIPTOR.commands {
        assert!(Command::read(&info.example.split(' ').collect::<Vec<_>>(), 4).is_ok());
    }
    let mut options = Options::default();
    options.set("vote", 1, "no");
    assert!(TwoPhaseCommit::configure(4, &options).unwrap_err().to_string().contains("coordinator 1 has no vote"));
    let mut options = Options::default();
    options.set("resend", 0, "0s");
    assert!(TwoPhaseCommit::configure(4, &options).unwrap_err().to_string().contains("at least 1ms"));
}

#[test]
fn only_what_was_asked_for_is_valid() {
    let mut lab = lab(2, &[]);
    lab.request("transaction trip");
    lab.until(SECOND);
    let decision = lab.0.cluster().decisions().get(1).expect("a decision");
    let value = (&*decision.value as &dyn Any).downcast_ref::<Value>().expect("a value of this protocol");
    let trip = value.what.command.clone();
    let other = Command { name: "hotel".into(), refused_by: 0 };
    let config = lab.0.cluster().config();
    assert!(TwoPhaseCommit::valid(config, value, &Asked::new(&|_| Some(&trip))));
    assert!(!TwoPhaseCommit::valid(config, value, &Asked::new(&|_| Some(&other))));
    assert!(!TwoPhaseCommit::valid(config, value, &Asked::new(&|_| None)));
    assert_eq!((value.to_string(), lab.0.committed()), ("commit trip".into(), 1));
}

#[test]
fn the_view_shows_votes_acknowledgements_and_how_far_a_transaction_has_come() {
    let mut lab = lab(3, &[("vote", 3, "no")]);
    let change = LinkChange { latency: Some((20 * MS, 20 * MS)), ..LinkChange::default() };
    lab.act(Action::Network { link: Some((NodeId::replica(3).into(), COORDINATOR.into())), change });
    lab.request("transaction trip");
    let look = |lab: &Lab, number| lab.0.node(NodeId::replica(number)).and_then(|view| view.replica).expect("a view");
    let badges = |lab: &Lab| (1..=3).map(|number| look(lab, number).badge).collect::<Vec<_>>().join(" ");
    lab.until(30 * MS);
    let coordinator = look(&lab, 1);
    assert_eq!(badges(&lab), "? yes no");
    assert_eq!((coordinator.tallies[0].votes.clone(), coordinator.tallies[0].needed), (vec![2], 2));
    assert_eq!(
        (first_entry(&coordinator).label.as_str(), first_entry(&coordinator).status),
        ("trip ?", CellStatus::Pending)
    );
    assert_eq!(
        (first_entry(&look(&lab, 2)).label.as_str(), first_entry(&look(&lab, 2)).status),
        ("trip ?", CellStatus::Prepared)
    );
    lab.until(40 * MS);
    assert_eq!(look(&lab, 1).tallies[0].votes, [3]);
    lab.until(SECOND);
    assert_eq!((badges(&lab).as_str(), look(&lab, 1).tallies.len()), ("abort abort no", 0));
    assert_eq!(
        (first_entry(&look(&lab, 2)).label.as_str(), first_entry(&look(&lab, 2)).status),
        ("trip ✗", CellStatus::Committed)
    );
    assert_eq!((look(&lab, 2).epoch, look(&lab, 2).committed), (1, 1));
}

#[test]
fn sentences_say_which_transaction_and_who() {
    let (number, from, decision) = (7, NodeId::replica(3), Decision::Abort);
    let sentences = [
        (Rule::PassOn, "Participant 2 passes a client's request on to coordinator 1."),
        (
            Rule::CountAck { number, from, have: 2, needed: 4 },
            "Coordinator 2 counts participant 3 as informed about transaction 7: 2 of 4 are.",
        ),
        (
            Rule::AnswerAsked { number, from, decision },
            "Coordinator 2 tells participant 3 the decision that it asked for: transaction 7 is aborted.",
        ),
        (
            Rule::Help { number, from, decision },
            "Participant 2 can help participant 3: it knows that transaction 7 is aborted.",
        ),
    ];
    for (rule, sentence) in sentences {
        assert_eq!(rule.sentence(TwoPhaseCommit::DESCRIPTOR.rules, NodeId::replica(2)), sentence);
    }
}
