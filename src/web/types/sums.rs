//! What is summed up over a run or over many nodes: histories of clients, populations, folds of the log, costs.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::crossing;

crossing! {
    /// An operation of a client.
    OperationView {
        /// Whose.
        client: String,
        /// The command.
        command: String,
        /// The register that it is about; empty for none.
        key: String,
        /// The event in which it began.
        start: u32,
        /// When, on the axis of the view.
        start_at: f64,
        /// The event in which the client had its answer; 0 while it is pending.
        end: u32,
        /// When; `null` while it is pending.
        end_at: Option<f64>,
        /// What the client was told.
        told: Option<String>,
        /// A moment at which it may have happened, if all is well; `null` where it has no place.
        point: Option<f64>,
        /// Whether it is the one that has no place in any order.
        stuck: bool,
    }

    /// How long something was wrong.
    SpanView {
        /// With which replica; `null` for the network.
        node: Option<String>,
        /// What.
        fault: &'static str,
        /// From when on.
        start_at: f64,
        /// Until when; `null` while it lasts.
        end_at: Option<f64>,
    }

    /// What is known of the operations on one register.
    KeyView {
        /// Which.
        key: String,
        /// `linearizable`, `broken` or `undecided`.
        verdict: &'static str,
    }

    /// What clients asked and were told.
    HistoryView {
        /// The clients, in order.
        clients: Vec<String>,
        /// The operations, in the order in which they began; the last ones where there are many.
        operations: Vec<OperationView>,
        /// What was wrong meanwhile.
        spans: Vec<SpanView>,
        /// Each register.
        keys: Vec<KeyView>,
        /// Whether earlier operations were left out.
        cut: bool,
        /// Whether places on the axis are events, as they are while time stands still; else virtual microseconds.
        by_event: bool,
        /// The first event at which the running check gave a question up; 0 for none.
        undecided: u32,
    }

    /// A group that replicas fall into.
    GroupView {
        /// The epoch of those who are in it.
        epoch: f64,
        /// What it is called.
        label: String,
    }

    /// Shares of two groups at which nothing changes.
    RestView {
        /// The shares, from 0 to 1.
        shares: Vec<f64>,
        /// Whether whoever is a little beside it comes back to it.
        stable: bool,
    }

    /// The groups that replicas fall into, over time.
    PopulationView {
        /// The groups.
        groups: Vec<GroupView>,
        /// By replica, the place of its group, from 1; 0 for none.
        members: Vec<u16>,
        /// The moments that are looked at, in virtual microseconds.
        times: Vec<f64>,
        /// For each group, its share at each of them.
        shares: Vec<Vec<f64>>,
        /// From which of these moments on there is something to expect.
        expected_from: u32,
        /// For each group, what the equations say from then on: from the last request on.
        expected: Vec<Vec<f64>>,
        /// Where the equations come to rest, where there are two groups.
        rests: Vec<RestView>,
    }

    /// A name and what it stands for in a folded state.
    FoldValue {
        /// The name.
        key: String,
        /// What it stands for.
        value: String,
        /// Whether the entry at hand changed it.
        changed: bool,
        /// What it stood for before that; `null` where it was not there.
        was: Option<String>,
    }

    /// What a client was told last: that is part of the state.
    FoldAnswer {
        /// Which client.
        client: String,
        /// The number of its last request.
        number: u32,
        /// What it was told.
        told: String,
    }

    /// A state.
    FoldState {
        /// What it holds.
        values: Vec<FoldValue>,
        /// What clients were told last.
        answers: Vec<FoldAnswer>,
    }

    /// A command in a log.
    FoldCommand {
        /// In words.
        what: String,
        /// Who asked for it; `null` for nobody.
        client: Option<String>,
        /// Whether it was carried out before, so that it changes nothing.
        again: bool,
    }

    /// An entry of the log.
    FoldEntry {
        /// Its index.
        index: f64,
        /// Its commands; none where it does nothing.
        commands: Vec<FoldCommand>,
        /// Which replicas have applied it and hold it still, by number.
        by: Vec<String>,
        /// Whether replicas differ here, in the entry or in the state after it.
        differs: bool,
    }

    /// A replica's fold, at the index that is looked at.
    FoldReplica {
        /// Which.
        node: String,
        /// Whether it may lie, so that nothing is compared with it.
        liar: bool,
        /// Whether it knows what it has applied: one that lost it in a crash does not.
        knows: bool,
        /// The index that its fold begins behind: before that, a snapshot stands for the log.
        base: f64,
        /// The last index that it says it has applied.
        applied: f64,
        /// The last index that its log leads to without a hole.
        last: f64,
        /// Whether its own state is another than its log says.
        strays: bool,
        /// Its own state, where that is so.
        own: Option<FoldState>,
        /// The state after the index that is looked at, as its log says; `null` where it has none.
        state: Option<FoldState>,
        /// Its commands there, where it has another entry than the list says.
        other: Option<Vec<FoldCommand>>,
        /// Whether that state or that entry is another than the first replica's that has one.
        differs: bool,
    }

    /// States as folds over logs.
    FoldView {
        /// The first index that there is a state of: 0 where a whole log is there.
        first: f64,
        /// The last one.
        last: f64,
        /// The index that is looked at.
        at: f64,
        /// The entries around it.
        entries: Vec<FoldEntry>,
        /// All replicas.
        replicas: Vec<FoldReplica>,
        /// The first index at which replicas differ; `null` where none is known.
        differs: Option<f64>,
    }

    /// A set-up of elections that can be measured.
    ElectionView {
        /// What it is called.
        name: &'static str,
        /// Which plot it belongs to.
        group: &'static str,
        /// What the paper says.
        paper: &'static str,
    }

    /// A form of a protocol whose costs can be measured.
    CostCourse {
        /// The protocol's name in scenarios.
        protocol: &'static str,
        /// What it is called.
        name: String,
        /// How many messages there are, as a formula.
        messages: &'static str,
        /// How many of them the busiest replica sends or receives, as a formula.
        busiest: &'static str,
        /// Where the formulas come from.
        source: &'static str,
        /// What the formulas say, for each number of replicas that is tried.
        expected: Vec<CostRow>,
    }

    /// What one request costs.
    CostRow {
        /// With how many replicas.
        replicas: u32,
        /// Messages between replicas until the last one has decided.
        messages: u32,
        /// How many of them the busiest replica sends or receives.
        busiest: u32,
        /// Bytes that prove who said what: signatures; codes for each receiver; signatures that are put together.
        proofs: Vec<f64>,
        /// Message delays to the first replica's decision, to the last one's, and from request to answer.
        delays: Vec<u32>,
    }
}
