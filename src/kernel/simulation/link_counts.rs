//! What each link has carried, of the links that have carried something.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::kernel::data::ids::{NodeId, Time};

/// What one link has carried.
#[derive(Clone, Copy, Hash, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkCount {
    /// How many messages were sent over it.
    pub sent: u32,
    /// When the last of those arrives that may not be overtaken.
    pub last_due: Time,
}

/// A row for each sender, replicas and clients apart. Clones share the rows that have not changed since.
#[derive(Clone, Debug, Default)]
pub(super) struct LinkCounts {
    replicas: Vec<Rc<Row>>,
    clients: Vec<Rc<Row>>,
}

/// The links of one sender that were used, in the order of their receivers' places.
type Row = Vec<(u32, LinkCount)>;

/// Replicas and clients alternate.
fn place_of(to: NodeId) -> u32 {
    to.index() as u32 * 2 + u32::from(to.is_client())
}

impl LinkCounts {
    /// The count of one link. Every message asks for one.
    #[inline(always)]
    pub fn of(&mut self, from: NodeId, to: NodeId) -> &mut LinkCount {
        let rows = if from.is_client() { &mut self.clients } else { &mut self.replicas };
        if rows.len() < from.number() {
            rows.resize(from.number(), Rc::default());
        }
        let row = Rc::make_mut(&mut rows.as_mut_slice()[from.index()]);
        let place = place_of(to);
        let at = row.partition_point(|(other, _)| *other < place);
        if row.get(at).is_none_or(|(other, _)| *other != place) {
            row.insert(at, (place, LinkCount::default()));
        }
        &mut row.as_mut_slice()[at].1
    }
}

impl Hash for LinkCounts {
    /// Over those who have sent something. A row counts as if it had a place for everybody up to the last: trace hashes
    /// are older than rows that leave places out.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let replicas = (1..).map(NodeId::replica).zip(&self.replicas);
        let all = replicas.chain((1..).map(NodeId::client).zip(&self.clients));
        let senders = all.filter_map(|(sender, row)| Some((sender, row, row.last()?.0)));
        senders.clone().count().hash(hasher);
        for (sender, row, last) in senders {
            sender.hash(hasher);
            let mut used = row.iter().peekable();
            (last as usize + 1).hash(hasher);
            for place in 0..=last {
                used.next_if(|(other, _)| *other == place)
                    .map_or(LinkCount::default(), |(_, count)| *count)
                    .hash(hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::data::hash::stable_hash;
    use crate::kernel::data::random::{below, draw};

    /// A place for everybody, as it was before: what hashes rest on.
    fn full_rows(uses: &[(NodeId, NodeId)]) -> u64 {
        let mut rows = std::collections::BTreeMap::<NodeId, Vec<LinkCount>>::new();
        for &(from, to) in uses {
            let (row, place) = (rows.entry(from).or_default(), place_of(to) as usize);
            row.resize(row.len().max(place + 1), LinkCount::default());
            row[place].sent += 1;
            row[place].last_due = 7;
        }
        let mut hasher = crate::kernel::data::hash::StableHasher::default();
        rows.len().hash(&mut hasher);
        rows.iter().for_each(|sender| sender.hash(&mut hasher));
        hasher.finish()
    }

    fn node(draw: u64) -> NodeId {
        let number = below(draw, 9) as usize + 1;
        if draw.is_multiple_of(4) { NodeId::client(number) } else { NodeId::replica(number) }
    }

    #[test]
    fn the_hash_is_that_of_rows_with_a_place_for_everybody() {
        for seed in 0..50 {
            let uses: Vec<_> = (0..seed).map(|i| (node(draw(seed, 1, i)), node(draw(seed, 2, i)))).collect();
            let mut counts = LinkCounts::default();
            for &(from, to) in &uses {
                let count = counts.of(from, to);
                (count.sent, count.last_due) = (count.sent + 1, 7);
            }
            assert_eq!(stable_hash(&counts), full_rows(&uses), "{seed}");
        }
    }

    #[test]
    fn clones_share_the_rows_that_have_not_changed() {
        let mut counts = LinkCounts::default();
        let [one, two, last] = [1, 2, 1_000].map(NodeId::replica);
        counts.of(one, last).sent = 3;
        counts.of(two, one).sent = 4;
        let before = counts.clone();
        counts.of(one, two).sent += 1;
        assert!(
            Rc::ptr_eq(&before.replicas[1], &counts.replicas[1])
                && !Rc::ptr_eq(&before.replicas[0], &counts.replicas[0])
        );
        assert_eq!((before.replicas[0].len(), counts.replicas[0].len(), counts.of(one, last).sent), (1, 2, 3));
    }
}
