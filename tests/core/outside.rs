//! Agents whose code stands outside: the kernel asks, somebody answers, and the script has it all.

use std::collections::BTreeMap;

use consensus_playground::kernel::Value as Shown;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{Action, Health, NodeId};
use consensus_playground::scenario::{Session, Tick};
use serde_json::Value;

/// What an agent's code is: the question, as it was asked, and the answer.
type Code = fn(&Question) -> String;

/// A question, read. What does not belong to its call is empty.
#[derive(Clone, Debug, Default)]
struct Question {
    call: String,
    agent: u64,
    agents: u64,
    round: u64,
    seed: u64,
    preference: String,
    menu: Vec<String>,
    proposals: Vec<String>,
    /// In the order in which they were written.
    votes: Vec<(String, u64)>,
}

impl Question {
    fn read(text: &str) -> Question {
        let whole: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let number = |name: &str| whole[name].as_u64().unwrap_or_else(|| panic!("no {name} in {text}"));
        let names = |name: &str| {
            let list = whole[name].as_array().cloned().unwrap_or_default();
            list.iter().map(|name| name.as_str().expect("a name").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(number("dinner"), 1);
        // serde_json sorts keys; the order in which the text names them counts here.
        let mut votes: Vec<_> = whole["votes"].as_object().into_iter().flatten().collect();
        votes.sort_by_key(|(name, _)| text.rfind(&format!("\"{name}\":")));
        Question {
            call: whole["call"].as_str().expect("a call").into(),
            agent: number("agent"),
            agents: number("agents"),
            round: number("round"),
            seed: number("seed"),
            preference: whole["preference"].as_str().expect("a preference").into(),
            menu: names("menu"),
            proposals: names("proposals"),
            votes: votes.into_iter().map(|(name, count)| (name.clone(), count.as_u64().expect("a count"))).collect(),
        }
    }

    /// Chance that depends on nothing but whose turn it is to do what.
    fn chance(&self, of: usize) -> usize {
        let call = ["propose", "vote_on", "decide"].iter().position(|call| *call == self.call).expect("a call") as u64;
        below(draw(self.seed, 1_000 * self.agent + call, self.round), of as u64) as usize
    }
}

/// Votes at random, changes its mind at random, and accepts more than half; agents with even numbers want two thirds.
fn whimsical(asked: &Question) -> String {
    match asked.call.as_str() {
        "propose" if asked.round > 1 && asked.chance(2) == 0 => asked.menu[asked.chance(asked.menu.len())].clone(),
        "propose" => asked.preference.clone(),
        "vote_on" => asked.proposals[asked.chance(asked.proposals.len())].clone(),
        _ => {
            let enough = |votes: u64| {
                if asked.agent.is_multiple_of(2) { 3 * votes >= 2 * asked.agents } else { 2 * votes > asked.agents }
            };
            asked.votes.iter().find(|(_, votes)| enough(*votes)).map_or(String::new(), |(name, _)| name.clone())
        }
    }
}

/// Votes for the most popular, the first of several, and accepts more than half.
fn popular(asked: &Question) -> String {
    let count = |name: &String| asked.proposals.iter().filter(|other| *other == name).count();
    match asked.call.as_str() {
        "propose" => asked.preference.clone(),
        "vote_on" => asked.proposals.iter().rev().max_by_key(|name| count(name)).expect("a proposal").clone(),
        _ => asked
            .votes
            .iter()
            .find(|(_, votes)| 2 * votes > asked.agents)
            .map_or(String::new(), |(name, _)| name.clone()),
    }
}

/// Lets a run go on until nothing is left to be done, and answers whatever is asked: of several open questions the one
/// in the place that `pick` names. Gives how many were answered, and the most that were open at once.
fn attend(session: &mut Session, code: Code, pick: impl Fn(usize) -> usize) -> (usize, usize) {
    let (mut answered, mut most) = (0, 0);
    loop {
        session.finish();
        let open = session.world().questions().to_vec();
        if open.is_empty() {
            return (answered, most);
        }
        let question = &open[pick(open.len())];
        let text = code(&Question::read(&question.text));
        session.apply(Action::Answer { replica: question.node, text }).expect("it has asked");
        (answered, most) = (answered + 1, most.max(open.len()));
        assert!(answered < 10_000, "it asks for ever");
    }
}

fn open(agents: u64, seed: u64, lines: &str) -> Session {
    // What the lines say of the strategy themselves stands in the place of the code outside.
    let strategy = if lines.contains("set strategy ") { "" } else { "set strategy external\n" };
    let text = format!(
        "# Outside\nprotocol restaurant-vote\nreplicas {agents}\nseed {seed}\nset strategy-seed {seed}\n\
         {strategy}set max-rounds 12\n{lines}\nrun 20s\n"
    );
    Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn shown(session: &Session, agent: u64, field: &str) -> String {
    let node = session.world().node(NodeId::replica(agent as usize)).expect("the agent is there");
    node.field(field).as_ref().map(Shown::to_string).unwrap_or_default()
}

/// For each agent: what it decided, and in which round; 0 where it gave up.
fn ending(session: &Session, agents: u64) -> Vec<(String, u64)> {
    let round = |agent| shown(session, agent, "rounds-used").parse().expect("a number");
    (1..=agents).map(|agent| (shown(session, agent, "decided"), round(agent))).collect()
}

/// The same trial without a network, as the harness runs it: all propose, all vote, all decide; who decided stands by it.
fn at_one_table(agents: u64, seed: u64, favourites: &[&str], code: Code) -> Vec<(String, u64)> {
    let all = agents as usize;
    let mut menu: Vec<String> = Vec::new();
    for name in favourites {
        if !menu.contains(&name.to_string()) {
            menu.push(name.to_string());
        }
    }
    let mut preferences: Vec<String> = favourites.iter().map(|name| name.to_string()).collect();
    let mut decided = vec![("none".to_string(), 0); all];
    for round in 1..=12 {
        let asks = |call: &str, agent: usize, preference: &str| Question {
            call: call.into(),
            agent: agent as u64 + 1,
            preference: preference.into(),
            agents,
            round,
            seed,
            ..Question::default()
        };
        for agent in (0..all).filter(|&agent| decided[agent].1 == 0) {
            let asked = Question { menu: menu.clone(), ..asks("propose", agent, &preferences[agent]) };
            preferences[agent] = code(&asked);
        }
        let stand =
            |agent: usize, else_: &str| if decided[agent].1 > 0 { decided[agent].0.clone() } else { else_.to_string() };
        let proposals: Vec<_> = (0..all).map(|agent| stand(agent, &preferences[agent])).collect();
        let mut votes: Vec<(String, u64)> = Vec::new();
        for agent in 0..all {
            let asked = Question { proposals: proposals.clone(), ..asks("vote_on", agent, &preferences[agent]) };
            let vote = if decided[agent].1 > 0 { decided[agent].0.clone() } else { code(&asked) };
            match votes.iter_mut().find(|(name, _)| *name == vote) {
                Some((_, count)) => *count += 1,
                None => votes.push((vote, 1)),
            }
        }
        for agent in (0..all).filter(|&agent| decided[agent].1 == 0).collect::<Vec<_>>() {
            let answer = code(&Question { votes: votes.clone(), ..asks("decide", agent, &preferences[agent]) });
            if !answer.is_empty() {
                decided[agent] = (answer, round);
            }
        }
    }
    decided
}

const FAVOURITES: [&str; 6] = ["Pizza", "Sushi", "Pizza", "Tacos", "Sushi", "Curry"];

fn favourites(agents: u64) -> String {
    (1..=agents).map(|agent| format!("set favourite {agent} {}\n", FAVOURITES[agent as usize - 1])).collect()
}

#[test]
fn answers_from_outside_give_the_rounds_that_the_same_code_gives_at_one_table() {
    let mut ends = BTreeMap::new();
    for seed in 0..60 {
        let agents = 3 + seed % 4;
        let wishes = &FAVOURITES[..agents as usize];
        for code in [whimsical as Code, popular] {
            let mut session = open(agents, seed, &favourites(agents));
            attend(&mut session, code, |_| 0);
            let seen = ending(&session, agents);
            assert_eq!(seen, at_one_table(agents, seed, wishes, code), "seed {seed}");
            *ends.entry(seen.iter().map(|(_, round)| *round).max()).or_insert(0) += 1;
        }
    }
    assert!(ends.len() > 4, "one or the other seed takes longer: {ends:?}");
}

#[test]
fn a_built_in_strategy_and_its_code_outside_come_to_the_same() {
    for seed in 0..20 {
        let text = |strategy: &str| format!("set strategy {strategy}\n{}", favourites(6));
        let (mut inside, mut outside) = (open(6, seed, &text("popular")), open(6, seed, &text("external")));
        inside.finish();
        attend(&mut outside, popular, |_| 0);
        assert_eq!(ending(&inside, 6), ending(&outside, 6), "seed {seed}");
    }
}

#[test]
fn questions_that_are_open_at_once_can_be_answered_in_any_order() {
    // Where the scheduler is a person, all may stand at the same point.
    let picks: [fn(usize) -> usize; 3] = [|_| 0, |open| open - 1, |open| open / 2];
    let mut longest = 0;
    for seed in 0..8 {
        let expected = at_one_table(5, seed, &FAVOURITES[..5], whimsical);
        for pick in picks {
            let (session, answered, most) = by_hand(seed, pick);
            assert_eq!((ending(&session, 5), most), (expected.clone(), 5), "seed {seed}");
            longest = answered.max(longest);
            again(&session);
        }
    }
    assert!(longest > 40, "at most {longest} answers: no run took a few rounds");
}

/// A run in a manual network: all start a round, all messages are delivered, whatever is asked is answered.
fn by_hand(seed: u64, pick: fn(usize) -> usize) -> (Session, usize, usize) {
    let mut session = open(5, seed, &format!("{}network manual", favourites(5)));
    session.finish();
    let (mut answered, mut most) = (0, 0);
    let mut begin = "fire start of all";
    while session.act(begin).is_ok() {
        for _ in 0..5 {
            let (more, open) = attend(&mut session, whimsical, pick);
            (answered, most) = (answered + more, most.max(open));
            session.act("deliver all").expect("it is possible");
        }
        if (1..=5).all(|agent| shown(&session, agent, "role") != "voting") {
            break;
        }
        begin = "fire next-round of all";
    }
    (session, answered, most)
}

/// The script alone makes the same run, and nobody is asked.
fn again(session: &Session) {
    let script = session.script();
    let mut again = Session::open(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    assert_eq!(again.finish(), Tick::Line, "the script answers everything");
    assert!(again.finished() && again.outcomes().iter().all(|line| line.ok), "{:?}", again.outcomes());
    assert_eq!(again.trace_hash(), session.trace_hash());
}

#[test]
fn lost_messages_and_crashes_do_not_stop_the_asking() {
    for seed in 0..30 {
        let lines = format!(
            "{}network latency 1ms..60ms loss 15% duplicate 5%\nat 70ms crash 2\nat 150ms crash 4\nat 600ms restart all",
            favourites(5)
        );
        let mut session = open(5, seed, &lines);
        let (answered, _) = attend(&mut session, whimsical, |open| seed as usize % open);
        assert!(answered > 10 && session.finished(), "seed {seed}: {answered} answers");
        let broken: Vec<_> = session.world().violations().iter().map(|broken| broken.property).collect();
        assert!(broken.iter().all(|name| *name == "agreement"), "seed {seed}: {broken:?}");
        for agent in 1..=5 {
            assert!(["decided", "given-up"].contains(&shown(&session, agent, "role").as_str()), "seed {seed}: {agent}");
        }
        again(&session);
    }
}

#[test]
fn an_agent_that_crashes_while_it_waits_asks_no_more_and_asks_afresh_when_it_is_back() {
    let mut session = open(3, 1, &favourites(3));
    assert_eq!(session.finish(), Tick::Question);
    let asker = session.world().questions()[0].node;
    session.act(&format!("crash {asker}")).expect("it runs");
    assert!(session.world().questions().iter().all(|question| question.node != asker), "a crashed agent asks nothing");
    attend(&mut session, popular, |_| 0);
    assert_eq!(session.world().health(asker), Some(Health::Crashed));
    let mut session = open(3, 1, &format!("{}at 60ms restart all", favourites(3)));
    session.finish();
    session.act(&format!("crash {asker}")).expect("it runs");
    let (answered, _) = attend(&mut session, popular, |_| 0);
    assert!(answered >= 9 && shown(&session, asker.number() as u64, "role") == "decided", "{answered} answers");
    again(&session);
}

#[test]
fn an_answer_can_be_taken_back_and_given_otherwise_and_both_futures_stay() {
    let mut session = open(3, 1, &favourites(3));
    attend(&mut session, popular, |_| 0);
    let (first, hash, last) = (ending(&session, 3), session.trace_hash(), session.event());
    assert!(first.iter().all(|(name, round)| name == "Pizza" && *round == 1), "{first:?}");

    // Back and forth needs nobody's code.
    session.seek(8);
    session.seek(last);
    assert_eq!(session.finish(), Tick::Line);
    assert_eq!(session.trace_hash(), hash);

    // The last answer is taken back: its question is open again, until the answer is given again.
    assert!(session.undo());
    assert_eq!((session.world().questions().len(), session.finish()), (1, Tick::Question));
    let (asker, asked) = (session.world().questions()[0].node, session.event());
    assert!(session.redo());
    session.finish();
    assert_eq!(session.trace_hash(), hash);

    // Where it stood open, another answer makes another future.
    session.seek(asked);
    session.act(&format!("answer {asker}")).expect("nothing: no consensus yet");
    attend(&mut session, popular, |_| 0);
    let place = asker.number() - 1;
    assert_eq!(ending(&session, 3)[place], ("Pizza".into(), 2), "it took a round longer");
    again(&session);
    let other = session.branches().first().map(|branch| branch.id).expect("the first future is a branch");
    assert!(session.switch(other));
    session.finish();
    assert_eq!((ending(&session, 3), session.trace_hash()), (first, hash));
}
