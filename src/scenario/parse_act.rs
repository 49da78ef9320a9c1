//! Reading what is done to a run.

use std::collections::BTreeSet;

use super::notes::Role;
use super::parse::line_words;
use super::parse_expect::{CONDITIONS, EXPECTATIONS};
use super::parse_network::network;
use super::text::{ScenarioError, Word, Words, quote};
use crate::faults::byzantine;
use crate::kernel::data::duration::parse_duration;
use crate::kernel::{
    Action, Behaviour, Descriptor, MOST_CLIENTS, MessageId, NodeId, Pick, Selector, Time, Which, Whom,
};

/// What the reader knows when it comes to a line.
pub(super) struct Context {
    pub descriptor: &'static Descriptor,
    pub replicas: u16,
    /// Whether the number of replicas is a guess, since what was said of it can't be read.
    pub guessed: bool,
    /// How many clients are worth naming to somebody who may name one.
    pub clients: u16,
}

impl Context {
    pub fn new(descriptor: &'static Descriptor, replicas: u16) -> Self {
        Context { descriptor, replicas, guessed: false, clients: 2 }
    }

    /// Who may be named, and what they are called; each with something behind it.
    pub fn nodes(&self, whom: Whom, behind: &str) -> Vec<(String, String)> {
        let replicas = (1..=self.replicas.min(MOST_NAMED)).map(|number| NodeId::replica(number.into()));
        let clients = (1..=self.clients).map(|number| NodeId::client(number.into()));
        let nodes = replicas.chain(clients).filter(|&node| whom.admits(Selector::Node(node)).is_ok());
        nodes.map(|node| (format!("{node}{behind}"), self.descriptor.named(node))).collect()
    }

    /// Who may stand for somebody, by role, by number or by name.
    pub fn whom(&self, whom: Whom, behind: &str) -> Vec<(String, String)> {
        let roles = [("leader", Selector::Leader), ("followers", Selector::Followers), ("all", Selector::All)];
        let roles = roles.into_iter().filter(|(_, role)| whom.admits(*role).is_ok());
        let roles = roles.map(|(word, _)| (format!("{word}{behind}"), String::new()));
        roles.chain(self.nodes(whom, behind)).collect()
    }
}

/// How many replicas are named at most to somebody who may name one.
const MOST_NAMED: u16 = 64;

type Parser = fn(&mut Words, &Context) -> Result<Action, ScenarioError>;

/// Every act: its word, how it is written, and who reads it.
pub(super) const ACTS: &[(&str, &str, Parser)] = &[
    ("request", "request COMMAND [from c2] [to 3]", request),
    ("crash", "crash 2 [after 2 sends]", crash),
    ("restart", "restart 2 [disk lost]", restart),
    ("pause", "pause 2", |words, context| Ok(Action::Pause(who(words, context, Whom::REPLICAS)?))),
    ("resume", "resume 2", |words, context| Ok(Action::Resume(who(words, context, Whom::REPLICAS)?))),
    ("clock", "clock 2 1.5x", clock),
    ("partition", "partition 1 2 | 3 4 5, partition leader | followers", partition),
    ("cut", "cut 1 -> 2, cut leader -> followers", cut),
    ("heal", "heal, heal 1 -> 2, heal leader -> all", heal),
    (
        "network",
        "network [1 -> 2] [latency 5ms..15ms] [loss 1%] [duplicate 1%] [reorder on] [shape tail], \
         network latency exponential 12ms, network topology ring, network manual",
        network,
    ),
    ("fire", "fire TIMER of 1, fire TIMER 3 of 1", fire),
    ("deliver", "deliver [2nd|all] [KIND] [from 1] [to 2], deliver m12", |w, c| Ok(Action::Deliver(pick(w, c, &[])?))),
    ("drop", "drop [2nd|all] [KIND] [from 1] [to 2], drop m12", |w, c| Ok(Action::Drop(pick(w, c, &[])?))),
    ("duplicate", "duplicate [2nd|all] [KIND] [from 1] [to 2], duplicate m12", |w, c| {
        Ok(Action::Duplicate(pick(w, c, &[])?))
    }),
    ("delay", "delay [2nd|all] [KIND] [from 1] [to 2] by 50ms, delay m12 by 50ms", delay),
    ("lie", "lie LIE about [2nd] [KIND] [from 1] [to 2], lie 2nd LIE about m12", lie),
    ("byzantine", "byzantine 1 KIND [PEERS], byzantine 1 twins 2 3 | 4 5", be_byzantine),
    ("honest", "honest 1", |words, context| Ok(Action::Honest(who(words, context, Whom::REPLICAS)?))),
    ("answer", "answer 3 TEXT", answer),
    ("workload", "workload clients 2 rate 10/s keys 3, workload off", workload),
];

/// How each act is written, for help.
pub fn usages() -> impl Iterator<Item = &'static str> {
    ACTS.iter().map(|act| act.1)
}

/// How expectations and their conditions are written, for help.
pub fn expectations() -> impl Iterator<Item = &'static str> {
    EXPECTATIONS.iter().chain(CONDITIONS).copied()
}

/// Reads an act whose first word was taken.
pub(super) fn parse_act(words: &mut Words, first: Word, context: &Context) -> Result<Action, ScenarioError> {
    words.offer(first, Role::Keyword, ACTS.iter().map(|act| (act.0, act.1)));
    match ACTS.iter().find(|act| act.0 == first.text) {
        Some((_, _, parser)) => {
            words.note(first, Role::Keyword);
            parser(words, context)
        }
        None => Err(words.unknown(first, "something to do", line_words())),
    }
}

/// A duration.
pub(super) fn duration(words: &mut Words) -> Result<Time, ScenarioError> {
    let word = words.take("a duration")?;
    parse_duration(word.text).map_err(|why| words.error(word, why))
}

/// The words that stand for whoever has a role at present.
pub(super) const ROLES: [&str; 4] = ["leader", "primary", "followers", "all"];

/// Whom something is about.
pub(super) fn selector(words: &Words, word: Word, context: &Context, whom: Whom) -> Result<Selector, ScenarioError> {
    words.offer(word, Role::Name, context.whom(whom, ""));
    let found = match word.text {
        "leader" | "primary" => Selector::Leader,
        "followers" => Selector::Followers,
        "all" => Selector::All,
        _ => match number(words, word, context)? {
            Some(node) => Selector::Node(node),
            None => return Err(words.unknown(word, &expected(whom), ROLES)),
        },
    };
    whom.admits(found).map_err(|why| words.error(word, why))?;
    words.note(word, Role::Name);
    Ok(found)
}

/// What a selector may be, in words.
fn expected(whom: Whom) -> String {
    let all = [
        ("a replica's number", Selector::Node(NodeId::replica(1))),
        ("a client (c1)", Selector::Node(NodeId::client(1))),
        ("leader", Selector::Leader),
        ("followers", Selector::Followers),
        ("all", Selector::All),
    ];
    let mut fit: Vec<_> =
        all.into_iter().filter(|(_, found)| whom.admits(*found).is_ok()).map(|(text, _)| text).collect();
    let last = fit.pop().unwrap_or_default();
    if fit.is_empty() { last.into() } else { format!("{} or {last}", fit.join(", ")) }
}

/// A node by its number: here a role can't stand for it.
fn node(words: &Words, word: Word, context: &Context, whom: Whom) -> Result<NodeId, ScenarioError> {
    words.offer(word, Role::Name, context.nodes(whom, ""));
    let Some(node) = number(words, word, context)? else {
        if ROLES.contains(&word.text) {
            let why = format!("{} can't stand here: who is meant is named by number", quote(word.text));
            return Err(words.error(word, why));
        }
        let expected = match whom {
            Whom::CLIENT => "a client (c1)",
            Whom::REPLICA => "a replica's number",
            _ => "a replica's number or a client (c1)",
        };
        return Err(words.unknown(word, expected, []));
    };
    whom.admits(Selector::Node(node)).map_err(|why| words.error(word, why))?;
    words.note(word, Role::Name);
    Ok(node)
}

/// `2` or `c1`; `None` where it is written otherwise. Errors: there is no such node.
fn number(words: &Words, word: Word, context: &Context) -> Result<Option<NodeId>, ScenarioError> {
    let (digits, client) = word.text.strip_prefix('c').map_or((word.text, false), |digits| (digits, true));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let most = if client { MOST_CLIENTS } else { context.replicas.into() };
    match digits.parse::<usize>() {
        Ok(number) if (1..=most).contains(&number) && client => Ok(Some(NodeId::client(number))),
        Ok(number) if (1..=most).contains(&number) => Ok(Some(NodeId::replica(number))),
        _ if client => {
            Err(words.error(word, format!("there is no client {}: they are numbered c1 to c{most}", quote(word.text))))
        }
        _ => Err(words.error(word, format!("there is no replica {}: they are numbered 1 to {most}", quote(word.text)))),
    }
}

fn who(words: &mut Words, context: &Context, whom: Whom) -> Result<Selector, ScenarioError> {
    let word = words.take(if whom == Whom::REPLICAS || whom == Whom::REPLICA { "a replica" } else { "a node" })?;
    selector(words, word, context, whom)
}

/// What a client's command may go on with, as the protocol says how commands are written, and what may follow it.
fn offer_command(words: &Words, context: &Context) {
    let Some((&word, mut said)) = words.left().split_last() else { return };
    let mut ends = vec!["from", "to"];
    while let [command @ .., key, _] = said
        && let Some(place) = ends.iter().position(|end| *end == key.text)
    {
        ends.remove(place);
        said = command;
    }
    // Behind those, a node is named.
    if said.last().is_some_and(|last| ends.contains(&last.text)) {
        return;
    }
    let any = |part: &str| part.bytes().all(|letter| letter.is_ascii_uppercase());
    for command in context.descriptor.commands {
        let mut parts = command.usage.split(' ');
        if !said.iter().all(|word| parts.next().is_some_and(|part| any(part) || part == word.text)) {
            continue;
        }
        match parts.next() {
            Some(_) if ends.len() < 2 => {}
            Some(part) if any(part) => words.expect(word, part),
            Some(part) => words.offer(word, Role::Name, [(part, format!("{}: {}", command.usage, command.about))]),
            None => words.offer(word, Role::Keyword, ends.iter().map(|&end| (end, ""))),
        }
    }
}

fn request(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    offer_command(words, context);
    let (mut client, mut to) = (NodeId::client(1), None);
    // `from` and `to` stand at the end, in any order, each at most once.
    let mut named = Vec::new();
    while let Some((key, word)) = ["from", "to"].into_iter().find_map(|key| Some((key, words.took_from_end(key)?))) {
        if named.contains(&key) {
            return Err(words.error(word, format!("`{key}` stands here twice")));
        }
        named.push(key);
        match key {
            "from" => client = node(words, word, context, Whom::CLIENT)?,
            _ => to = Some(selector(words, word, context, Whom::REPLICA)?),
        }
    }
    let command = words.rest();
    // The word that somebody is about to write is none yet.
    if command.iter().all(|word| word.text.is_empty()) {
        return Err(words.take("a command").err().unwrap_or_else(|| words.error_at(1, "a command is missing")));
    }
    Ok(Action::Request { client, to, words: command.iter().map(|word| word.text.to_string()).collect() })
}

fn crash(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let replica = who(words, context, Whom::REPLICAS)?;
    if !words.took("after") {
        return Ok(Action::Crash(replica));
    }
    let word = words.take("how many")?;
    let sends = words.number(word, "the number of sends", 0, 10_000)? as u32;
    if !words.took("send") {
        words.must("sends")?;
    }
    Ok(Action::CrashAfter { replica, sends })
}

fn restart(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let replica = who(words, context, Whom::REPLICAS)?;
    let disk_lost = words.took("disk");
    if disk_lost {
        words.must("lost")?;
    }
    Ok(Action::Restart { replica, disk_lost })
}

fn clock(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let replica = who(words, context, Whom::NODES)?;
    let word = words.take("a rate, as in 1.5x,")?;
    let wrong = || words.error(word, "a clock's rate is between 0.01x and 100x, as in 1.5x");
    let digits = word.text.strip_suffix('x').ok_or_else(wrong)?;
    // Hundredths are read as the percentage that they are.
    let hundredths = parse_percent_like(digits).filter(|&rate| (1..=10_000).contains(&rate)).ok_or_else(wrong)?;
    Ok(Action::Clock { replica, rate: (hundredths, 100) })
}

/// `1.5` as 150 hundredths; at most two decimals.
fn parse_percent_like(digits: &str) -> Option<u32> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |text: &str| text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 2 || !numeric(whole) || !numeric(fraction) {
        return None;
    }
    let part: u32 = format!("{fraction:0<2}").parse().ok()?;
    Some(whole.parse::<u32>().ok()? * 100 + part)
}

fn partition(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let (mut groups, mut named) = (vec![Vec::new()], BTreeSet::new());
    let all = words.rest();
    for &word in &all {
        if word.text == "|" {
            groups.push(Vec::new());
            continue;
        }
        if groups.last().is_some_and(|group| !group.is_empty()) {
            words.offer(word, Role::Keyword, [("|", "the other side")]);
        }
        let who = selector(words, word, context, Whom::NODES)?;
        if !named.insert(who) {
            return Err(words.error(word, format!("{who} can't be in two groups")));
        }
        if let Some(group) = groups.last_mut() {
            group.push(who);
        }
    }
    if groups.iter().any(Vec::is_empty) {
        let place = all.last().map_or(1, |word| word.column);
        return Err(words.error_at(place, "each side of `|` names at least one replica, as in `partition 1 2 | 3 4 5`"));
    }
    Ok(Action::Partition(groups))
}

/// A link, from whom to whom.
pub(super) fn arrow(words: &mut Words, context: &Context) -> Result<(Selector, Selector), ScenarioError> {
    let from = who(words, context, Whom::NODES)?;
    words.must("->")?;
    let word = words.take("a node")?;
    let to = selector(words, word, context, Whom::NODES)?;
    if from == to && matches!(from, Selector::Node(_) | Selector::Leader) {
        return Err(words.error(word, format!("there is no link from {from} to itself")));
    }
    Ok((from, to))
}

fn cut(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let (from, to) = arrow(words, context)?;
    Ok(Action::Cut { from, to })
}

fn heal(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    if words.is_empty() {
        return Ok(Action::Heal);
    }
    let (from, to) = arrow(words, context)?;
    Ok(Action::Mend { from, to })
}

fn fire(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let word = words.take("a timer")?;
    words.offer(word, Role::Name, context.descriptor.timers.iter().map(|info| (info.name, info.about)));
    let known = context.descriptor.timers.iter().enumerate().map(|(place, info)| (info.name, place as u8));
    let timer = words.one_of(word, &format!("a timer of {}", context.descriptor.name), known)?;
    let about = match words.peek() {
        Some(number) if number.starts_with(|first: char| first.is_ascii_digit()) => {
            let word = words.take("what it is about")?;
            Some(words.number(word, "what the timer is about, a number", 0, u64::MAX)?)
        }
        _ => None,
    };
    words.must("of")?;
    Ok(Action::Fire { timer, about, node: who(words, context, Whom::NODES)? })
}

/// Which messages are meant; behind them `ends` may stand.
fn pick(words: &mut Words, context: &Context, ends: &'static [&'static str]) -> Result<Pick, ScenarioError> {
    let expected = "a message: its kind, `all`, `from`, `to` or its number, as in m12,";
    let Some(first) = words.peek() else {
        return Err(words.take(expected).err().unwrap_or_else(|| words.error_at(1, expected)));
    };
    if let Some(digits) =
        first.strip_prefix('m').filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    {
        let word = words.take(expected)?;
        let id = words.number(Word { text: digits, ..word }, "a message's number", 1, u32::MAX.into())?;
        return Ok(Pick::Id(MessageId(id as u32)));
    }
    let mut which = Which::Nth(1);
    if words.took("all") {
        which = Which::All;
    } else if let Some(n) = words.peek().and_then(ordinal) {
        words.take(expected)?;
        which = Which::Nth(n);
    }
    let mut kind = None;
    if let Some(&word) = words.left().first() {
        words.offer(word, Role::Name, context.descriptor.messages.iter().map(|info| (info.name, info.about)));
        words.offer_next(["from", "to"].into_iter().chain(ends.iter().copied()));
    }
    if words.peek().is_some_and(|word| !["from", "to", "by"].contains(&word)) {
        let word = words.take(expected)?;
        let known = context.descriptor.messages.iter().enumerate().map(|(place, info)| (info.name, place as u8));
        kind = Some(words.one_of(word, &format!("a kind of message of {}", context.descriptor.name), known)?);
    }
    let from = if words.took("from") { Some(who(words, context, Whom::NODES)?) } else { None };
    let to = if words.took("to") { Some(who(words, context, Whom::NODES)?) } else { None };
    Ok(Pick::Matching { which, kind, from, to })
}

/// `2nd` is 2.
fn ordinal(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].into_iter().find_map(|suffix| word.strip_suffix(suffix))?;
    digits.parse().ok().filter(|&n| n >= 1)
}

fn delay(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let pick = pick(words, context, &["by"])?;
    words.must("by")?;
    Ok(Action::Delay { pick, by: duration(words)? })
}

/// The sender of a message tells a lie beside it.
fn lie(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let nth = words.peek().and_then(ordinal);
    if nth.is_some() {
        words.take("which lie")?;
    }
    let word = words.take("a lie")?;
    words.offer(word, Role::Name, context.descriptor.lies.iter().map(|info| (info.name, info.about)));
    let known = context.descriptor.lies.iter().enumerate().map(|(place, info)| (info.name, place as u8));
    let lie = words.one_of(word, &format!("a lie of {}", context.descriptor.name), known)?;
    words.must("about")?;
    Ok(Action::Lie { lie, nth: nth.unwrap_or(1), pick: pick(words, context, &[])? })
}

fn be_byzantine(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let replica = who(words, context, Whom::REPLICAS)?;
    let word = words.take("how it misbehaves")?;
    words.offer(word, Role::Name, byzantine::ALL.iter().map(|way| (way.name(), way.about())));
    let known = byzantine::ALL.into_iter().map(|adversary| (adversary.name(), adversary));
    let way = words.one_of(word, "a way to misbehave", known)?;
    let (mut peers, mut others, mut bar) = (Vec::new(), Vec::new(), false);
    for word in words.rest() {
        if word.text == "|" {
            if !way.doubles() || bar || peers.is_empty() {
                return Err(
                    words.error(word, "one `|` parts those who see two twins, as in `byzantine 1 twins 2 | 3 4`")
                );
            }
            bar = true;
            continue;
        }
        if way.doubles() && !bar && !peers.is_empty() {
            words.offer(word, Role::Keyword, [("|", "those who see the second twin")]);
        }
        let peer = node(words, word, context, Whom::NODE)?;
        if replica == Selector::Node(peer) {
            return Err(words.error(word, format!("{peer} can't misbehave towards itself")));
        }
        if peers.contains(&peer) || others.contains(&peer) {
            return Err(words.error(word, format!("{peer} is named twice")));
        }
        if bar { &mut others } else { &mut peers }.push(peer);
    }
    if bar && others.is_empty() {
        return Err(words.take("who sees the second twin").err().unwrap_or_else(|| words.error(word, "")));
    }
    Ok(Action::Byzantine { replica, behaviour: Behaviour { way, peers, others } })
}

fn answer(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    let word = words.take("an agent")?;
    let replica = node(words, word, context, Whom::REPLICA)?;
    let text = words.rest().iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
    Ok(Action::Answer { replica, text })
}

fn workload(words: &mut Words, _: &Context) -> Result<Action, ScenarioError> {
    if words.took("off") {
        return Ok(Action::Workload { clients: 0, rate: 0, keys: 0 });
    }
    words.must("clients")?;
    let word = words.take("how many clients")?;
    let clients = words.number(word, "the number of clients", 1, MOST_CLIENTS as u64)? as u16;
    words.must("rate")?;
    let word = words.take("a rate, as in 10/s,")?;
    let digits = word.text.strip_suffix("/s").ok_or_else(|| words.error(word, "a rate is written 10/s"))?;
    let rate = words.number(Word { text: digits, ..word }, "the rate", 1, 100_000)? as u32;
    let mut keys = 1;
    if words.took("keys") {
        let word = words.take("how many keys")?;
        keys = words.number(word, "the number of keys", 1, 10_000)? as u32;
    }
    Ok(Action::Workload { clients, rate, keys })
}
