//! What the lessons say outside of their scenes, in replies and recall questions, is carried out here: each sentence
//! stands in its lesson, and each scenario bears it out.

use std::path::PathBuf;

use consensus_playground::scenario::Session;

fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether all that a scenario expects holds, and what does not.
fn carried_out(text: &str) -> Result<(), String> {
    let mut session = Session::open(text).map_err(|error| error.to_string())?;
    session.finish();
    let outcomes = session.outcomes();
    assert!(!outcomes.is_empty(), "nothing is expected");
    match outcomes.iter().find(|outcome| !outcome.ok) {
        None => Ok(()),
        Some(missed) => Err(format!("{}: {}", missed.text, missed.why)),
    }
}

/// A lesson, a sentence of it, and a scenario that bears it out.
const CLAIMS: &[(&str, &str, &str)] = &[
    (
        "01-three-promises",
        "Which of them needs more than three of five?",
        "protocol restaurant-vote\nreplicas 5\nset strategy own\nset favourite 1 Pizza\nset favourite 2 Sushi\n\
         set favourite 3 Pizza\nset favourite 4 Sushi\nset favourite 5 Pizza\nset rule two-thirds\n\
         byzantine 5 equivocate\nrun 1s\nexpect all\nexpect 1.round >= 10\n",
    ),
    (
        "02-blocked",
        "nobody can have committed without its yes",
        "protocol two-phase-commit\nreplicas 4\nset cooperative on\nnetwork latency 35ms\nrequest transaction trip\n\
         cut 1 -> 4\nrun 80ms\nexpect 2.state = prepared\ncrash 1\nrun 2s\nexpect 2.state = aborted\nexpect all\n",
    ),
    (
        "03-majorities",
        "A majority of four is three.",
        "protocol raft\nreplicas 4\nseed 2\nnetwork latency 10ms\nrun 700ms\ncrash 4\nrequest put x 1\n\
         run 1s\nexpect committed 1\ncrash 3\nrequest put x 2 from c2\nrun 2s\nexpect not committed 2\n",
    ),
    (
        "06-figure-8",
        "Replica 5 can still be elected by 3 and 4, and delete the second.",
        "protocol raft\nreplicas 5\ndisk 1 log=1,2,4\ndisk 2 log=1,2,4\ndisk 3 term=4 log=1,2\ndisk 4 term=4 log=1\n\
         disk 5 term=4 log=1,3\nnetwork latency 10ms\ncrash 1\ncrash 2\nfire election-timeout of 5\nrun 100ms\n\
         expect 5.role = leader\nrun 400ms\nexpect 3.last-index = 2\nrestart all\nrun 1s\nexpect 1.last-index = 2\n",
    ),
    (
        "06-figure-8",
        "One more copy of the entry of term 4 would make all three safe.",
        "protocol raft\nreplicas 5\ndisk 1 log=1,2,4\ndisk 2 log=1,2,4\ndisk 3 log=1,2,4\ndisk 4 term=4 log=1\n\
         disk 5 term=4 log=1,3\nnetwork latency 10ms\ncrash 1\nfire election-timeout of 5\nrun 60ms\n\
         expect not 5.role = leader\nrun 2s\nexpect leader.last-index >= 3\nexpect 5.last-index >= 3\n",
    ),
    (
        "14-how-many-liars",
        "Two liars, and five replicas.",
        "protocol pbft\nreplicas 7\nnetwork latency 10ms\nrequest put x 1\nbyzantine 1 collude\nbyzantine 2 collude\n\
         run 3s\nexpect committed 1\nexpect agreement\n",
    ),
    (
        "14-how-many-liars",
        "At most two of these lie.",
        "protocol pbft\nreplicas 7\nnetwork latency 10ms\nrequest put x 1\nbyzantine 1 collude\nbyzantine 2 collude\n\
         byzantine 3 collude\nrun 3s\nexpect violation agreement\n",
    ),
];

/// The same with a scenario of the gallery.
const IN_THE_GALLERY: &[(&str, &str, &str)] = &[
    ("04-terms", "Two leaders can be elected.", "raft-bug-vote-not-durable"),
    ("07-same-log-same-state", "so all replicas skip the same entry", "raft-duplicate-request"),
    (
        "11-find-it-before-you-propose",
        "What a majority has accepted in one ballot stays chosen",
        "paxos-value-survives",
    ),
];

#[test]
fn what_a_lesson_says_beside_its_scenes_is_so() {
    let own = CLAIMS.iter().map(|&(lesson, said, text)| (lesson, said, text.to_string()));
    let scenario = |name: &str| read(&format!("tests/scenarios/{name}.scenario"));
    let others = IN_THE_GALLERY.iter().map(|&(lesson, said, name)| (lesson, said, scenario(name)));
    for (lesson, said, text) in own.chain(others) {
        assert!(read(&format!("lessons/{lesson}.md")).contains(said), "{lesson} no longer says: {said}");
        if let Err(why) = carried_out(&text) {
            panic!("{lesson} says: {said}\nbut {why}");
        }
    }
}

/// How many of so many thieves of lesson 18 succeed against a merchant that waits for so many confirmations.
fn thefts(tries: u32, confirmations: u32, time: &str) -> usize {
    let succeeds = |seed: &u32| {
        let text = format!(
            "protocol nakamoto\nreplicas 4\nseed {seed}\nset confirmations {confirmations}\nset power 1 30\n\
             set power 2 30\nset power 3 20\nset power 4 20\nset strategy 1 thief\nnetwork latency 1ms..4ms\nrun 600ms\n\
             request pay coffee at 2 to 1\nrun {time}\nexpect violation finality\n"
        );
        carried_out(&text).is_ok()
    };
    (0..tries).filter(succeeds).count()
}

#[test]
fn as_many_thieves_succeed_as_lesson_18_says() {
    let lesson = read("lessons/18-buy-it-twice.md");
    assert!(lesson.contains("it succeeds in 23 of 100 tries"));
    let two = thefts(500, 2, "5s");
    assert!((95..135).contains(&two), "{two} of 500");
    assert!(lesson.contains("fewer than one try in a hundred\nsucceeds with 17 of them"));
    let seventeen = thefts(1000, 17, "20s");
    assert!(seventeen < 10, "{seventeen} of 1000");
}
