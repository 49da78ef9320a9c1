//! Lines that do something, made up at random: every act, with every selector in every place, fitting or not.

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::Descriptor;

/// Whom a line can name; some are nobody, some are no words for anybody.
pub const SELECTORS: [&str; 15] =
    ["1", "2", "3", "4", "9", "0", "c1", "c2", "c8", "c64", "c65", "leader", "primary", "followers", "all"];

/// How each act is written, with `{}` wherever somebody is named, in the words of a protocol.
pub fn templates(about: &'static Descriptor) -> Vec<String> {
    // Where a protocol has no timers, nobody may name one.
    let (message, timer) = (about.messages[0].name, about.timers.first().map_or("retry", |timer| timer.name));
    let mut all: Vec<String> =
        ["crash {}", "crash {} after 2 sends", "restart {}", "restart {} disk lost", "pause {}", "resume {}"]
            .iter()
            .chain(&[
                "clock {} 1.5x",
                "clock {} 0.01x",
                "partition {} | {}",
                "partition {} {}",
                "cut {} -> {}",
                "heal",
                "heal {} -> {}",
            ])
            .chain(&["network {} -> {} latency 3ms", "network loss 7%", "network manual", "network automatic"])
            .chain(&[
                "network latency exponential 9ms",
                "network topology star",
                "network topology world",
                "network topology random 2",
            ])
            .chain(&["network topology small-world 2 30%", "network topology full", "network topology grid {}x1"])
            .chain(&["network duplicate 9% reorder off shape tail", "honest {}", "answer {} Pizza # or not"])
            .chain(&["deliver all", "drop all", "duplicate all", "delay all by 3ms", "deliver m{}", "workload off"])
            .chain(&["workload clients 2 rate 40/s keys 2", "byzantine {} twins {} | {}"])
            .chain(&["when any.status = crashed restart all", "when {}.status = up pause all", "when leader crash {}"])
            .chain(&["when decided 2 deliver all", "when 2 of all.status = paused resume {}"])
            .map(|text| text.to_string())
            .collect();
    for timer in about.timers {
        all.push(format!("fire {} of {{}}", timer.name));
    }
    for way in byzantine::ALL {
        all.push(format!("byzantine {{}} {}", way.name()));
        all.push(format!("byzantine {{}} {} {{}}", way.name()));
    }
    for lie in about.lies {
        all.push(format!("lie {} about {message} from {{}} to {{}}", lie.name));
        all.push(format!("lie 2nd {} about 2nd from {{}}", lie.name));
    }
    for verb in ["deliver", "drop", "duplicate", "delay"] {
        let by = if verb == "delay" { " by 5ms" } else { "" };
        all.push(format!("{verb} {message} from {{}} to {{}}{by}"));
        all.push(format!("{verb} all from {{}}{by}"));
        all.push(format!("{verb} 2nd to {{}}{by}"));
        all.push(format!("{verb} all {message}{by}"));
    }
    for command in about.commands {
        all.push(format!("request {}", command.example));
        all.push(format!("request {} from {{}}", command.example));
        all.push(format!("request {} from {{}} to {{}}", command.example));
        all.push(format!("request {} to {{}}", command.example));
    }
    all.push(format!("fire {timer} of {{}}"));
    all.push(format!("fire {timer} 1 of {{}}"));
    all
}

/// A line with somebody in each of its places; `draw` gives a number below another.
pub fn line(templates: &[String], draw: &mut dyn FnMut(usize) -> usize) -> String {
    let mut parts = templates[draw(templates.len())].split("{}");
    let mut line = parts.next().unwrap_or_default().to_string();
    for part in parts {
        line.push_str(SELECTORS[draw(SELECTORS.len())]);
        line.push_str(part);
    }
    line
}
