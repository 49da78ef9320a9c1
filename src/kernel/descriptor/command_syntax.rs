//! Reads commands by how the descriptor says that they are written: so what the help says and what is understood are one.

use super::vocabulary::CommandInfo;

/// Which of these commands somebody wrote, by its place, and the words in place of its capitals, in their order. Errors: a
/// sentence that says what can be written.
pub fn understood<'a>(commands: &[CommandInfo], words: &[&'a str]) -> Result<(usize, Vec<&'a str>), String> {
    for (place, command) in commands.iter().enumerate() {
        if let Some(values) = fitting(command.usage, words) {
            return Ok((place, values));
        }
    }
    Err(refusal(commands))
}

/// A sentence that says what can be written.
pub fn refusal(commands: &[CommandInfo]) -> String {
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
    all
}

/// The words in place of the capitals of a usage such as `put KEY VALUE`, which has so many; `None` where it is not written
/// so.
pub fn fits<'a, const N: usize>(usage: &str, words: &[&'a str]) -> Option<[&'a str; N]> {
    fitting(usage, words)?.try_into().ok()
}

fn fitting<'a>(usage: &str, words: &[&'a str]) -> Option<Vec<&'a str>> {
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

/// A whole number in a range. Errors: a sentence that tells what is no number from what is too large or too small.
pub fn whole_number(text: &str, lo: i64, hi: i64) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(format!("`{text}` is no whole number"));
    }
    let number = text.parse().ok().filter(|number| (lo..=hi).contains(number));
    number.ok_or_else(|| format!("`{text}` is out of range: the number is between {lo} and {hi}"))
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
    fn a_number_out_of_range_is_still_a_number() {
        assert_eq!((whole_number("-7", -9, 9), whole_number("+9", -9, 9)), (Ok(-7), Ok(9)));
        for text in ["10", "-10", "99999999999999999999999"] {
            let told = format!("`{text}` is out of range: the number is between -9 and 9");
            assert_eq!(whole_number(text, -9, 9), Err(told));
        }
        for text in ["", "-", "much", "1.5", "1e3", "--1"] {
            assert_eq!(whole_number(text, -9, 9), Err(format!("`{text}` is no whole number")));
        }
    }

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
