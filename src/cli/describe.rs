//! `describe PROTOCOL`: its vocabulary as a table.

use std::process::ExitCode;

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{Descriptor, OptionKind};
use consensus_playground::protocols;
use consensus_playground::scenario::{
    expectations, properties,
    text::{nearest, quote},
    usages,
};

/// Prints the vocabulary of a protocol, or the protocols' names. Exits with 2 where there is no such protocol.
pub fn describe(protocol: Option<&str>) -> ExitCode {
    let Some(id) = protocol else {
        for entry in protocols::ALL {
            println!("{:<20} {}", entry.descriptor.id, entry.descriptor.summary);
        }
        return ExitCode::SUCCESS;
    };
    let Some(entry) = protocols::find(id) else {
        let near = nearest(id, protocols::ALL.iter().map(|entry| entry.descriptor.id));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        eprintln!("there is no protocol {}{hint}", quote(id));
        return ExitCode::from(2);
    };
    table(entry.descriptor);
    ExitCode::SUCCESS
}

fn table(about: &'static Descriptor) {
    println!(
        "{}: {}\n{}\n{} to {} {}\n",
        about.name,
        about.summary,
        about.paper,
        about.replicas.0,
        about.replicas.1,
        about.agents()
    );
    section("Requests", about.commands.iter().map(|info| (info.usage.into(), info.about.into())));
    section(
        "Options",
        about.options.iter().map(|info| {
            let per = if info.per_replica { " [REPLICA]" } else { "" };
            let bug = if info.bug { "a known bug: " } else { "" };
            (
                format!("set {}{per} {}", info.name, values(&info.kind)),
                format!("{bug}{} ({}{} unless set)", info.about, source(info.source), info.default),
            )
        }),
    );
    section("Disk", about.disk.iter().map(|info| (info.name.into(), info.about.into())));
    section(
        "Messages",
        about.messages.iter().map(|info| {
            let reply = if info.reply { "a reply: " } else { "" };
            (info.name.into(), format!("{reply}{}", info.about))
        }),
    );
    section("Timers", about.timers.iter().map(|info| (info.name.into(), info.about.into())));
    section("Roles", about.roles.iter().map(|info| (info.name.into(), info.about.into())));
    section("Fields", about.fields.iter().map(|info| (info.name.into(), info.about.into())));
    section("Properties", properties_of(about));
    section("Ways to misbehave", byzantine::ALL.iter().map(|way| (way.name().into(), way.about().into())));
    section("Lies", about.lies.iter().map(|info| (info.name.into(), format!("[{}] {}", info.sort.word(), info.about))));
    section("What can be done", usages().map(|usage| (usage.into(), String::new())));
    section("What can be expected", expectations().map(|usage| (usage.into(), String::new())));
}

fn properties_of(about: &'static Descriptor) -> impl Iterator<Item = (String, String)> {
    properties(about).map(|info| (info.name.to_string(), format!("{} ({})", info.about, info.source)))
}

/// Where something comes from, where that is said.
fn source(source: &str) -> String {
    if source.is_empty() { String::new() } else { format!("{source}; ") }
}

fn values(kind: &OptionKind) -> String {
    match kind {
        OptionKind::Switch => "on|off".into(),
        OptionKind::YesNo => "yes|no".into(),
        OptionKind::Number { lo, hi } => format!("{lo}–{hi}"),
        OptionKind::Duration => "DURATION".into(),
        OptionKind::DurationRange => "DURATION..DURATION".into(),
        OptionKind::Choice(words) => words.join("|"),
        OptionKind::Word => "WORD".into(),
    }
}

fn section(title: &str, rows: impl Iterator<Item = (String, String)>) {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return;
    }
    println!("{title}");
    let width = rows.iter().map(|row| row.0.chars().count()).filter(|&width| width < 44).max().unwrap_or(0);
    for (word, about) in rows {
        println!("  {word:<width$}  {about}");
    }
    println!();
}
