//! What the page and the scenarios see of a replica, in one form for every protocol.

use std::fmt::Display;

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::fields::ViewFields;
pub use super::fields::{Field, Fields, Value, enumerate};
use super::quorum::QuorumSystem;
use super::vocabulary::StructureKind;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::in_order::InOrder;

/// How far a cell has come.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum CellStatus {
    /// There, but not decided: drawn dashed.
    Pending,
    /// On its way: prepared, accepted by a quorum: drawn half filled.
    Prepared,
    /// Decided: drawn solid.
    Committed,
}

/// One cell of what replicas build: an entry of a log, a block of a tree, a value.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct Cell {
    /// Its number: the slot of an entry, from 1; for a block or a value the same number wherever it is the same.
    pub id: u64,
    /// Where a structure has several lanes: in which one it stands, from 0.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub lane: u16,
    /// The cells that it builds on, or in a graph points to; none in a log, where that is the one before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub parents: Vec<u64>,
    /// The epoch it was made in, for its colour.
    pub epoch: u64,
    /// What it holds, a few characters: `x=1`.
    pub label: String,
    /// How far it has come.
    pub status: CellStatus,
    /// In a tree, what this replica has marked it with: `lock`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub marks: Vec<&'static str>,
    /// In a grid, what its row is called; in a graph, what it is called itself: `2.1`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub row: String,
    /// Of a point: where it is, on a line or in the plane, in steps of the protocol's own. In a graph: its row and its column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub place: Vec<i32>,
}

impl Cell {
    fn new(id: u64, epoch: u64, label: &dyn Display, status: CellStatus) -> Self {
        let (label, row) = (label.to_string(), String::new());
        let (parents, marks, place) = (Vec::new(), Vec::new(), Vec::new());
        Cell { id, lane: 0, parents, epoch, label, status, marks, row, place }
    }
}

fn is_zero(lane: &u16) -> bool {
    *lane == 0
}

/// The cells of one structure.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct Structure {
    /// Which of the descriptor's.
    pub kind: StructureKind,
    /// The last cells of it, oldest first, at most [`ReplicaView::CELLS`].
    pub cells: Vec<Cell>,
    /// In a grid, how many replicas with the same value in one row choose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub needed: Option<u16>,
}

/// Who has voted on something that is not decided yet.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct Tally {
    /// What is voted on: `vote for term 4`, `commit #3`.
    pub about: String,
    /// The replicas whose votes are in, by number.
    pub votes: Vec<u16>,
    /// How many are needed; by weight, how much; in a grid, how many in a line.
    pub needed: u16,
    /// Which votes are enough, where it is not any of that number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub quorum: Option<QuorumSystem>,
    /// The tally that it is a part of, by what that is about: who has voted there has one vote, and not for something else here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub within: Option<String>,
}

/// What a protocol shows of one replica.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
pub struct ReplicaView {
    /// One of the protocol's roles.
    pub role: &'static str,
    /// Its term, view, ballot or round.
    pub epoch: u64,
    /// How many slots it knows to be decided.
    pub committed: u64,
    /// A word or two inside the disc: `t3`, `yes`.
    pub badge: String,
    /// The protocol's own fields.
    pub fields: Vec<Field>,
    /// What it has built, by structure.
    pub structures: Vec<Structure>,
    /// Votes it is waiting for.
    pub tallies: Vec<Tally>,
    /// Whether nobody wants more than its fields: then what it has built and waits for is left out.
    #[serde(skip)]
    pub(crate) fields_only: bool,
}

impl ReplicaView {
    /// How many cells of a structure a view shows at most.
    pub const CELLS: usize = 64;

    /// Nothing yet but a role and an epoch.
    pub(crate) fn new(role: &'static str, epoch: u64) -> Self {
        ReplicaView {
            role,
            epoch,
            committed: 0,
            badge: String::new(),
            fields: Vec::new(),
            structures: Vec::new(),
            tallies: Vec::new(),
            fields_only: false,
        }
    }

    /// Adds the protocol's own fields.
    pub fn add(&mut self, fields: &impl ViewFields) {
        let mut all = Fields(std::mem::take(&mut self.fields));
        fields.add_to(&mut all);
        self.fields = all.0;
    }

    /// Adds a field that is a number.
    pub fn number(&mut self, name: &'static str, number: u64) {
        self.fields.push(Field::number(name, number));
    }

    /// Adds a field that can be shown in a word or a short text.
    pub fn show(&mut self, name: &'static str, value: &dyn Display) {
        self.text(name, &value.to_string());
    }

    /// Adds a field that is a word or a short text.
    pub fn text(&mut self, name: &'static str, text: &str) {
        self.fields.push(Field::text(name, text));
    }

    /// Adds a field that is a node's number, or `none`.
    pub fn node(&mut self, name: &'static str, node: Option<NodeId>) {
        match node {
            Some(node) => self.number(name, node.raw().into()),
            None => self.text(name, "none"),
        }
    }

    /// Sets what stands inside the disc.
    pub fn badge(&mut self, badge: &dyn Display) {
        if !self.fields_only {
            self.badge = badge.to_string();
        }
    }

    /// Adds an entry of the log. Of more than [`ReplicaView::CELLS`] the last ones are kept.
    pub fn entry(&mut self, slot: u64, epoch: u64, label: &dyn Display, status: CellStatus) {
        self.entry_of_lane(0, slot, epoch, label, status);
    }

    /// Adds an entry of one of several logs.
    pub fn entry_of_lane(&mut self, lane: u16, slot: u64, epoch: u64, label: &dyn Display, status: CellStatus) {
        if self.fields_only {
            return;
        }
        let cell = Cell { lane, ..Cell::new(slot, epoch, label, status) };
        self.cells_of(StructureKind::Log).push(cell);
    }

    /// Adds a block of the tree; a root has no parents that are shown. The same block has the same number on all replicas. The
    /// last one added is the one that this replica builds on.
    pub fn block(&mut self, id: u64, parents: &[u64], epoch: u64, label: &dyn Display, status: CellStatus) {
        if self.fields_only {
            return;
        }
        let cell = Cell { parents: parents.to_vec(), ..Cell::new(id, epoch, label, status) };
        self.cells_of(StructureKind::Tree).push(cell);
    }

    /// Marks the block of the tree that was added last.
    pub fn mark_block(&mut self, marks: Vec<&'static str>) {
        if self.fields_only {
            return;
        }
        if let Some(cell) = self.cells_of(StructureKind::Tree).last_mut() {
            cell.marks = marks;
        }
    }

    /// Shows the value that it holds. The same value has the same number on all replicas, from 1, for its colour.
    pub fn value(&mut self, id: u64, epoch: u64, label: &dyn Display, status: CellStatus) {
        if self.fields_only {
            return;
        }
        *self.cells_of(StructureKind::Value) = vec![Cell::new(id, epoch, label, status)];
    }

    /// Begins its column of a grid, in which so many replicas with the same value in one row choose it.
    pub fn column(&mut self, needed: usize) {
        if !self.fields_only {
            self.structure(StructureKind::Grid).needed = Some(needed as u16);
        }
    }

    /// Adds what it did in an epoch to its column of the grid, in the order of the epochs: pending where it has taken no value
    /// yet. `row` is what people call the epoch.
    pub fn mark(&mut self, epoch: u64, row: &dyn Display, label: &dyn Display, status: CellStatus) {
        if self.fields_only {
            return;
        }
        let cell = Cell { row: row.to_string(), ..Cell::new(epoch, epoch, label, status) };
        self.cells_of(StructureKind::Grid).push(cell);
    }

    /// Adds a place where it stood or stands: at the beginning of which epoch, and its one or two coordinates, in steps of the
    /// protocol's own. The last is where it is now.
    pub fn point(&mut self, epoch: u64, place: &[Option<i64>], label: &dyn Display, status: CellStatus) {
        self.point_of_lane(0, epoch, place, label, status);
    }

    /// Adds where a replica, whose number is the lane, would have it go from where it stood in that epoch: an arrow. However many
    /// there are, all are shown.
    pub fn point_of_lane(
        &mut self,
        lane: u16,
        epoch: u64,
        place: &[Option<i64>],
        label: &dyn Display,
        status: CellStatus,
    ) {
        if self.fields_only {
            return;
        }
        let within = |at: &i64| i32::try_from(*at).unwrap_or(if *at < 0 { i32::MIN } else { i32::MAX });
        let place = place.iter().flatten().map(within).collect();
        let cell = Cell { lane, place, ..Cell::new(epoch, epoch, label, status) };
        self.cells_of(StructureKind::Points).push(cell);
    }

    /// Adds a cell of a graph, with the cells that it points to; they need not be there. It stands in a row and a column, from 1;
    /// `name` is what people call it, wherever it stands.
    pub fn vertex(
        &mut self,
        id: u64,
        (row, column): (u64, u64),
        to: &[u64],
        name: &dyn Display,
        label: &dyn Display,
        status: CellStatus,
    ) {
        if self.fields_only {
            return;
        }
        let within = |at: u64| i32::try_from(at).unwrap_or(i32::MAX);
        let (parents, place, name) = (to.to_vec(), vec![within(row), within(column)], name.to_string());
        let cell = Cell { parents, place, row: name, ..Cell::new(id, row, label, status) };
        self.cells_of(StructureKind::Graph).push(cell);
    }

    /// Marks the cell of the graph that was added last.
    pub fn mark_vertex(&mut self, mark: &'static str) {
        if let Some(cell) = self.structures.iter_mut().find(|one| one.kind == StructureKind::Graph) {
            cell.cells.last_mut().into_iter().for_each(|last| last.marks.push(mark));
        }
    }

    /// The cells of a structure: none where it has none.
    pub fn cells(&self, kind: StructureKind) -> &[Cell] {
        self.structures.iter().find(|structure| structure.kind == kind).map_or(&[], |structure| &structure.cells)
    }

    fn cells_of(&mut self, kind: StructureKind) -> &mut Vec<Cell> {
        &mut self.structure(kind).cells
    }

    fn structure(&mut self, kind: StructureKind) -> &mut Structure {
        let place = self.structures.iter().position(|structure| structure.kind == kind).unwrap_or_else(|| {
            self.structures.push(Structure { kind, cells: Vec::new(), needed: None });
            self.structures.len() - 1
        });
        &mut self.structures[place]
    }

    /// Adds what is voted on, with nobody's vote yet.
    pub fn tally(&mut self, about: &dyn Display, needed: usize) {
        if self.fields_only {
            return;
        }
        let about = about.to_string();
        self.tallies.push(Tally { about, votes: Vec::new(), needed: needed as u16, quorum: None, within: None });
    }

    /// Adds what is voted on, as one of the ways to vote in `whole`, a tally of its own: whose vote there is for something else has
    /// none here any more.
    pub fn tally_within(&mut self, whole: &dyn Display, about: &dyn Display, needed: usize) {
        self.tally(about, needed);
        if let Some(tally) = self.tallies.last_mut().filter(|_| !self.fields_only) {
            tally.within = Some(whole.to_string());
        }
    }

    /// Adds what is voted on where not any votes of a number are enough, with nobody's vote yet.
    pub fn tally_of(&mut self, about: &dyn Display, quorum: &QuorumSystem) {
        self.tally(about, quorum.count(&|_| false).need.into());
        if let Some(tally) = self.tallies.last_mut() {
            tally.quorum = Some(quorum.clone());
        }
    }

    /// Adds a vote to the tally that was added last.
    pub fn vote(&mut self, node: NodeId) {
        if let Some(tally) = self.tallies.last_mut() {
            tally.votes.push(node.raw());
        }
    }

    /// Adds votes to the tally that was added last.
    pub fn votes(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        nodes.into_iter().for_each(|node| self.vote(node));
    }

    /// Nothing more is added: entries are the last ones, votes are in the order of their numbers.
    pub(crate) fn finish(&mut self) {
        for Structure { kind, cells, .. } in &mut self.structures {
            // Arrows stand behind the places from which they lead.
            let arrows =
                if *kind == StructureKind::Points { cells.iter().filter(|cell| cell.lane > 0).count() } else { 0 };
            cells.drain(..(cells.len() - arrows).saturating_sub(Self::CELLS));
        }
        for tally in &mut self.tallies {
            tally.votes.put_in_order();
        }
    }

    /// The field of this name, the three common ones included.
    pub fn field(&self, name: &str) -> Option<Value> {
        match name {
            "role" => Some(self.role.into()),
            "epoch" => Some(self.epoch.into()),
            "committed" => Some(self.committed.into()),
            _ => self.fields.iter().find(|field| field.name == name).map(|field| field.value.clone()),
        }
    }
}

/// A change of a replica's fields between two views: name, before, after. What its cells show is called `entries`, as some
/// protocols have a field `log`; a grid looks back, and is left out.
pub fn differences(before: &ReplicaView, after: &ReplicaView) -> Vec<(String, String, String)> {
    let list = |view: &ReplicaView| {
        let mut fields: Vec<_> = view.fields.iter().map(|f| (f.name, f.value.to_string())).collect();
        fields.push(("role", view.role.into()));
        // A value that stands beside a log or a tree is in there already.
        let built = [StructureKind::Log, StructureKind::Tree].iter().any(|&kind| !view.cells(kind).is_empty());
        let told = |kind| {
            !(matches!(kind, StructureKind::Grid | StructureKind::Points) || built && kind == StructureKind::Value)
        };
        let now = view.structures.iter().filter(|structure| told(structure.kind));
        let labels: Vec<_> = now.flat_map(|structure| &structure.cells).map(|cell| cell.label.as_str()).collect();
        let between = if labels.iter().any(|label| label.contains(' ')) { ", " } else { " " };
        fields.push(("entries", labels.join(between)));
        fields.put_in_order_by_key(|(name, _)| *name);
        fields
    };
    let (old, mut new) = (list(before), list(after));
    let mut changes = Vec::new();
    for (name, was) in old {
        let place = new.iter().position(|(other, _)| *other == name);
        let is = place.map(|place| new.remove(place).1).unwrap_or_default();
        if was != is {
            changes.push((name.to_string(), was, is));
        }
    }
    changes.extend(new.into_iter().map(|(name, is)| (name.to_string(), String::new(), is)));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_called_log_is_told_from_the_entries_that_are_shown() {
        let view = |lines, entries: u64| {
            let mut view = ReplicaView::new("voter", 1);
            view.text("log", lines);
            for slot in 1..=entries {
                view.entry(slot, 1, &slot, CellStatus::Pending);
            }
            view
        };
        let change = |name: &str, before: &str, after: &str| (name.to_string(), before.to_string(), after.to_string());
        assert_eq!(
            differences(&view("start", 1), &view("start, yes", 2)),
            [change("entries", "1", "1 2"), change("log", "start", "start, yes")]
        );
        assert_eq!(differences(&view("start", 1), &view("start", 2)), [change("entries", "1", "1 2")]);
    }

    #[test]
    fn a_view_shows_the_last_entries_and_its_votes_in_order() {
        let mut view = ReplicaView::new("voter", 1);
        for slot in 1..=70 {
            view.entry(slot, 1, &slot, CellStatus::Committed);
        }
        view.tally(&"a commit", 3);
        view.vote(NodeId::replica(3));
        view.vote(NodeId::replica(1));
        view.finish();
        let log = view.cells(StructureKind::Log);
        assert_eq!((log.len(), log[0].id, log[63].id), (ReplicaView::CELLS, 7, 70));
        assert_eq!((view.tallies[0].votes.as_slice(), view.tallies[0].needed), (&[1, 3][..], 3));
    }

    #[test]
    fn each_structure_keeps_its_own_cells() {
        let mut view = ReplicaView::new("miner", 1);
        view.block(1, &[], 0, &"genesis", CellStatus::Committed);
        view.value(1, 2, &"red", CellStatus::Pending);
        view.block(7, &[1], 2, &"a", CellStatus::Pending);
        view.entry_of_lane(1, 4, 2, &"x=1", CellStatus::Prepared);
        view.value(2, 3, &"blue", CellStatus::Committed);
        let labels = |kind| view.cells(kind).iter().map(|cell| cell.label.as_str()).collect::<Vec<_>>();
        assert_eq!(labels(StructureKind::Tree), ["genesis", "a"]);
        assert_eq!(labels(StructureKind::Value), ["blue"], "the last one alone");
        assert_eq!((view.cells(StructureKind::Log)[0].lane, view.cells(StructureKind::Tree)[1].parents[0]), (1, 1));
    }

    #[test]
    fn labels_of_several_words_are_told_apart_in_a_change_and_a_grid_is_left_out() {
        let view = |blocks: u64| {
            let mut view = ReplicaView::new("miner", 1);
            (1..=blocks).for_each(|id| view.block(id, &[], 0, &format_args!("{id} by 4"), CellStatus::Pending));
            view.mark(blocks, &blocks, &"promised", CellStatus::Pending);
            view
        };
        let entries = differences(&view(1), &view(2)).pop().expect("a block was added");
        assert_eq!(entries, ("entries".into(), "1 by 4".into(), "1 by 4, 2 by 4".into()));
    }

    #[test]
    fn a_value_beside_a_tree_or_a_log_is_told_once() {
        let view = |head: u64| {
            let mut view = ReplicaView::new("miner", 1);
            (1..=head).for_each(|id| view.block(id, &[], 0, &format_args!("{id} by 4"), CellStatus::Pending));
            view.value(head, 4, &format_args!("{head} by 4"), CellStatus::Prepared);
            view
        };
        let entries = differences(&view(1), &view(2)).pop().expect("a block was added");
        assert_eq!(entries, ("entries".into(), "1 by 4".into(), "1 by 4, 2 by 4".into()));
        let held = |value: &str| {
            let mut view = ReplicaView::new("acceptor", 1);
            view.value(1, 4, &value, CellStatus::Prepared);
            view
        };
        assert_eq!(differences(&held("red"), &held("blue")), [("entries".into(), "red".into(), "blue".into())]);
    }

    #[test]
    fn a_column_of_a_grid_has_a_cell_for_each_row() {
        let mut view = ReplicaView::new("acceptor", 1);
        view.column(3);
        view.mark(1_001, &"1.1", &"red", CellStatus::Prepared);
        view.mark(2_005, &"2.5", &"promised", CellStatus::Pending);
        let rows: Vec<_> =
            view.cells(StructureKind::Grid).iter().map(|cell| (cell.row.as_str(), cell.label.as_str())).collect();
        assert_eq!(rows, [("1.1", "red"), ("2.5", "promised")]);
        assert_eq!(view.structures[0].needed, Some(3));
    }

    #[test]
    fn a_tally_by_weight_says_what_is_needed() {
        let mut view = ReplicaView::new("voter", 1);
        view.tally_of(&"x=1", &QuorumSystem::weighted([(NodeId::replica(1), 3), (NodeId::replica(2), 1)]));
        view.vote(NodeId::replica(2));
        assert_eq!((view.tallies[0].needed, view.tallies[0].quorum.is_some()), (3, true));
    }
}
