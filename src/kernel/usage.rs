//! Reads commands by how the descriptor says that they are written: so what the help says and what is understood are one.

use super::describe::CommandInfo;

/// Which of these commands somebody wrote, by its place, and the words in place of its capitals, in their order. Errors: a
/// sentence that says what can be written.
pub fn understood<'a>(commands: &[CommandInfo], words: &[&'a str]) -> Result<(usize, Vec<&'a str>), String> {
    for (place, command) in commands.iter().enumerate() {
        if let Some(values) = fits(command.usage, words) {
            return Ok((place, values));
        }
    }
    let mut all = String::from("a request is ");
    for (place, command) in commands.iter().enumerate() {
        let between = match commands.len() - place {
            _ if place == 0 => "",
            1 => " or ",
            _ => ", ",
        };
        all.push_str(between);
        all.push_str(command.usage);
    }
    Err(all)
}

/// The words in place of the capitals of a usage such as `put KEY VALUE`; `None` where it is not written so.
fn fits<'a>(usage: &str, words: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut values = Vec::new();
    let mut words = words.iter();
    for part in usage.split(' ') {
        let word = words.next()?;
        if part.bytes().all(|letter| letter.is_ascii_uppercase()) {
            values.push(*word);
        } else if part != *word {
            return None;
        }
    }
    words.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: &[CommandInfo] = &[
        CommandInfo { usage: "put KEY VALUE", example: "", about: "" },
        CommandInfo { usage: "go", example: "", about: "" },
        CommandInfo { usage: "go to PLACE", example: "", about: "" },
    ];

    #[test]
    fn capitals_stand_for_any_word() {
        let read = |text: &'static str| understood(COMMANDS, &text.split_whitespace().collect::<Vec<_>>());
        assert_eq!(read("put GO to"), Ok((0, vec!["GO", "to"])));
        assert_eq!([read("go"), read("go to sea")], [Ok((1, vec![])), Ok((2, vec!["sea"]))]);
        for wrong in ["", "put", "put x", "put x 1 2", "go by sea", "go to", "PUT x 1"] {
            assert_eq!(read(wrong), Err("a request is put KEY VALUE, go or go to PLACE".into()), "{wrong}");
        }
        assert_eq!(understood(&COMMANDS[1..2], &["stay"]), Err("a request is go".into()));
    }
}
