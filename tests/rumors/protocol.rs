use consensus_playground::kernel::prelude::*;

/// Rumors spread like an epidemic: whoever hears a new one tells its neighbors (Demers et al. 1987, §1.4).
pub struct Rumors;

/// Spread a word.
#[derive(Command, Clone, PartialEq, Eq, Hash, Debug)]
#[command(usage = "tell WORD", example = "tell hello", display)]
pub struct Tell {
    pub word: Word,
}

#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// Somebody passes a rumor on.
    #[message(glyph = Envelope, label(word))]
    Rumor { id: RequestId, word: Word },
}

rules! {
    "on a rumor" {
        #[milestone] Infect { from: NodeId } "infect" "§1.4" "if it is new: tell all neighbors"
            => "Replica {me} hears a new rumor from {from} and tells all its neighbors.";
        Known "known" "§1.4" "else: nothing" => "Replica {me} knows this rumor already.";
    }
}

impl Algorithm for Rumors {
    const DESCRIPTOR: &'static Descriptor = &Descriptor {
        id: "rumors",
        name: "Rumors",
        summary: "Rumors spread from neighbor to neighbor like an epidemic.",
        paper: "Demers et al. 1987",
        epoch: "rumors heard",
        slot: "rumor",
        replicas: (2, 1_000),
        ..Descriptor::of::<Rumors>()
    };
    type Config = ();
    type Command = Tell;
    type Value = Word;
    type Message = Message;
    type Timer = Never;
    type State = PersistentMap<RequestId, Word>;
    type Disk = ();
    type Client = ();
    type Rule = Rule;

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        let Input::Deliver { from, message: Message::Rumor { id, word } } = input else { return };
        if cx.state.contains_key(id) {
            return cx.rule(Rule::Known);
        }
        cx.rule(Rule::Infect { from });
        cx.state.insert(*id, word.clone());
        cx.decide(id.slot(), word.clone());
        cx.broadcast(Message::Rumor { id: *id, word: word.clone() });
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        let Input::Request { id, command, to } = input else { return };
        cx.send(to.unwrap_or(NodeId::replica(1)), Message::Rumor { id, word: command.word.clone() });
        cx.complete(id, "told");
    }
}

impl Explain for Rumors {
    type Role = ();
    type Shown = ();

    fn status(replica: Glance<'_, Self>) -> Status {
        Status::new(&(), replica.state.map_or(0, |heard| heard.len() as u64))
    }

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        for (id, word) in replica.state.iter().flat_map(|heard| heard.iter()) {
            let number = id.number.into();
            view.entry_of_lane(id.client.index() as u16, number, number, word, CellStatus::Committed);
        }
    }
}

impl Check for Rumors {
    type Monitor = ();

    fn valid(_: &(), word: &Word, asked: &Asked<'_, Tell>) -> bool {
        asked.commands().any(|tell| tell.word == *word)
    }
}

impl Lie for Rumors {
    type Lie = Never;
}
