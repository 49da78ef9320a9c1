//! The marks within a text: stress, code and links. All else is text, tags of HTML too.

/// How deep marks are nested at most; deeper ones are text.
const DEEPEST: u8 = 6;

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Inline {
    /// As it is.
    Text(String),
    /// `*stressed*`
    Emphasis(Vec<Inline>),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// `` `code` ``
    Code(String),
    /// `[words](address)`: an address with http or https, or a relative one.
    Link {
        /// Where it leads.
        to: String,
        /// What is read.
        words: Vec<Inline>,
    },
}

/// Takes a text apart. What only looks like a mark is text.
pub fn inline(text: &str) -> Vec<Inline> {
    parts(text, DEEPEST)
}

fn parts(text: &str, depth: u8) -> Vec<Inline> {
    let (mut all, mut plain) = (Vec::new(), String::new());
    let mut rest = text;
    let mut before = None;
    // What closes no mark once closes none further on: so each is looked for once.
    let mut gone: Vec<&str> = Vec::new();
    while let Some(letter) = rest.chars().next() {
        let found = if depth > 0 { mark(rest, before, depth, &mut gone) } else { None };
        let taken = match found {
            Some((part, length)) => {
                if !plain.is_empty() {
                    all.push(Inline::Text(std::mem::take(&mut plain)));
                }
                all.push(part);
                length
            }
            None => {
                let escaped = rest[letter.len_utf8()..]
                    .chars()
                    .next()
                    .filter(|next| letter == '\\' && next.is_ascii_punctuation());
                plain.push(escaped.unwrap_or(letter));
                letter.len_utf8() + escaped.map_or(0, char::len_utf8)
            }
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    if !plain.is_empty() {
        all.push(Inline::Text(plain));
    }
    all
}

/// The mark with which a text begins, and how long it is.
fn mark<'a>(text: &'a str, before: Option<char>, depth: u8, gone: &mut Vec<&'a str>) -> Option<(Inline, usize)> {
    let inner = |words: &str| parts(words, depth - 1);
    if text.starts_with('`') {
        let words = closed(text, "`", gone)?;
        return Some((Inline::Code(words.to_string()), words.len() + 2));
    }
    for (sign, within_words) in [("**", true), ("__", false), ("*", true), ("_", false)] {
        if !text.starts_with(sign) || !within_words && before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let words = closed(text, sign, gone)?;
        if words.starts_with(char::is_whitespace) || words.ends_with(char::is_whitespace) {
            return None;
        }
        let length = words.len() + 2 * sign.len();
        let strong = sign.len() == 2;
        return Some((if strong { Inline::Strong(inner(words)) } else { Inline::Emphasis(inner(words)) }, length));
    }
    let words = until(text.strip_prefix('[')?, "](", gone)?;
    let address = until(&text[words.len() + 3..], ")", gone)?;
    let link = may_lead(address).then(|| Inline::Link { to: address.to_string(), words: inner(words) })?;
    Some((link, words.len() + address.len() + 4))
}

/// What stands between two equal signs, the first of which begins the text; not nothing.
fn closed<'a>(text: &'a str, sign: &'static str, gone: &mut Vec<&'a str>) -> Option<&'a str> {
    until(&text[sign.len()..], sign, gone).filter(|words| !words.is_empty())
}

fn until<'a>(text: &'a str, sign: &'static str, gone: &mut Vec<&'a str>) -> Option<&'a str> {
    if gone.contains(&sign) {
        return None;
    }
    let found = text.find(sign).map(|end| &text[..end]);
    if found.is_none() {
        gone.push(sign);
    }
    found
}

/// Whether a link may lead there: to a page of the web, or to one beside the lesson.
fn may_lead(address: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_graphic() && !['\\', '<', '>', '"', '`'].contains(&letter);
    if address.is_empty() || !address.chars().all(plain) {
        return false;
    }
    let scheme = address.find(':').filter(|&at| !address[..at].contains(['/', '?', '#']));
    match scheme {
        Some(at) => ["http", "https"].contains(&&*address[..at].to_ascii_lowercase()),
        None => !address.starts_with("//"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    #[test]
    fn marks_are_taken_apart() {
        let strong = Inline::Strong(vec![text("new "), Inline::Emphasis(vec![text("word")])]);
        let found = inline("A **new _word_**, `x < 1` and [a *page*](https://e.org/a?b:c).");
        let link = Inline::Link {
            to: "https://e.org/a?b:c".into(),
            words: vec![text("a "), Inline::Emphasis(vec![text("page")])],
        };
        assert_eq!(
            found,
            [text("A "), strong, text(", "), Inline::Code("x < 1".into()), text(" and "), link, text(".")]
        );
    }

    #[test]
    fn what_is_no_mark_is_text() {
        for plain in [
            "<b onclick=x>2 * 3 * 4</b>",
            "snake_case_name",
            "a ** b",
            "`open",
            "[x](javascript:alert(1))",
            "[x](//e.org)",
            "[x]( data:text/html,a)",
        ] {
            assert_eq!(inline(plain), [text(plain)]);
        }
        assert_eq!(inline(r"\*not stressed\*"), [text("*not stressed*")]);
    }

    #[test]
    fn a_long_text_of_open_marks_is_read_at_once() {
        let long = "*a `b [c](".repeat(10_000);
        assert!(!inline(&long).is_empty());
        let deep = "**a _b ".repeat(2_000) + &"_ ** ".repeat(2_000);
        assert!(!inline(&deep).is_empty());
    }
}
