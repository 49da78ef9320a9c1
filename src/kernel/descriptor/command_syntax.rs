//! Reads commands by how the descriptor says that they are written: so what the help says and what is understood are one.

use super::vocabulary::CommandInfo;

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
    if words.next().is_some() { None } else { values.try_into().ok() }
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
        let split = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        assert_eq!(fits("put KEY VALUE", &split("put GO to")), Some(["GO", "to"]));
        assert_eq!(fits("go", &split("go")), Some([]));
        for wrong in ["", "put", "put x", "put x 1 2", "go x 1", "PUT x 1"] {
            assert_eq!(fits::<2>("put KEY VALUE", &split(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_refusal_names_all_that_can_be_written() {
        let command = |usage| CommandInfo { usage, example: "", about: "" };
        let commands = ["put KEY VALUE", "go", "go to PLACE"].map(command);
        assert_eq!(refusal(&commands), "a request is put KEY VALUE, go or go to PLACE");
        assert_eq!(refusal(&commands[1..2]), "a request is go");
    }
}
