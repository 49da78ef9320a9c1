//! What honest miners are held to. The monitor counts work for itself and remembers, for each replica, the head that it had,
//! so that it need not believe what a replica says of its own choice.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::block::{Block, Command, UNIT};
use super::config::{ForkChoice, Tie};
use super::miner::State;
use super::odds::double_spend;
use super::tree::{Tree, height};
use super::{Config, Nakamoto, Timer};
use crate::kernel::Evidence;
use crate::kernel::prelude::*;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "most-work",
        about: "An honest miner's head is a block with the most work of all whose whole chain it knows.",
        source: "Nakamoto 2008, §5",
    },
    PropertyInfo {
        name: "first-seen",
        about: "An honest miner leaves its branch only for one with more work: among equal ones, it keeps the one that it saw first.",
        source: "Nakamoto 2008, §5",
    },
    PropertyInfo {
        name: "parent-is-head",
        about: "An honest miner's block stands on the head that it has when it finds the block.",
        source: "Nakamoto 2008, §5",
    },
    PropertyInfo {
        name: "orphans-join",
        about: "A block that an honest miner has received is in its tree as soon as the block below it is.",
        source: "Nakamoto 2008, §5",
    },
    PropertyInfo {
        name: "memoryless",
        about: "Searching for long brings nobody nearer to a block: of 400 searches some take more than twice the average.",
        source: "Nakamoto 2008, §4",
    },
    PropertyInfo {
        name: "finality",
        about: "A payment that a merchant has handed over goods for stays in the chain. This is likely, and never certain.",
        source: "Nakamoto 2008, §11",
    },
    PropertyInfo {
        name: "heaviest-subtree",
        about: "With GHOST, an honest miner's chain takes, at each fork, a side with the most work in all its branches together, and goes up to the end.",
        source: "Sompolinsky, Zohar 2015, Algorithm 1",
    },
];

/// How many searches are looked at together. That none of them is longer than twice the average has a probability of
/// (1 − e^−2)^400, which is below 10^−25.
const SEARCHES: u32 = 400;

/// What the properties must remember.
#[derive(Clone, Default, Hash)]
pub struct Monitor {
    /// Of each block that an honest miner has in its tree: its parent, and the work up to it.
    blocks: PersistentMap<u64, (u64, u64)>,
    /// By replica.
    watched: PersistentMap<NodeId, Watched>,
    /// How many searches have ended since the last that took more than twice the average.
    short: u32,
    /// Whether a clock runs wrong or stands still, so that searches take other times than they should.
    irregular: bool,
}

/// What it remembers of one replica.
#[derive(Clone, Default, Hash)]
struct Watched {
    /// How many of the blocks that it has seen were looked at.
    seen: usize,
    head: u64,
    /// Blocks that wait for their parents.
    waiting: Vec<u64>,
    /// When its search began.
    since: Evidence<Time>,
}

/// A look at an honest replica after an event.
struct Look<'a> {
    me: NodeId,
    config: &'a Config,
    tree: &'a Tree,
    state: &'a State,
}

impl Monitor {
    /// The work up to a block, counted anew from what its miners had to do.
    fn work(&mut self, tree: &Tree, id: u64) -> u64 {
        let unknown: Vec<_> = tree.chain(id).take_while(|block| !self.blocks.contains_key(&block.id)).collect();
        for block in unknown.into_iter().rev() {
            let below = self.blocks.get(&block.parent).map_or(0, |known| known.1);
            self.blocks.insert(block.id, (block.parent, below + block.difficulty));
        }
        self.blocks.get(&id).map_or(0, |known| known.1)
    }

    /// Whether those who wait have found their parents. Gives the blocks that came into the tree.
    fn check_orphans(&self, look: &Look<'_>, watched: &mut Watched, report: &mut Report) -> Vec<u64> {
        let mut joined = Vec::new();
        let mut lost = Vec::new();
        watched.waiting.retain(|&id| {
            let could = self.blocks.get(&id).is_some_and(|&(parent, _)| look.tree.reaches(parent));
            let list = if look.tree.blocks.contains_key(&id) { &mut joined } else { &mut lost };
            let over = could || look.tree.blocks.contains_key(&id);
            if over {
                list.push(id);
            }
            !over
        });
        for id in lost {
            let (me, height) = (look.me, height(id));
            let text = format_args!(
                "Miner {me} has received block {height} and knows the block below it, but block {height} is not in its tree."
            );
            report.broken("orphans-join", text, &[me]);
        }
        joined
    }

    /// Whether the head is the right one, after these blocks have come into the tree.
    fn check_head(&mut self, look: &Look<'_>, before: u64, joined: &[u64], report: &mut Report) {
        let Look { me, config, tree, .. } = *look;
        if config.fork_choice == ForkChoice::Ghost {
            return check_subtrees(look, before, joined, report);
        }
        let (head, work, had) = (tree.head, self.work(tree, tree.head), self.work(tree, before));
        let better = joined.iter().copied().find(|&block| self.work(tree, block) > work);
        if let Some(better) = better.or((work < had).then_some(before)) {
            let (head, better) = (height(head), height(better));
            let text = format_args!(
                "Miner {me} works on block {head}, although it knows block {better} of a branch with more work in it."
            );
            report.broken("most-work", text, &[me]);
        } else if head != before && work == had && config.tie == Tie::FirstSeen && config.gamma == 0 {
            let head = height(head);
            let text =
                format_args!("Miner {me} has left its branch for block {head}, although both have as much work.");
            report.broken("first-seen", text, &[me]);
        }
    }

    /// A block that it has just found.
    fn check_found(&mut self, look: &Look<'_>, watched: &mut Watched, at: Time, report: &mut Report) {
        let (me, wait) = (look.me, at - std::mem::replace(&mut watched.since.0, at));
        // A search can end with a block that it knows already: it found it before a crash, and was told of it again.
        let new = look.state.seen.last().filter(|_| look.state.seen.len() > watched.seen);
        let found = new.and_then(|id| look.tree.get(*id));
        if let Some(block) = found.filter(|block| block.parent != watched.head) {
            let (height, head) = (block.height, height(watched.head));
            let text = format_args!("Miner {me} has put block {height} on another block than its head, block {head}.");
            report.broken("parent-is-head", text, &[me]);
        }
        let mean = look.config.search(me, UNIT).filter(|_| look.config.retarget == 0 && !self.irregular);
        let Some(mean) = mean else { return };
        self.short = if wait > 2 * mean { 0 } else { self.short + 1 };
        if self.short == SEARCHES {
            let text = format_args!("Of {SEARCHES} searches in a row none took more than twice the average.");
            report.broken("memoryless", text, &[me]);
        }
    }

    /// What a merchant has sold for is still in its chain. Looked at where the head was replaced, and not only followed.
    fn check_sales(look: &Look<'_>, before: u64, report: &mut Report) {
        let Look { me, config, tree, state } = *look;
        let undone = |block: &u64| tree.stands_on(before, *block) && !tree.stands_on(tree.head, *block);
        for (_, block) in state.sold.iter().filter(|(_, block)| undone(block)) {
            let (block, z, share) = (height(*block), config.confirmations, config.dishonest_share());
            let per_mille = |part: u64| (part * 1_000 + (1 << 31)) >> 32;
            let (percent, odds) = (per_mille(share) / 10, per_mille(double_spend(share, z, config.head_start > 0)));
            let likely = match share {
                0 => String::new(),
                _ => format!(" A thief with {percent} % of the power succeeds in {odds} of 1000 tries."),
            };
            let text = format_args!(
                "Merchant {me} has handed over goods for a payment in block {block}, which {z} blocks confirmed, and that block \
                 is no longer in its chain.{likely}"
            );
            report.broken("finality", text, &[me]);
        }
    }

    fn observe(&mut self, event: &Event, cluster: &Cluster<'_, Nakamoto>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client() && cluster.config().is_honest(*node)) else { return };
        let (tree, mut watched) = (cluster.disk(me), self.watched.get(&me).cloned().unwrap_or_default());
        self.irregular |= matches!(event.what, What::Meddle | What::Pause);
        let Some(state) = cluster.state(me) else { return };
        if matches!(event.what, What::Boot | What::Restart) {
            watched = Watched { head: tree.head, since: Evidence(event.at), ..Watched::default() };
        }
        let look = Look { me, config: cluster.config(), tree, state };
        if event.what == What::Restart {
            let known: Vec<_> = tree.blocks.keys().copied().collect();
            self.check_head(&look, tree.head, &known, report);
        }
        if event.what == What::Fire && event.kind == Timer::Mine.key().kind {
            self.check_found(&look, &mut watched, event.at, report);
        }
        watched.waiting.extend(state.seen.from(watched.seen));
        watched.seen = state.seen.len();
        if !watched.waiting.is_empty() {
            let joined = self.check_orphans(&look, &mut watched, report);
            for &id in &joined {
                self.work(tree, id);
            }
            self.check_head(&look, watched.head, &joined, report);
        }
        if tree.head != watched.head && tree.get(tree.head).is_some_and(|block| block.parent != watched.head) {
            Self::check_sales(&look, watched.head, report);
        }
        watched.head = tree.head;
        self.watched.insert(me, watched);
    }
}

/// Whether the head is the right one by GHOST, with all work counted anew.
fn check_subtrees(look: &Look<'_>, before: u64, joined: &[u64], report: &mut Report) {
    let Look { me, config, tree, .. } = *look;
    let (mut above, mut children) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, Vec<u64>>::new());
    let blocks: Vec<_> = tree.blocks.values().map(|known| &known.block).collect();
    for block in blocks.iter().rev() {
        let all = block.difficulty + above.get(&block.id).copied().unwrap_or_default();
        above.insert(block.id, all);
        *above.entry(block.parent).or_default() += all;
        children.entry(block.parent).or_default().push(block.id);
    }
    let chosen: BTreeMap<_, _> = tree.chain(tree.head).map(|block| (block.parent, block.id)).collect();
    let chain = std::iter::once(tree.head).chain(chosen.keys().copied());
    for (below, id) in chain.flat_map(|below| children.get(&below).into_iter().flatten().map(move |id| (below, *id))) {
        let taken = chosen.get(&below).map_or(0, |taken| above[taken]);
        if above[&id] > taken {
            let (head, other) = (height(tree.head), height(id));
            let text = format_args!(
                "Miner {me} works on block {head}, although block {other} beside its chain has more work on it, in all its branches together."
            );
            return report.broken("heaviest-subtree", text, &[me]);
        }
    }
    let fork = tree.fork(before, tree.head);
    let sides = (tree.next_above(before, fork), tree.next_above(tree.head, fork));
    let left = fork != before && joined.len() == 1 && above[&sides.0] == above[&sides.1];
    if left && config.tie == Tie::FirstSeen {
        let head = height(tree.head);
        let text = format_args!("Miner {me} has left its branch for block {head}, although both have as much work.");
        report.broken("first-seen", text, &[me]);
    }
}

impl Check for Nakamoto {
    type Monitor = Monitor;

    /// Work was done for the block, and somebody asked for each payment in it. That a coin goes back is the thief's to say.
    fn valid(_: &Config, block: &Rc<Block>, asked: &Asked<'_, Command>) -> bool {
        block.is_proved() && block.payments.iter().all(|payment| asked.command(payment.request) == Some(&payment.what))
    }

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    fn commands_in(block: &Rc<Block>) -> usize {
        block.payments.iter().filter(|payment| !payment.back).count()
    }

    /// That a payment stays is likely, and not promised.
    fn assumes(_: &Config, property: &str) -> Option<&'static [Assumption]> {
        (!["agreement", "finality"].contains(&property)).then_some(&[])
    }

    /// A payment that is lost on its way is not sent again, and the next block may take any time.
    fn recovers_within(_: &Cluster<'_, Self>, _: Time) -> Option<Time> {
        None
    }

    /// Deciders have all but the last blocks in common, very likely.
    fn agreement(config: &Config) -> Agreement {
        Agreement::ByPrefix { depth: config.confirmations - 1 }
    }
}
