//! What is said of an event is true of it. Runs of all protocols with options, faults, liars and acts drawn at random:
//! every name and number in a sentence must be found in the event itself, which is its replica before and after, the
//! message that came and those that went. A note must tell what was asked, answered or decided there.

use std::collections::BTreeSet;

mod facts;

use facts::{Facts, words};

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{
    Agreement, Assumption, DynWorld, Event, Fate, FlightView, HistoryEvent, NodeId, NodeView, OptionInfo, OptionKind,
    Quorum, QuorumSystem, RuleInfo, Setup, Trace, What,
};
use consensus_playground::protocols::{ALL, Entry};
use consensus_playground::scenario::{parse_act_line, properties};

const RUNS: u64 = 200;
/// How many acts a run has, and how many events follow one at most.
const ACTS: u64 = 24;
const EVENTS: u64 = 24;
struct Draws(u64, u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.1 += 1;
        below(draw(self.0, 0x7e11, self.1), bound)
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// A run that is told aloud, and what was wrong of what was told.
struct Listener {
    entry: &'static Entry,
    world: DynWorld,
    trace: Trace,
    views: Vec<NodeView>,
    /// Names of things that can be decided, as the replicas show them when they start: `Pizza`.
    things: BTreeSet<String>,
    /// Who has ever decided what.
    decided: BTreeSet<(String, String)>,
    draws: Draws,
    /// What each client asked for, in the words of the act.
    asked: Vec<String>,
    /// The replicas that they named.
    named: BTreeSet<String>,
    lost_disk: BTreeSet<u64>,
    /// The bugs that are switched on.
    bugs: Vec<&'static OptionInfo>,
    /// Whether a clock ran wrong: leases rely on clocks.
    wrong_clock: bool,
    told: u64,
    doubts: u64,
    claims: u64,
    wrong: Vec<String>,
}

fn value_of(option: &OptionInfo, draws: &mut Draws) -> Option<String> {
    Some(match option.kind {
        OptionKind::Switch => draws.one_of(&["on", "off"]).into(),
        OptionKind::YesNo => draws.one_of(&["yes", "no"]).into(),
        OptionKind::Number { lo, hi } => (lo + draws.below((hi - lo).min(8) + 1)).to_string(),
        OptionKind::Choice(words) => draws.one_of(words).into(),
        OptionKind::Duration | OptionKind::DurationRange | OptionKind::Word => return None,
    })
}

fn setup(entry: &Entry, seed: u64, draws: &mut Draws) -> Setup {
    let about = entry.descriptor;
    let replicas = (3 + draws.below(5)).max(u64::from(about.replicas.0)) as usize;
    let mut setup = Setup { replicas, seed, ..Setup::default() };
    for option in about.options.iter().filter(|option| !option.per_replica) {
        if draws.below(if option.bug { 12 } else { 2 }) == 0
            && let Some(value) = value_of(option, draws)
        {
            setup.options.set(option.name, 0, &value);
        }
    }
    for option in about.options.iter().filter(|option| option.per_replica) {
        for place in 2..=replicas {
            if let Some(value) = value_of(option, draws).filter(|value| value != "external") {
                setup.options.set(option.name, place as u16, &value);
            }
        }
    }
    setup
}

impl Listener {
    fn new(seed: u64) -> Self {
        let mut draws = Draws(seed, 0);
        let entry = &ALL[(seed % ALL.len() as u64) as usize];
        let (setup, world, trace) = loop {
            let mut trace = Trace { keep: true, detail: Some(Box::default()), ..Trace::default() };
            let setup = setup(entry, seed, &mut draws);
            // Some options contradict each other.
            if let Ok(world) = (entry.open)(&setup, &mut trace) {
                break (setup, world, trace);
            }
        };
        let on = |option: &&OptionInfo| option.bug && setup.options.get(option.name) == Some("on");
        let bugs = entry.descriptor.options.iter().filter(on).collect();
        let views = views(&world);
        let things = views.iter().filter_map(|view| view.replica.as_ref()).flat_map(|view| &view.fields);
        let things = things.flat_map(|field| words(&field.value.to_string()).map(String::from).collect::<Vec<_>>());
        let things = things.filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase())).collect();
        Listener {
            entry,
            world,
            trace,
            views,
            things,
            decided: BTreeSet::new(),
            draws,
            asked: Vec::new(),
            named: BTreeSet::new(),
            lost_disk: BTreeSet::new(),
            bugs,
            wrong_clock: false,
            told: 0,
            doubts: 0,
            claims: 0,
            wrong: Vec::new(),
        }
    }

    /// A request that can be told from all others by its key or name.
    fn request(&mut self) -> String {
        let (number, size) = (self.asked.len() + 1, self.world.size() as u64);
        let node = 1 + self.draws.below(size);
        // Mostly what the protocol is there for, which its first commands are.
        let placed = ["KEY", "NAME", "VALUE", "NUMBER", "REPLICA"];
        let capitals = |place: &str| place.bytes().all(|letter| letter.is_ascii_uppercase());
        let simple = |usage: &str| usage.split(' ').all(|place| !capitals(place) || placed.contains(&place));
        let commands: Vec<_> = self.entry.descriptor.commands.iter().filter(|command| simple(command.usage)).collect();
        let most = if self.draws.below(6) == 0 { commands.len() } else { commands.len().min(3) };
        let command = commands[self.draws.below(most as u64) as usize];
        let word = |(place, example): (&str, &str)| match place {
            "KEY" | "NAME" => format!("k{number}"),
            "VALUE" => format!("v{number}"),
            "REPLICA" => node.to_string(),
            _ => example.to_string(),
        };
        let words: Vec<_> = command.usage.split(' ').zip(command.example.split(' ')).map(word).collect();
        if command.usage.ends_with(" REPLICA") {
            self.named.insert(node.to_string());
        }
        words.join(" ")
    }

    fn act(&mut self) -> (String, Option<String>) {
        let size = self.world.size() as u64;
        let (node, other) = (1 + self.draws.below(size), 1 + self.draws.below(size));
        let about = self.entry.descriptor;
        let ways: Vec<_> = byzantine::ALL.iter().map(|way| way.name()).filter(|way| *way != "twins").collect();
        let timers: Vec<_> = about.timers.iter().map(|timer| timer.name).collect();
        let line = match self.draws.below(22) {
            0..=7 => {
                let (command, client) = (self.request(), 1 + self.draws.below(3));
                return (format!("request {command} from c{client}"), Some(command));
            }
            8 => format!("crash {node}"),
            9 => format!("crash {node} after {other} sends"),
            10 | 11 => format!("restart {node}"),
            12 => format!("restart {node} disk lost"),
            13 => format!("pause {node}"),
            14 => format!("resume {node}"),
            15 => format!("byzantine {node} {}", self.draws.one_of(&ways)),
            16 if !timers.is_empty() => format!("fire {} of {node}", self.draws.one_of(&timers)),
            17 => format!("cut {node} -> {other}"),
            18 => format!("clock {node} {}x", self.draws.one_of(&["0.5", "2", "1"])),
            19 => self.draws.one_of(&["network loss 10% duplicate 10%", "network loss 0% latency 5ms..20ms"]).into(),
            20 => self.draws.one_of(&["duplicate 1st message", "drop 1st message", "deliver 1st message"]).into(),
            _ => "heal".into(),
        };
        (line, None)
    }

    fn run(mut self) -> Self {
        for _ in 0..ACTS {
            let (line, asked) = self.act();
            if let Ok(act) = parse_act_line(self.entry, self.world.size(), &line) {
                let lost: Option<u64> =
                    line.strip_suffix(" disk lost").and_then(|line| line.split(' ').next_back()?.parse().ok());
                let before = self.trace.events.len();
                self.listen(asked, |world, trace| drop(world.act(&act, trace)));
                self.wrong_clock |= line.starts_with("clock");
                self.lost_disk.extend(lost.filter(|_| self.trace.events.len() > before));
            }
            for _ in 0..self.draws.below(EVENTS) {
                self.listen(None, |world, trace| {
                    world.step(trace);
                });
            }
        }
        self
    }

    /// Lets something happen and compares what was told of it with what it was.
    fn listen(&mut self, asked: Option<String>, happen: impl FnOnce(&mut DynWorld, &mut Trace)) {
        let (flights, first) = (self.world.flights(), self.trace.events.len());
        self.trace.detail = Some(Box::default());
        happen(&mut self.world, &mut self.trace);
        let fresh: Vec<Event> =
            self.trace.events.range(first..self.trace.events.len()).map(|(_, event)| *event).collect();
        if let (Some(asked), false) = (asked, fresh.is_empty()) {
            self.asked.push(asked);
        }
        let (after, sent) = (views(&self.world), self.world.flights());
        let detail = self.trace.detail.take().unwrap_or_default();
        for event in &fresh {
            let facts = self.facts(event, &flights, &sent, &after);
            let rules = detail.rules.iter().filter(|rule| rule.0 == event.id);
            for (_, index, sentence) in rules {
                self.told += 1;
                let (sentence, doubt) = sentence.split_once("; here that is not certain: ").unwrap_or((sentence, ""));
                self.doubts += u64::from(!doubt.is_empty());
                let about = &self.entry.descriptor.rules[*index as usize];
                self.claims += u64::from(!about.claim.is_empty() && doubt.is_empty());
                if let Err(why) = facts.support(sentence, self).and_then(|()| self.doubted(doubt, about)) {
                    let name = self.entry.descriptor.rules[*index as usize].name;
                    self.wrong.push(format!("{name}: {sentence:?}: {why} {event:?} {}", facts.text));
                }
            }
            for (_, note) in detail.notes.iter().filter(|note| note.0 == event.id) {
                self.told += 1;
                if !self.noted(note, event, &facts) {
                    self.wrong.push(format!("note {note:?} of {event:?} {}", facts.text));
                }
            }
        }
        for view in after.iter().filter(|view| view.replica.is_some()) {
            let fields = view.replica.iter().flat_map(|replica| &replica.fields);
            let decided = fields.filter(|field| field.name == "decided").map(|field| field.value.to_string());
            self.decided.extend(decided.map(|thing| (view.id.clone(), thing)));
        }
        self.views = after;
    }

    /// Whether a claim is doubted for the reasons that there are. Errors: what is wrong with it.
    fn doubted(&self, doubt: &str, rule: &RuleInfo) -> Result<(), String> {
        let suspects = |node: u64| self.is_faulty(node);
        let named = words(doubt).filter_map(|word| word.parse().ok());
        if let Some(innocent) = named.into_iter().find(|node| !suspects(*node)) {
            return Err(format!("{innocent} has done nothing"));
        }
        let bug = self.bugs.iter().any(|bug| bug.breaks.contains(&rule.rests_on));
        let broken = self.world.violations().iter().any(|found| found.property == rule.rests_on);
        let unpromised = !rule.rests_on.is_empty() && self.world.assumes(rule.rests_on).is_none();
        let reason = bug || broken || unpromised || self.has_too_many_faults();
        match !rule.claim.is_empty() && reason == doubt.is_empty() {
            true => Err(format!("there is {} reason for doubt", if reason { "a" } else { "no" })),
            false => Ok(()),
        }
    }

    fn is_faulty(&self, node: u64) -> bool {
        let traitor = self.world.node(NodeId::replica(node as usize)).is_some_and(|view| view.traitor);
        traitor || self.lost_disk.contains(&node)
    }

    fn has_too_many_faults(&self) -> bool {
        let faulty = (1..=self.world.size() as u64).filter(|node| self.is_faulty(*node)).count();
        faulty > self.world.tolerated()
    }

    /// What is broken though it is promised: no bug that is on can break it, faults are few, and what it relies on was given.
    fn unexplained(&self) -> Option<String> {
        let promised = |property: &str| {
            // Messages are lost and replicas crash in every run.
            let given = |assumed: &Assumption| *assumed == Assumption::Clocks && !self.wrong_clock;
            let bug = self.bugs.iter().any(|bug| bug.breaks.contains(&property));
            !bug && self.world.assumes(property).is_some_and(|assumed| assumed.iter().all(given))
        };
        let found = self.world.violations().iter().find(|found| promised(found.property))?;
        let bugs: Vec<_> = self.bugs.iter().map(|bug| bug.name).collect();
        (!self.has_too_many_faults()).then(|| format!("{}: {} with {bugs:?}", found.property, found.text))
    }

    /// All that an event is about.
    fn facts(&self, event: &Event, before: &[FlightView], after: &[FlightView], views: &[NodeView]) -> Facts {
        let me = event.node.map(|node| node.to_string()).unwrap_or_default();
        let mut facts = Facts { me: me.clone(), size: self.world.size() as u64, ..Facts::default() };
        let weighted = |quorum: &Quorum| matches!(quorum.system, QuorumSystem::Weighted { .. });
        let quorum = self.world.quorums(NodeId::replica(1)).into_iter().find(weighted);
        facts.weight = quorum.map_or(0, |quorum| quorum.system.count(&|_| true).all.into());
        for view in self.views.iter().chain(views).filter(|view| view.id == me) {
            facts.take_node(view);
        }
        facts.epoch(event.epoch.into());
        for call in self.world.history().iter().filter(|call| call.event == event.id) {
            if let HistoryEvent::Asked(number) = call.what {
                facts.text += &format!("{me}/{number} ");
                facts.numbers.insert(number.into());
            }
        }
        let came = before.iter().find(|flight| flight.id == event.message);
        facts.whole = came.is_some() || event.message.0 == 0;
        // Whom a request is about that is answered or carried on: `transfer 2`.
        let ids: Vec<_> = words(&facts.text).filter(|word| word.contains('/')).map(String::from).collect();
        for command in ids.iter().filter_map(|id| self.command(id)) {
            words(&command).for_each(|word| facts.node(word));
        }
        self.named.iter().for_each(|named| facts.node(named));
        // The primary of a view, and who is to be the next. A client goes by a view that it has heard of.
        let heard = views.iter().filter(|_| me.starts_with('c')).filter_map(|view| Some(view.replica.as_ref()?.epoch));
        for epoch in facts.epochs.iter().copied().chain(heard).collect::<Vec<_>>() {
            facts.node(&(epoch % facts.size + 1).to_string());
        }
        if let Some(flight) = came {
            facts.take_message(flight);
            facts.came = format!("{} {}", flight.label, fields(flight));
            facts.node(&flight.from.to_string());
        }
        for flight in after.iter().filter(|flight| flight.cause == event.id) {
            facts.take_message(flight);
            facts.sent.push(flight.to.to_string());
        }
        // What was lost when it was sent was sent all the same, but what it carried is not on record.
        let all = &self.trace.messages;
        let mut late = all.range(all.len().saturating_sub(200)..all.len()).map(|(_, message)| message);
        facts.whole &= !late.any(|message| message.cause == event.id && message.fate != Fate::Flying);
        facts
    }

    /// Whether a note tells what the event was.
    fn noted(&self, note: &str, event: &Event, facts: &Facts) -> bool {
        let me = event.node.map(|node| node.to_string()).unwrap_or_default();
        if let Some(asks) = note.strip_prefix(&format!("Client {me} asks for ")) {
            // What the world has on record for the call of this event, which is what the act said.
            let calls = self.world.history();
            let mut now = calls.iter().filter(|call| call.event == event.id).map(|call| &call.what);
            let Some(HistoryEvent::Asked(number)) = now.find(|what| matches!(what, HistoryEvent::Asked(_))) else {
                return false;
            };
            let id = format!("{me}/{number}");
            let command = self.command(&id).unwrap_or_default();
            let word = self.asked.last().and_then(|asked| asked.split(' ').find(|word| word.starts_with('k')));
            return event.what == What::Request
                && asks == format!("{command}.")
                && word.is_none_or(|word| asks.contains(word));
        }
        if let Some(answer) = note.strip_prefix(&format!("Client {me} has its answer to ")) {
            let Some((id, told)) = answer.trim_end_matches('.').split_once(": ") else { return false };
            // Where many tell how a dinner ended, that they agree or not is no single message's content.
            let dinner = told.strip_prefix("dinner ").and_then(|told| told.split([':', ' ']).next());
            let place = told.split_once(" is at ").map_or("", |(_, place)| place);
            let known = match dinner {
                Some(dinner) => facts.came.contains(&format!("dinner={dinner} ")) && facts.came.contains(place),
                // Who hears many takes what lies between them: no message has that, but the client shows it.
                None => {
                    let shown = facts.text.contains(&format!("outcome {told}"));
                    // Where a client asks once, its answer need not say for which request it is.
                    let about_it = facts.came.contains(id) || !facts.came.contains('/');
                    about_it && (facts.came.contains(told) || shown)
                }
            };
            // A client that knows the answer has it as soon as it asks.
            let at_once = || facts.text.contains(&format!("{id} "));
            return if event.what == What::Request { at_once() } else { event.what == What::Deliver && known };
        }
        let decisions = self.world.decisions();
        if let Some((_, decision)) = note.split_once(" decides on ") {
            let Some((slot, value)) = decision.trim_end_matches('.').split_once(": ") else { return false };
            let slot = slot.split(' ').next_back().and_then(|slot| slot.parse::<u64>().ok());
            let first = decisions.iter().find(|decision| Some(decision.slot) == slot);
            let differs = first.is_some_and(|first| first.value != value);
            // Where agreement is not exact, decisions may differ.
            let may = !differs || event.violation || self.world.agreement() != Agreement::Exact;
            return event.decided > 0 && note.split(' ').nth(1) == Some(&me) && may;
        }
        note == format!("This is the second incarnation of {me}.")
    }

    /// The command of a request, by the name of the request.
    fn command(&self, id: &str) -> Option<String> {
        let (client, number) = id.strip_prefix('c')?.split_once('/')?;
        let (client, number) = (NodeId::client(client.parse().ok()?), number.parse().ok()?);
        let asked = self
            .world
            .history()
            .iter()
            .any(|call| call.node == Some(client) && call.what == HistoryEvent::Asked(number));
        let id = consensus_playground::kernel::RequestId { client, number };
        asked.then(|| self.world.command(id))
    }
}

fn views(world: &DynWorld) -> Vec<NodeView> {
    let nodes = NodeId::replicas(world.size()).chain(NodeId::clients(world.clients()));
    nodes.filter_map(|node| world.node(node)).collect()
}

fn fields(flight: &FlightView) -> String {
    flight.fields.iter().map(|field| format!("{}={} ", field.name, field.value)).collect()
}

#[test]
fn every_sentence_and_note_is_true_of_its_event() {
    let (mut told, mut claims, mut doubts, mut wrong) = (0, 0, 0, Vec::new());
    for seed in 0..RUNS {
        let run = Listener::new(seed).run();
        told += run.told;
        (claims, doubts) = (claims + run.claims, doubts + run.doubts);
        wrong.extend(run.unexplained());
        wrong.extend(run.wrong.into_iter().map(|why| format!("seed {seed}: {why}")));
    }
    let some: Vec<_> = wrong.iter().take(12).cloned().collect();
    assert!(wrong.is_empty(), "{} of {told} are wrong:\n{}", wrong.len(), some.join("\n"));
    assert!(told > 40_000, "{told} sentences and notes are few");
    assert!(claims > 500 && doubts > 300, "{claims} claims, {doubts} doubts");
}

/// What a table of rules or options names is there.
/// The page says of several replicas at once what they wait for.
#[test]
fn what_is_waited_for_can_be_said_of_one_and_of_several() {
    for entry in ALL {
        for timer in entry.descriptor.timers {
            let of_one = |word: &str| ["it", "its", "itself"].contains(&word);
            assert!(!timer.waits.split(' ').any(of_one), "{}: wait {}", entry.descriptor.name, timer.waits);
        }
    }
}

#[test]
fn every_claim_and_every_bug_names_properties() {
    for entry in ALL {
        let known = |name: &str| properties(entry.descriptor).any(|info| info.name == name);
        let mut claims = 0;
        for rule in entry.descriptor.rules.iter().filter(|rule| !rule.claim.is_empty()) {
            assert!(rule.rests_on.is_empty() || known(rule.rests_on), "{}: {}", rule.name, rule.rests_on);
            claims += 1;
        }
        println!("{}: {claims} claims", entry.descriptor.id);
        for option in entry.descriptor.options {
            assert_eq!(option.bug, !option.breaks.is_empty(), "{}", option.name);
            assert!(option.breaks.iter().all(|name| known(name)), "{}: {:?}", option.name, option.breaks);
        }
    }
}
