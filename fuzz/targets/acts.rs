//! What can be done by hand, to everybody: each act with every selector in every place, in any order, back and forth. It is
//! done or refused, never a panic; and the script of it can be read again and leads to the same run.
#![no_main]

use consensus_playground::protocols;
use consensus_playground::scenario::Session;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/core/act_lines.rs"]
mod act_lines;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.iter().take(400);
    let mut drawn = |of: usize| usize::from(*bytes.next().unwrap_or(&0)) % of;
    let entry = &protocols::ALL[drawn(protocols::ALL.len())];
    let templates = act_lines::templates(entry.descriptor);
    let example = entry.descriptor.commands[0].example;
    let text = format!("protocol {}\nreplicas 4\nseed {}\nat 250ms request {example}\n", entry.descriptor.id, drawn(9));
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    for _ in 0..30 {
        match drawn(8) {
            0..4 => {
                let line = act_lines::line(&templates, &mut drawn);
                let hash = session.trace_hash();
                if session.act(&line).is_err() {
                    assert_eq!(session.trace_hash(), hash, "{line}: a refusal changes something");
                }
            }
            4 => drop(session.run(1_000 * drawn(256) as u64)),
            5 => drop(session.step()),
            6 => session.seek(session.last() * drawn(10) as u32 / 9),
            _ => drop(if drawn(2) == 0 { session.undo() } else { session.redo() }),
        }
        if session.world().flights().len() > 1_000 || session.last() > 4_000 {
            break;
        }
    }
    session.seek(session.last());
    reads_again(session);
});

fn reads_again(mut session: Session) {
    let script = session.script();
    let mut again = Session::open(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    assert_eq!(again.script(), script, "it reads back as another");
    session.finish();
    again.finish();
    let end = session.world().now().max(again.world().now()) + 1;
    session.run_until(end);
    again.run_until(end);
    assert_eq!(again.trace_hash(), session.trace_hash(), "it leads elsewhere\n{script}");
}
