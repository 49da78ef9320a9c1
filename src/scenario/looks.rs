//! What was looked up of a world, kept until it changes: conditions that are followed look at the same nodes again and again.

use std::cell::OnceCell;

use crate::kernel::{DynWorld, HistoryEvent, NodeId, ReplicaView, Seen, Word};

/// What is known of one node.
#[derive(Default)]
struct Look {
    seen: Option<Seen>,
    fields: OnceCell<Option<ReplicaView>>,
}

/// What is known of a world. A copy of a moment knows nothing: it goes its own way.
#[derive(Default)]
pub(super) struct Looks {
    replicas: Vec<Look>,
    clients: Vec<Look>,
    /// Which nodes have changed since the last look.
    changed: Vec<NodeId>,
    /// What clients were told, each with the number of the request.
    told: Vec<(NodeId, u32, Word)>,
    /// How many records of the history were read.
    read: usize,
}

impl Clone for Looks {
    fn clone(&self) -> Self {
        Looks::default()
    }
}

impl Looks {
    /// Takes notice of what has changed.
    pub fn refresh(&mut self, world: &DynWorld) {
        self.changed.clear();
        self.replicas.resize_with(world.size(), Look::default);
        self.clients.resize_with(world.clients(), Look::default);
        let replicas = NodeId::replicas(world.size()).zip(&mut self.replicas);
        let clients = NodeId::clients(world.clients()).zip(&mut self.clients);
        for (node, look) in replicas.chain(clients) {
            if look.seen.as_ref().is_none_or(|seen| !world.unchanged(node, seen)) {
                *look = Look { seen: world.seen(node), fields: OnceCell::new() };
                self.changed.push(node);
            }
        }
        let history = world.history();
        for record in history.from(self.read) {
            if let (Some(client), HistoryEvent::Told(number, told)) = (record.node, &record.what) {
                self.told.push((client, *number, told.clone()));
            }
        }
        self.read = history.len();
    }

    /// Whether a node has changed.
    pub fn changed(&self, node: NodeId) -> bool {
        self.changed.contains(&node)
    }

    /// Whether some replica has changed.
    pub fn any_replica_changed(&self) -> bool {
        self.changed.iter().any(|node| !node.is_client())
    }

    /// What a replica shows.
    pub fn fields(&self, world: &DynWorld, replica: NodeId) -> Option<&ReplicaView> {
        let look = self.replicas.get(replica.index())?;
        look.fields.get_or_init(|| world.fields(replica)).as_ref()
    }

    /// What a client was told, the last first, each with the number of the request.
    pub fn told(&self, client: NodeId) -> impl Iterator<Item = (u32, &Word)> {
        let all = self.told.iter().rev().filter(move |told| told.0 == client);
        all.map(|(_, number, told)| (*number, told))
    }
}
