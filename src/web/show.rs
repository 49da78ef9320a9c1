//! Puts together what is shown of a run. Runs natively too, where it is tested.

use super::glyphs::{Glyph, glyphs};
use super::progress::progress;
use super::types::*;
use super::votes;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::regions::REGIONS;
use crate::kernel::{
    Descriptor, DynWorld, Event, EventId, Link, Look, MessageRecord, NodeId, NodeView, Seen, Topology, TopologyKind,
    Violation, What, capital, show_time,
};
use crate::scenario::{Explanation, Session, Tick};

/// How many events a frame tells of at most.
const MOST_RECENT: u32 = 200;
/// How many decisions a frame tells of at most.
const MOST_DECIDED: usize = 20;

/// What was opened.
pub fn info(session: &Session) -> Info {
    let scenario = session.scenario();
    let setup = scenario.setup();
    Info {
        protocol: scenario.entry.descriptor.id,
        title: scenario.title().to_string(),
        about: scenario.about(),
        replicas: setup.replicas,
        seed: setup.seed.to_string(),
        end: number(scenario.end()),
    }
}

/// What came of letting the run go on.
pub fn tick(session: &Session, tick: Tick) -> TickView {
    let kind = match tick {
        Tick::Event => "event",
        Tick::Line => "line",
        Tick::Clock => "clock",
        Tick::Question => "question",
        Tick::Idle => "idle",
    };
    let failures = session.outcomes().iter().filter(|outcome| !outcome.ok).count();
    let (now, event) = (number(session.world().now()), session.event());
    TickView { now, event, kind, finished: session.finished(), failures, more: false, marked: marked(session) }
}

/// Whether the last event is worth a mark, or broke a property.
pub fn marked(session: &Session) -> bool {
    let last = session.trace().event(EventId(session.event()));
    last.is_some_and(|event| milestone(event, session.world().descriptor()))
}

fn milestone(event: &Event, about: &Descriptor) -> bool {
    let rule = event.rule.checked_sub(1).map(|rule| &about.rules[rule as usize]);
    event.violation || rule.is_some_and(|rule| rule.milestone) || by_hand(event.what)
}

/// An event.
pub fn event(session: &Session, event: &Event) -> EventView {
    let about = session.world().descriptor();
    let replica = event.node.is_some_and(|node| !node.is_client());
    EventView {
        id: event.id.0,
        at: number(event.at),
        cause: event.cause.0,
        node: event.node.map(|node| node.to_string()),
        what: event.what.word(),
        kind: kind_of(event, about),
        message: event.message.0,
        rule: u32::from(event.rule),
        milestone: milestone(event, about),
        epoch: event.epoch,
        role: if replica { about.roles[event.role as usize].name } else { "" },
        decided: u32::from(event.decided),
        violation: event.violation,
        title: title(session, event, about),
    }
}

fn by_hand(what: What) -> bool {
    matches!(what, What::Crash | What::Restart | What::Pause | What::Resume | What::Meddle | What::Network)
}

fn kind_of(event: &Event, about: &Descriptor) -> &'static str {
    match event.what {
        What::Deliver | What::Lose => about.messages[event.kind as usize].name,
        What::Fire => about.timers[event.kind as usize].name,
        _ => "",
    }
}

fn title(session: &Session, event: &Event, about: &Descriptor) -> String {
    let who = event.node.map_or_else(|| "The network".to_string(), |node| about.named(node));
    let kind = kind_of(event, about);
    let message = session.trace().message(event.message);
    let (sender, receiver) = message.map(|one| (about.called(one.from), about.called(one.to))).unwrap_or_default();
    match event.what {
        What::Boot => format!("{who} starts"),
        What::Deliver => format!("{who} receives {} from {sender}", a_message(kind)),
        What::Lose => format!("{} from {sender} to {receiver} is lost", capital(a_message(kind))),
        What::Fire => run_out(session, event, about),
        What::Request => format!("{who} makes a request"),
        What::Answer => format!("{who} gets an answer"),
        What::Crash => format!("{who} crashes"),
        What::Restart => format!("{who} restarts"),
        What::Pause => format!("{who} is paused"),
        What::Resume => format!("{who} resumes"),
        What::Meddle => match event.node {
            Some(node) => format!("Somebody interferes with {}", about.called(node)),
            None => "The clients' workload changes".into(),
        },
        What::Network => "The network changes".into(),
        What::Tamper => "A message is tampered with".into(),
    }
}

/// `a “vote” message`, `an “append entries” message`: a kind may be a noun or a verb, so it is read as a name.
fn a_message(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} “{}” message", kind.replace('-', " "))
}

/// A timer runs out, and after how long. What its owner has waited for is left to the rule's own sentence.
fn run_out(session: &Session, event: &Event, about: &Descriptor) -> String {
    let timer = &about.timers[event.kind as usize];
    let name = timer.called();
    let leads = about.roles[event.role as usize].look == Look::Lead;
    let Some(node) = event.node else { return format!("The {name} runs out") };
    let since = session.trace().event(event.cause).filter(|_| !timer.waits.is_empty() && (timer.leads || !leads));
    match since {
        Some(set) => {
            let time = show_time((event.at - set.at) / 1000 * 1000);
            format!("The {name} of {} runs out after {time}", about.called(node))
        }
        None => format!("The {name} of {} runs out", about.called(node)),
    }
}

/// Events from a number on; of some replicas and the clients alone, where that is said.
pub fn events(session: &Session, from: u32, count: u32, of: Option<&[NodeId]>) -> Vec<EventView> {
    let all = session.trace().events.range(places(from, count)).map(|(_, record)| record);
    all.filter(|record| record.node.is_none_or(|node| meant(node, of))).map(|record| event(session, record)).collect()
}

/// Messages from a number on; between some replicas and the clients alone, where that is said.
pub fn messages(session: &Session, from: u32, count: u32, of: Option<&[NodeId]>) -> Vec<MessageView> {
    let about = session.world().descriptor();
    let all = session.trace().messages.range(places(from, count));
    all.filter(|(_, record)| meant(record.from, of) && meant(record.to, of))
        .map(|(place, record)| message(place as u32 + 1, record, about))
        .collect()
}

fn meant(node: NodeId, of: Option<&[NodeId]>) -> bool {
    node.is_client() || of.is_none_or(|of| of.contains(&node))
}

/// The places of records whose numbers begin at `from`.
fn places(from: u32, count: u32) -> std::ops::Range<usize> {
    let first = from.max(1) as usize - 1;
    first..first.saturating_add(count as usize)
}

fn message(id: u32, record: &MessageRecord, about: &Descriptor) -> MessageView {
    MessageView {
        id,
        kind: about.messages[record.kind as usize].name,
        from: record.from.to_string(),
        to: record.to.to_string(),
        sent: number(record.sent),
        due: number(record.due),
        fate: record.fate as u8,
        epoch: if record.epoch == u32::MAX { -1 } else { i64::from(record.epoch) },
        cause: record.cause.0,
        twin: record.twin,
    }
}

/// What explains an event.
pub fn explanation(session: &Session, id: u32, found: Explanation) -> ExplanationView {
    let about = session.world().descriptor();
    let sentence = |(rule, text): (u8, String)| {
        let source = about.rules[rule as usize].source;
        Sentence { text, rule: u32::from(rule), source }
    };
    ExplanationView {
        event: id,
        title: found.deed.unwrap_or_else(|| {
            session.trace().event(EventId(id)).map(|event| title(session, event, about)).unwrap_or_default()
        }),
        sentences: found.rules.into_iter().map(sentence).collect(),
        broken: found.broken,
        notes: found.notes,
        chain: found.chain.iter().map(|event| event.0).collect(),
        changes: found.changes,
    }
}

fn violation(found: &Violation) -> ViolationView {
    ViolationView {
        property: found.property,
        event: found.event.0,
        at: number(found.at),
        text: found.text.clone(),
        evidence: found.evidence.iter().map(|event| event.0).collect(),
        nodes: found.nodes.iter().map(NodeId::to_string).collect(),
    }
}

fn properties(world: &DynWorld) -> Vec<PropertyView> {
    let all = world.descriptor().all_properties();
    all.map(|info| PropertyView {
        name: info.name,
        about: if info.name == "agreement" { world.agreement().about() } else { info.about.into() },
        source: info.source,
        broken: world.violations().iter().find(|found| found.property == info.name).map(violation),
        undecided: world.undecided(info.name).map_or(0, |event| event.0),
    })
    .collect()
}

fn link(link: Link) -> LinkView {
    LinkView {
        latency: (number(link.latency.range().0), number(link.latency.range().1)),
        shape: link.latency.shape().word(),
        loss: link.loss,
        duplicate: link.duplicate,
        reorder: link.reorder,
    }
}

fn topology(world: &DynWorld) -> TopologyView {
    let topology = world.network().topology();
    let kind = topology.kind();
    let sparse = Some(topology).filter(|topology| !topology.is_full());
    let links = sparse.into_iter().flat_map(Topology::links).flat_map(|(from, to)| [from.raw(), to.raw()]);
    let columns = if let TopologyKind::Grid { columns, .. } = kind { columns } else { 0 };
    let regions = REGIONS.iter().take(if kind == TopologyKind::World { world.size() } else { 0 });
    let regions = regions.map(|region| (region.name, region.latitude, region.longitude)).collect();
    TopologyView { kind: kind.word(), text: kind.to_string(), columns, links: links.collect(), regions }
}

fn links(world: &DynWorld) -> Vec<(String, String, LinkView)> {
    world.network().links().map(|((from, to), one)| (from.to_string(), to.to_string(), link(one))).collect()
}

fn names(nodes: &[NodeId]) -> Vec<String> {
    nodes.iter().map(NodeId::to_string).collect()
}

fn groups(world: &DynWorld) -> Vec<Vec<String>> {
    world.network().groups().iter().map(|group| names(group)).collect()
}

fn cuts(world: &DynWorld) -> Vec<(String, String)> {
    world.network().cuts().map(|(from, to)| (from.to_string(), to.to_string())).collect()
}

fn expects(session: &Session) -> Vec<ExpectView> {
    // In front, for whoever asks what the last lines said finds them at the end.
    let mut silent = if session.finished() { session.unreached() } else { Vec::new() };
    // A trigger set by hand still waits for its moment.
    silent.retain(|outcome| outcome.line > 0);
    let all = silent.iter().chain(session.outcomes());
    all.map(|outcome| ExpectView {
        line: outcome.line,
        text: outcome.text.to_string(),
        ok: outcome.ok,
        undecided: outcome.undecided,
        why: outcome.why.to_string(),
    })
    .collect()
}

fn questions(world: &DynWorld) -> Vec<QuestionView> {
    let all = world.questions().iter();
    all.map(|question| QuestionView { node: question.node.to_string(), text: question.text.clone() }).collect()
}

fn branches(session: &Session) -> BranchesView {
    let (undo, redo) = session.undoable();
    let others = session.branches().iter().map(|branch| BranchView {
        id: branch.id,
        name: branch.name.clone(),
        fork: branch.fork,
        fork_at: number(branch.fork_at),
        last: branch.last,
        last_at: number(branch.last_at),
    });
    BranchesView { name: session.branch_name().to_string(), others: others.collect(), undo, redo }
}

fn counts(world: &DynWorld) -> CountsView {
    let counts = world.counts();
    CountsView { events: counts.events, messages: counts.messages, between_replicas: counts.between_replicas }
}

fn all_nodes(world: &DynWorld) -> impl Iterator<Item = NodeId> {
    NodeId::replicas(world.size()).chain(NodeId::clients(world.clients()))
}

fn flights(world: &DynWorld) -> impl Iterator<Item = FlightDetail> {
    let about = world.descriptor();
    world.flights().into_iter().map(|flight| FlightDetail {
        id: flight.id.0,
        kind: about.messages[flight.kind as usize].name,
        from: flight.from.to_string(),
        to: flight.to.to_string(),
        sent: number(flight.sent),
        due: number(flight.due),
        cause: flight.cause.0,
        label: flight.label,
        fields: flight.fields,
    })
}

/// What was first decided after an event, by slot.
fn decisions(world: &DynWorld, after: u32) -> Vec<DecisionItem> {
    let fresh = world.decisions().into_iter().filter(|decision| decision.event.0 > after);
    let item = |decision: crate::kernel::DecisionView| DecisionItem {
        slot: decision.slot as f64,
        value: decision.value,
        by: decision.by.to_string(),
        event: decision.event.0,
        at: number(decision.at),
    };
    fresh.map(item).collect()
}

/// What was first decided in the events since the last frame.
fn decided(world: &DynWorld, recent: &[EventView]) -> Vec<DecisionItem> {
    let Some(first) = recent.iter().find(|event| event.decided > 0) else { return Vec::new() };
    let mut fresh = decisions(world, first.id - 1);
    fresh.put_in_order_by_key(|decision| decision.event);
    fresh.split_off(fresh.len().saturating_sub(MOST_DECIDED))
}

/// Everything that is now.
pub fn state(session: &Session) -> StateView {
    let world = session.world();
    let views = |ids: Vec<NodeId>| ids.into_iter().filter_map(|id| world.node(id)).collect();
    StateView {
        now: number(world.now()),
        event: session.event(),
        finished: session.finished(),
        nodes: views(NodeId::replicas(world.size()).collect()),
        clients: views(NodeId::clients(world.clients()).collect()),
        flights: flights(world).collect(),
        decisions: decisions(world, 0),
        properties: properties(world),
        violations: world.violations().iter().map(violation).collect(),
        progress: progress(world),
        counts: counts(world),
        manual: world.network().manual,
        groups: groups(world),
        cuts: cuts(world),
        expects: expects(session),
        questions: questions(world),
    }
}

/// What the last frame showed, so that the next one tells only what is new.
#[derive(Default)]
pub struct Shown {
    nodes: Vec<Told>,
    labelled: u32,
    event: u32,
    topology: Option<TopologyKind>,
}

/// A node as a frame told of it.
struct Told {
    seen: Seen,
    whole: bool,
    view: NodeView,
}

impl Shown {
    /// The nodes that look different from what was told. Of those that are not `whole` in outline.
    fn changed(&mut self, world: &DynWorld, whole: &dyn Fn(NodeId) -> bool) -> Vec<NodeView> {
        let mut changed = Vec::new();
        for (place, id) in all_nodes(world).enumerate() {
            let (Some(seen), whole) = (world.seen(id), whole(id)) else { continue };
            let told = self.nodes.get(place);
            // Whom a second incarnation is shown to is for the other nodes to say, too.
            let same = |told: &Told| told.seen == seen && told.whole == whole && told.view.second.is_none();
            if told.is_some_and(same) {
                continue;
            }
            let Some(view) = (if whole { world.node(id) } else { world.outline(id) }) else { continue };
            if told.is_none_or(|told| told.view != view) {
                changed.push(view.clone());
            }
            let told = Told { seen, whole, view };
            match self.nodes.get_mut(place) {
                Some(before) => *before = told,
                None => self.nodes.push(told),
            }
        }
        changed
    }
}

/// A frame: what changed, and the messages to be drawn. Of many nodes only some are shown as a `whole`, where that is said:
/// of the others there are outlines.
pub fn frame(
    session: &mut Session,
    shown: &mut Shown,
    fresh: bool,
    whole: Option<&[NodeId]>,
) -> (FrameView, Vec<Glyph>) {
    if fresh || session.event() < shown.event {
        *shown = Shown::default();
    }
    let next = session.next_event().map(number);
    let world = session.world();
    let nodes = shown.changed(world, &|id| meant(id, whole));
    let (glyphs, labels) = glyphs(session, &mut shown.labelled);
    let first = (shown.event + 1).max((session.event() + 1).saturating_sub(MOST_RECENT));
    let recent = events(session, first, (session.event() + 1).saturating_sub(first), None);
    let kind = world.network().topology().kind();
    let changed = shown.topology.replace(kind) != Some(kind);
    shown.event = session.event();
    let view = FrameView {
        now: number(world.now()),
        event: session.event(),
        last: session.last(),
        last_at: session.trace().events.last().map_or(0.0, |event| number(event.at)),
        finished: session.finished(),
        next,
        nodes,
        manual: world.network().manual,
        groups: groups(world),
        cuts: cuts(world),
        network: link(world.network().default_link()),
        topology: changed.then(|| topology(world)),
        links: links(world),
        coming: votes::coming(world),
        labels,
        decided: decided(world, &recent),
        recent,
        properties: properties(world),
        progress: progress(world),
        present: world.present(),
        counts: counts(world),
        expects: expects(session),
        questions: questions(world),
        limit: session.limit().map(|limit| limit.to_string()),
        dropped: world.counts().dropped,
        branches: branches(session),
    };
    (view, glyphs)
}

/// All that a message in flight carries.
pub fn flight(session: &Session, id: u32) -> Option<FlightDetail> {
    flights(session.world()).find(|flight| flight.id == id)
}
