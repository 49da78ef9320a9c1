use std::fmt;

use consensus_playground::kernel::prelude::*;

/// Rumors spread like an epidemic: whoever hears a new one tells its neighbors (Demers et al. 1987, §1.4).
pub struct Gossip;

#[derive(Options, Hash)]
pub struct Config {
    #[option(replicas)]
    pub replicas: usize,
}

/// Spread a word.
#[derive(Command, ShowField, Clone, PartialEq, Eq, Hash, Debug)]
#[command(usage = "tell WORD", example = "tell hello")]
pub struct Rumor {
    pub word: String,
}

impl fmt::Display for Rumor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word)
    }
}

#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// Somebody passes a rumor on.
    #[message(glyph = Envelope, label(rumor))]
    Tell { id: RequestId, rumor: Rumor },
}

consensus_playground::rules! {
    "on a rumor" {
        #[milestone] Infect { from: NodeId } "infect" "§1.4" "if it is new: tell all neighbors"
            => "Replica {me} hears a new rumor from {from} and tells all its neighbors.";
        Known "known" "§1.4" "else: nothing" => "Replica {me} knows this rumor already.";
    }
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "gossip",
    name: "Gossip",
    summary: "Rumors spread from neighbor to neighbor like an epidemic.",
    paper: "Demers et al. 1987",
    slot: "rumor",
    replicas: (2, 1_000),
    rules: RULES,
    ..Descriptor::of::<Gossip>()
};

impl Algorithm for Gossip {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Rumor;
    type Value = Rumor;
    type Message = Message;
    type Timer = Never;
    type State = PersistentMap<u64, Rumor>;
    type Disk = ();
    type Client = ();
    type Rule = Rule;

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        let Input::Deliver { from, message: Message::Tell { id, rumor } } = input else { return };
        // Each client counts its requests by itself; together the two numbers name a rumor.
        let slot = u64::from(id.number) * 64 + id.client.number() as u64;
        if cx.state.contains_key(&slot) {
            return cx.rule(Rule::Known);
        }
        cx.rule(Rule::Infect { from });
        cx.state.insert(slot, rumor.clone());
        cx.decide(slot, rumor.clone());
        cx.broadcast(Message::Tell { id: *id, rumor: rumor.clone() });
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        let Input::Request { id, command, to } = input else { return };
        cx.send(to.unwrap_or(NodeId::replica(1)), Message::Tell { id, rumor: command.clone() });
        cx.complete(id, "told");
    }
}

impl Explain for Gossip {
    type Role = ();
    type Shown = ();

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        for (slot, rumor) in replica.state.iter().flat_map(|known| known.iter()) {
            view.entry(*slot, 0, rumor, CellStatus::Committed);
        }
    }
}

impl Check for Gossip {
    type Monitor = ();

    fn valid<'a>(_: &Config, rumor: &Rumor, asked: &dyn Fn(RequestId) -> Option<&'a Rumor>) -> bool {
        let told = |client| (1..).map_while(move |number| asked(RequestId { client, number }));
        NodeId::clients(64).flat_map(told).any(|asked| asked == rumor)
    }
}

impl Lie for Gossip {
    type Lie = Never;
}
