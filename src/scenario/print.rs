//! Writing a scenario down, so that it reads back as the same.

use super::condition::{Claim, Condition};
use super::expect::{Expect, Mode, Seeds};
use super::{Line, Scenario, Statement, Trigger, When};
use crate::kernel::data::duration::show_percent;
use crate::kernel::{Action, Descriptor, LinkChange, NodeId, Pick, Selector, Shape, Time, Which, show_time};

/// The scenario as text.
pub fn print(scenario: &Scenario) -> String {
    let mut text = String::new();
    for line in &scenario.lines {
        print_comments(&line.above, &mut text);
        text.push_str(&print_line(line, scenario.entry.descriptor));
        if let Some(comment) = &line.beside {
            text.push_str(" # ");
            text.push_str(comment);
        }
        text.push('\n');
    }
    print_comments(&scenario.tail, &mut text);
    text
}

fn print_comments(comments: &[String], text: &mut String) {
    for comment in comments {
        if !comment.is_empty() {
            text.push_str("# ");
            text.push_str(comment);
        }
        text.push('\n');
    }
}

/// One line without its comments.
pub fn print_line(line: &Line, about: &Descriptor) -> String {
    let when = match line.when {
        When::Now => String::new(),
        When::At(at) => format!("at {} ", show_time(at)),
        When::After(event) => format!("after {event} "),
    };
    when + &print_statement(&line.statement, about)
}

pub(super) fn print_statement(statement: &Statement, about: &Descriptor) -> String {
    match statement {
        Statement::Protocol(id) => format!("protocol {id}"),
        Statement::Replicas(count) => format!("replicas {count}"),
        Statement::Seed(seed) => format!("seed {seed}"),
        Statement::Set { name, replica: 0, value } => format!("set {name} {value}"),
        Statement::Set { name, replica, value } => format!("set {name} {replica} {value}"),
        Statement::Disk { replica, pairs } => {
            let pairs: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("disk {replica} {}", pairs.join(" "))
        }
        Statement::Action(act) => print_act(act, about),
        Statement::Run(span) => format!("run {}", show_time(*span)),
        Statement::Settle(None) => "settle".into(),
        Statement::Settle(Some(most)) => format!("settle {most}"),
        Statement::Trigger(trigger) => print_trigger(trigger, about),
        Statement::Expect(expect) => print_expect(expect),
    }
}

/// A trigger as the line that sets it.
pub(super) fn print_trigger(trigger: &Trigger, about: &Descriptor) -> String {
    format!("when {} {}", print_claim(&trigger.claim), print_act(&trigger.action, about))
}

fn print_expect(expect: &Expect) -> String {
    let seeds = expect.seeds.map_or(String::new(), |Seeds { least, of }| format!(" in {least} of {of} seeds"));
    format!("expect {}{seeds}", print_claimed(expect))
}

/// What is expected, without the word `expect`.
pub(super) fn print_claimed(expect: &Expect) -> String {
    let mode = match expect.mode {
        Mode::Now => String::new(),
        Mode::Ever => "ever ".into(),
        Mode::Never => "never ".into(),
        Mode::Always(span) => format!("always for {} ", show_time(span)),
    };
    let within = expect.within.map_or(String::new(), |within| format!(" within {}", show_time(within)));
    format!("{mode}{}{within}", print_claim(&expect.claim))
}

fn print_claim(claim: &Claim) -> String {
    let not = if claim.not { "not " } else { "" };
    let condition = match &claim.condition {
        Condition::All => "all".into(),
        Condition::Property(name) => name.to_string(),
        Condition::Violation(name) => format!("violation {name}"),
        Condition::Leader => "leader".into(),
        Condition::Decided(count) => format!("decided {count}"),
        Condition::Committed(count) => format!("committed {count}"),
        Condition::Completed(count) => format!("completed {count}"),
        Condition::Now { operator, time } => format!("now {} {}", operator.sign(), show_time(*time)),
        Condition::Field { whose, field, key, operator, value } => {
            let key = key.as_ref().map_or(String::new(), |key| format!(".{key}"));
            format!("{whose}.{field}{key} {} {value}", operator.sign())
        }
    };
    format!("{not}{condition}")
}

/// An act as the line that does it.
pub fn print_act(act: &Action, about: &Descriptor) -> String {
    let one = |word: &str, selector: &dyn std::fmt::Display| format!("{word} {}", selector);
    match act {
        Action::Request { client, to, words } => {
            let from = if *client == NodeId::client(1) { String::new() } else { format!(" from {client}") };
            let to = to.map_or(String::new(), |to| format!(" to {}", to));
            format!("request {}{from}{to}", words.join(" "))
        }
        Action::Crash(who) => one("crash", who),
        Action::CrashAfter { replica, sends } => format!("crash {} after {sends} sends", replica),
        Action::Restart { replica, disk_lost: false } => one("restart", replica),
        Action::Restart { replica, disk_lost: true } => format!("restart {} disk lost", replica),
        Action::Pause(who) => one("pause", who),
        Action::Resume(who) => one("resume", who),
        Action::Clock { replica, rate } => {
            let hundredths = rate.0 * 100 / rate.1;
            format!("clock {} {}.{:02}x", replica, hundredths / 100, hundredths % 100)
        }
        Action::Partition(groups) => {
            let group = |whom: &Vec<Selector>| whom.iter().map(Selector::to_string).collect::<Vec<_>>().join(" ");
            format!("partition {}", groups.iter().map(group).collect::<Vec<_>>().join(" | "))
        }
        Action::Cut { from, to } => format!("cut {} -> {}", from, to),
        Action::Heal => "heal".into(),
        Action::Mend { from, to } => format!("heal {} -> {}", from, to),
        Action::Network { link, change } => print_network(*link, change),
        Action::Topology(kind) => format!("network topology {kind}"),
        Action::Manual(true) => "network manual".into(),
        Action::Manual(false) => "network automatic".into(),
        Action::Fire { timer, about: number, node } => {
            let number = number.map_or(String::new(), |number| format!(" {number}"));
            format!("fire {}{number} of {node}", about.timers[*timer as usize].name)
        }
        Action::Deliver(pick) => format!("deliver{}", print_pick(pick, about)),
        Action::Drop(pick) => format!("drop{}", print_pick(pick, about)),
        Action::Duplicate(pick) => format!("duplicate{}", print_pick(pick, about)),
        Action::Delay { pick, by } => format!("delay{} by {}", print_pick(pick, about), show_time(*by)),
        Action::Lie { lie, nth, pick } => {
            let which = if *nth == 1 { String::new() } else { format!("{nth}{} ", suffix(*nth)) };
            format!("lie {which}{} about{}", about.lies[*lie as usize].name, print_pick(pick, about))
        }
        Action::Byzantine { replica, behaviour } => {
            let list = |nodes: &[NodeId]| nodes.iter().map(|node| format!(" {node}")).collect::<String>();
            let bar = if behaviour.others.is_empty() { "" } else { " |" };
            let (peers, others) = (list(&behaviour.peers), list(&behaviour.others));
            format!("byzantine {} {}{peers}{bar}{others}", replica, behaviour.name())
        }
        Action::Honest(who) => one("honest", who),
        Action::Answer { replica, text } => format!("answer {replica} {text}").trim_end().to_string(),
        Action::Workload { clients: 0, .. } => "workload off".into(),
        Action::Workload { clients, rate, keys } => format!("workload clients {clients} rate {rate}/s keys {keys}"),
    }
}

fn print_network(link: Option<(Selector, Selector)>, change: &LinkChange) -> String {
    let mut text = String::from("network");
    let mut add = |word: String| {
        text.push(' ');
        text.push_str(&word);
    };
    if let Some((from, to)) = link {
        add(format!("{from} -> {to}"));
    }
    let exponential = change.shape == Some(Shape::Exponential);
    if let Some((lo, hi)) = change.latency {
        add(format!("latency {}{}", if exponential { "exponential " } else { "" }, print_range(lo, hi)));
    }
    if let Some(loss) = change.loss {
        add(format!("loss {}", show_percent(loss)));
    }
    if let Some(duplicate) = change.duplicate {
        add(format!("duplicate {}", show_percent(duplicate)));
    }
    if let Some(reorder) = change.reorder {
        add(format!("reorder {}", if reorder { "on" } else { "off" }));
    }
    if let Some(shape) = change.shape.filter(|_| !exponential) {
        add(format!("shape {}", shape.word()));
    }
    text
}

fn print_range(lo: Time, hi: Time) -> String {
    if lo == hi { show_time(lo) } else { format!("{}..{}", show_time(lo), show_time(hi)) }
}

fn print_pick(pick: &Pick, about: &Descriptor) -> String {
    let (which, kind, from, to) = match pick {
        Pick::Id(id) => return format!(" {id}"),
        Pick::Matching { which, kind, from, to } => (which, kind, from, to),
    };
    let mut text = String::new();
    match which {
        Which::All => text.push_str(" all"),
        // A first message with nothing else to tell it by needs its number said.
        Which::Nth(1) if kind.is_some() || from.is_some() || to.is_some() => {}
        Which::Nth(n) => text.push_str(&format!(" {n}{}", suffix(*n))),
    }
    if let Some(kind) = kind {
        text.push_str(&format!(" {}", about.messages[*kind as usize].name));
    }
    if let Some(from) = from {
        text.push_str(&format!(" from {}", from));
    }
    if let Some(to) = to {
        text.push_str(&format!(" to {}", to));
    }
    text
}

fn suffix(n: u32) -> &'static str {
    match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}
