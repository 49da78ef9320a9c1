//! What crosses the boundary. The TypeScript types are generated from these. Times are virtual microseconds; nodes are
//! named `1`, `2`, … and `c1`, `c2`, …; events and messages have numbers from 1, and 0 means none.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use crate::kernel::{Field, NodeView, Time};

mod sums;

pub use sums::*;

/// Declares structures that cross the boundary, all alike.
macro_rules! crossing {
    ($($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Serialize, Clone, PartialEq, Debug)]
        #[cfg_attr(target_arch = "wasm32", derive(Tsify))]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$what])* pub $field: $kind,)* }
    )*};
}

pub(super) use crossing;

crossing! {
    /// A scenario that was opened.
    Info {
        /// The protocol's name in scenarios.
        protocol: &'static str,
        /// The first comment line.
        title: String,
        /// The comment lines that follow.
        about: String,
        /// How many replicas.
        replicas: usize,
        /// The seed; a string, for it may pass 2^53.
        seed: String,
        /// When the script ends, as far as its own lines say.
        end: f64,
    }

    /// What came of letting the run go on.
    TickView {
        /// The time.
        now: f64,
        /// The last event's number.
        event: u32,
        /// `event`, `line`, `clock`, `question` or `idle`.
        kind: &'static str,
        /// Whether the script is at its end.
        finished: bool,
        /// Expectations that failed, and lines that could not be carried out, so far.
        failures: usize,
        /// Whether the ticks that were granted were not enough: to go on, call again.
        more: bool,
        /// Whether the last event is worth a mark.
        marked: bool,
    }

    /// An event.
    EventView {
        /// Its number.
        id: u32,
        /// When.
        at: f64,
        /// The event that caused it; 0 where a person or the scenario did.
        cause: u32,
        /// Where; `null` where it happened to the network.
        node: Option<String>,
        /// `boot`, `deliver`, `lose`, `fire`, `request`, `answer`, `crash`, `restart`, `pause`, `resume`, `meddle`, `network` or `tamper`.
        what: &'static str,
        /// The kind of its message, or the timer's name; empty for none.
        kind: &'static str,
        /// Its message.
        message: u32,
        /// One more than the place of its most telling rule in the descriptor's list.
        rule: u32,
        /// Whether it is worth a mark.
        milestone: bool,
        /// The node's term, view, ballot or round afterwards.
        epoch: u32,
        /// The node's role afterwards.
        role: &'static str,
        /// How many slots were decided in it.
        decided: u32,
        /// Whether it broke a property.
        violation: bool,
        /// What happened, in a few words.
        title: String,
    }

    /// A message, as the space-time diagram needs it.
    MessageView {
        /// Its number.
        id: u32,
        /// Its kind.
        kind: &'static str,
        /// From whom.
        from: String,
        /// To whom.
        to: String,
        /// When it was sent.
        sent: f64,
        /// When it arrives, arrived or died; infinite while nobody knows.
        due: f64,
        /// 0 flying, 1 delivered, 2 lost, 3 cut, 4 its receiver was crashed, 5 dropped.
        fate: u8,
        /// The term, view or ballot that it belongs to; -1 for none.
        epoch: i64,
        /// The event in which it was sent.
        cause: u32,
        /// Whether it is the second copy of another.
        twin: bool,
    }

    /// A message in flight, in full.
    FlightDetail {
        /// Its number.
        id: u32,
        /// Its kind.
        kind: &'static str,
        /// From whom.
        from: String,
        /// To whom.
        to: String,
        /// When it was sent.
        sent: f64,
        /// When it arrives; infinite while nobody knows.
        due: f64,
        /// The event in which it was sent.
        cause: u32,
        /// A few characters.
        label: String,
        /// All that it carries.
        fields: Vec<Field>,
    }

    /// A sentence about a rule that was carried out.
    Sentence {
        /// The sentence.
        text: String,
        /// The rule's place in the descriptor's list.
        rule: u32,
        /// Where the rule comes from.
        source: &'static str,
    }

    /// What explains an event.
    ExplanationView {
        /// The event.
        event: u32,
        /// What happened, in a few words.
        title: String,
        /// Which properties it broke and how, a sentence each: to be shown first.
        broken: Vec<String>,
        /// Why: a sentence for each rule that was carried out, in order.
        sentences: Vec<Sentence>,
        /// What was asked, decided or answered.
        notes: Vec<String>,
        /// The events that led to it, the nearest first.
        chain: Vec<u32>,
        /// What changed at its replica: field, before, after.
        changes: Vec<(String, String, String)>,
    }

    /// A broken property.
    ViolationView {
        /// Which.
        property: &'static str,
        /// The event that broke it.
        event: u32,
        /// When.
        at: f64,
        /// The facts that contradict each other.
        text: String,
        /// The events that these facts come from.
        evidence: Vec<u32>,
        /// The replicas concerned.
        nodes: Vec<String>,
    }

    /// A property and whether it was broken.
    PropertyView {
        /// Its name.
        name: &'static str,
        /// What it says.
        about: String,
        /// Where it comes from.
        source: &'static str,
        /// The first time it was broken.
        broken: Option<ViolationView>,
        /// The event since which nobody knows whether it holds, as its check was too much; 0 where it is known.
        undecided: u32,
    }

    /// What became of an `expect`, or of a line that could not be carried out.
    ExpectView {
        /// Which line of the text; 0 for one that was added by hand.
        line: u32,
        /// The line.
        text: String,
        /// Whether it held.
        ok: bool,
        /// Whether it did not hold because nobody knows.
        undecided: bool,
        /// What was seen where it did not.
        why: String,
    }

    /// How far the run has come. It is progress, not a property: nothing here is ever a promise.
    Progress {
        /// Clients' commands that are decided by correct replicas; where a decision can be to abort, those count too.
        committed: f64,
        /// Requests that were made.
        requests: u32,
        /// Requests whose client has its answer.
        completed: u32,
        /// Slots that are decided.
        slots: usize,
        /// The time of the last first decision.
        last_decision: f64,
        /// What keeps it from going on, or how long it has not; `null` where nothing is waited for.
        sentence: Option<String>,
    }

    /// Counts.
    CountsView {
        /// Events so far.
        events: u32,
        /// Messages so far.
        messages: u32,
        /// Messages between different replicas so far.
        between_replicas: u32,
    }

    /// What links do where nothing else was said of them.
    LinkView {
        /// The least and the most latency; of an exponential one, both are its mean.
        latency: (f64, f64),
        /// `uniform`, `bell`, `tail` or `exponential`.
        shape: &'static str,
        /// Loss, in parts per million.
        loss: u32,
        /// Duplication, in parts per million.
        duplicate: u32,
        /// Whether messages may overtake each other.
        reorder: bool,
    }

    /// How the replicas are linked.
    TopologyView {
        /// The sort of graph: `full`, `ring`, `star`, `grid`, `random`, `small-world` or `world`.
        kind: &'static str,
        /// All that a scenario says of it, as in `grid 5x4`.
        text: String,
        /// How many columns a grid has; 0 where it is none.
        columns: u16,
        /// Every link once: the numbers of its two ends, one link after another. Left out where all are linked to all.
        links: Vec<u16>,
        /// In the world: where each replica stands, as the name of its region, degrees north and degrees east. Else empty.
        regions: Vec<(&'static str, i16, i16)>,
    }

    /// A vote in flight that will count when it arrives, as things are now.
    ComingView {
        /// Who counts.
        at: String,
        /// What is voted on, as its tally says.
        about: String,
        /// Whose vote it is.
        from: String,
        /// The message.
        message: u32,
    }

    /// A question from an agent to the world outside.
    QuestionView {
        /// Who asks.
        node: String,
        /// What.
        text: String,
    }

    /// A decision.
    DecisionItem {
        /// On which slot.
        slot: f64,
        /// What.
        value: String,
        /// By whom first.
        by: String,
        /// In which event.
        event: u32,
        /// When.
        at: f64,
    }

    /// A future that was left and can be returned to.
    BranchView {
        /// Its number.
        id: u32,
        /// What it is called.
        name: String,
        /// The last event that it shares with the run that left it.
        fork: u32,
        /// When that was.
        fork_at: f64,
        /// Its last event.
        last: u32,
        /// When that was.
        last_at: f64,
    }

    /// The branches, and what can be taken back.
    BranchesView {
        /// What the present run is called.
        name: String,
        /// The futures that were left, the oldest first.
        others: Vec<BranchView>,
        /// How many acts can be taken back.
        undo: usize,
        /// How many can be done again.
        redo: usize,
    }

    /// What the page draws; messages in flight come with it as typed arrays.
    FrameView {
        /// The time.
        now: f64,
        /// The last event before now.
        event: u32,
        /// The highest number of an event that has ever happened in this run.
        last: u32,
        /// The time of that event.
        last_at: f64,
        /// Whether the script is at its end.
        finished: bool,
        /// When the next event is due; `null` where nothing moves by itself.
        next: Option<f64>,
        /// The nodes that changed since the last frame.
        nodes: Vec<NodeView>,
        /// Whether nothing moves by itself.
        manual: bool,
        /// The groups of a partition; empty while there is none.
        groups: Vec<Vec<String>>,
        /// Directions that are cut.
        cuts: Vec<(String, String)>,
        /// What links do.
        network: LinkView,
        /// How replicas are linked, where that changed since the last frame; else `null`.
        topology: Option<TopologyView>,
        /// Links that differ from the rest: from, to, and what they do.
        links: Vec<(String, String, LinkView)>,
        /// Votes in flight that will count when they arrive.
        coming: Vec<ComingView>,
        /// Labels of messages that were not labelled in an earlier frame.
        labels: Vec<(u32, String)>,
        /// Events since the last frame, at most 200.
        recent: Vec<EventView>,
        /// What was first decided since the last frame, at most 20 of it, the latest last.
        decided: Vec<DecisionItem>,
        /// All properties.
        properties: Vec<PropertyView>,
        /// How far it has come.
        progress: Progress,
        /// What is going on at this moment, stated as present: who waits for what, and what comes next.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        present: Option<String>,
        /// Counts.
        counts: CountsView,
        /// Expectations so far.
        expects: Vec<ExpectView>,
        /// Open questions.
        questions: Vec<QuestionView>,
        /// The bound that the run has come to, so that it goes on no further; `null` where there is none.
        limit: Option<String>,
        /// Requests of the workload that were left out: too many waited at their client.
        dropped: u32,
        /// Branches, and what can be taken back.
        branches: BranchesView,
    }

    /// Everything that is now, for the headless use.
    StateView {
        /// The time.
        now: f64,
        /// The last event's number.
        event: u32,
        /// Whether the script is at its end.
        finished: bool,
        /// The replicas.
        nodes: Vec<NodeView>,
        /// The clients.
        clients: Vec<NodeView>,
        /// Messages in flight, the next to arrive first.
        flights: Vec<FlightDetail>,
        /// Decisions, by slot.
        decisions: Vec<DecisionItem>,
        /// All properties.
        properties: Vec<PropertyView>,
        /// Broken properties, in the order in which they broke.
        violations: Vec<ViolationView>,
        /// How far it has come.
        progress: Progress,
        /// Counts.
        counts: CountsView,
        /// Whether nothing moves by itself.
        manual: bool,
        /// The groups of a partition.
        groups: Vec<Vec<String>>,
        /// Directions that are cut.
        cuts: Vec<(String, String)>,
        /// Expectations so far.
        expects: Vec<ExpectView>,
        /// Open questions.
        questions: Vec<QuestionView>,
    }
}

/// A time as JavaScript has it; what is not known is infinite.
pub fn number(time: Time) -> f64 {
    if time == Time::MAX { f64::INFINITY } else { time as f64 }
}
