//! A lesson's lines as blocks: what a Markdown viewer sees, before anybody asks what it is good for.

use super::code::{Code, Place};
use super::{Mistake, Shape};
use crate::scenario::text::{nearest, quote};

/// The kinds of fences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fence {
    Scenario,
    Play,
    Task,
    Solution,
    Wrong,
}

impl Fence {
    const ALL: [(&'static str, Fence); 5] = [
        ("scenario", Fence::Scenario),
        ("play", Fence::Play),
        ("task", Fence::Task),
        ("solution", Fence::Solution),
        ("wrong", Fence::Wrong),
    ];
}

/// An item of a list of answers.
pub(super) struct Item<'a> {
    /// What stands in its box.
    pub mark: char,
    pub place: Place,
    /// Its lines, each with its place.
    pub lines: Vec<(&'a str, Place)>,
    pub reply: Vec<&'a str>,
}

/// A block.
pub(super) enum Raw<'a> {
    Title(&'a str),
    Prose(Shape, Vec<String>),
    Answers(Vec<Item<'a>>),
    Fence(Fence, Code),
}

/// Takes a lesson's text apart.
pub(super) fn split<'a>(text: &'a str, mistakes: &mut Vec<Mistake>) -> Vec<(Place, Raw<'a>)> {
    let lines: Vec<_> = text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line)).collect();
    let mut splitter = Splitter { lines: &lines, next: 0, blocks: Vec::new(), mistakes };
    while let Some(&(number, line)) = splitter.lines.get(splitter.next) {
        splitter.block(number, line);
    }
    splitter.blocks
}

struct Splitter<'a, 'm> {
    lines: &'m [(u32, &'a str)],
    next: usize,
    blocks: Vec<(Place, Raw<'a>)>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'a> Splitter<'a, '_> {
    fn block(&mut self, number: u32, line: &'a str) {
        let place = Place { line: number, column: 1 };
        if line.trim().is_empty() {
            self.next += 1;
        } else if line.trim_start().starts_with("```") {
            self.fence(number, line);
        } else if boxed(line).is_some() {
            let items = self.answers();
            self.blocks.push((place, Raw::Answers(items)));
        } else if let Some(level) = heading(line) {
            self.next += 1;
            let words = line[level..].trim();
            let raw = if level == 1 { Raw::Title(words) } else { Raw::Prose(Shape::Heading, vec![words.into()]) };
            self.blocks.push((place, raw));
        } else if let Some((shape, _)) = bullet(line) {
            let items = self.list(shape);
            self.blocks.push((place, Raw::Prose(shape, items)));
        } else {
            if line.trim_start().starts_with("> ") {
                let why =
                    "a reply was not expected here: it stands right below its answer, two spaces in, as in `  > reply`";
                self.mistakes.push(Place { line: number, column: indent(line) + 1 }.wrong(why));
            }
            let words = self.paragraph();
            self.blocks.push((place, Raw::Prose(Shape::Paragraph, vec![words])));
        }
    }

    fn fence(&mut self, number: u32, line: &'a str) {
        let word = line.trim_start().trim_start_matches('`').trim();
        let column = line.chars().count() - line.trim_start().trim_start_matches('`').chars().count() + 1;
        self.next += 1;
        let body = &self.lines[self.next..];
        let end = body.iter().position(|(_, line)| line.trim_end() == "```");
        if end.is_none() {
            let why = "this block is never closed: a line ``` is missing behind it";
            self.mistakes.push(Place { line: number, column: 1 }.wrong(why));
        }
        let end = end.unwrap_or(body.len());
        let code = Code { first: number + 1, lines: body[..end].iter().map(|(_, line)| line.to_string()).collect() };
        self.next += end + 1;
        if indent(line) > 0 {
            self.mistakes.push(Place { line: number, column: 1 }.wrong("a block begins at the start of a line"));
        }
        match Fence::ALL.iter().find(|(name, _)| *name == word) {
            Some((_, kind)) => self.blocks.push((Place { line: number, column: 1 }, Raw::Fence(*kind, code))),
            None => {
                let names = Fence::ALL.map(|(name, _)| name);
                let hint = nearest(word, names).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                let named = if word.is_empty() {
                    "no kind of block is named".into()
                } else {
                    format!("{} is not known here", quote(word))
                };
                let why = format!("{named}: a block ({}) was expected{hint}", names.join(", "));
                self.mistakes.push(Place { line: number, column: column as u32 }.wrong(why));
            }
        }
    }

    fn answers(&mut self) -> Vec<Item<'a>> {
        let mut items: Vec<Item> = Vec::new();
        while let Some(&(number, line)) = self.lines.get(self.next) {
            let at = |column: u32| Place { line: number, column };
            if let Some((mark, words)) = boxed(line) {
                let column = line.chars().count() - words.chars().count() + 1;
                let lines = vec![(words.trim_end(), at(column as u32))];
                items.push(Item { mark, place: at(1), lines, reply: Vec::new() });
            } else if indent(line) >= 2 && !line.trim().is_empty() {
                let Some(item) = items.last_mut() else { break };
                match line.trim().strip_prefix('>') {
                    Some(words) => item.reply.push(words.trim()),
                    None if item.reply.is_empty() => item.lines.push((line.trim(), at(indent(line) + 1))),
                    None => item.reply.push(line.trim()),
                }
            } else {
                break;
            }
            self.next += 1;
        }
        items
    }

    fn list(&mut self, shape: Shape) -> Vec<String> {
        let mut items: Vec<String> = Vec::new();
        while let Some(&(_, line)) = self.lines.get(self.next) {
            match (bullet(line), items.last_mut()) {
                (Some((kind, words)), _) if kind == shape && boxed(line).is_none() => {
                    items.push(words.trim().to_string())
                }
                (None, Some(item)) if indent(line) >= 2 && !line.trim().is_empty() => {
                    item.extend([" ", line.trim()]);
                }
                _ => break,
            }
            self.next += 1;
        }
        items
    }

    fn paragraph(&mut self) -> String {
        let mut words: Vec<&str> = Vec::new();
        while let Some(&(_, line)) = self.lines.get(self.next) {
            let other = line.trim_start().starts_with("```") || boxed(line).is_some() || heading(line).is_some();
            if line.trim().is_empty() || (!words.is_empty() && (other || bullet(line).is_some())) {
                break;
            }
            words.push(line.trim());
            self.next += 1;
        }
        words.join(" ")
    }
}

fn indent(line: &str) -> u32 {
    line.chars().take_while(|letter| letter.is_whitespace()).count() as u32
}

/// `- [x] words`
fn boxed(line: &str) -> Option<(char, &str)> {
    let rest = line.strip_prefix("- [")?;
    let mark = rest.chars().next()?;
    let words = rest[mark.len_utf8()..].strip_prefix(']')?;
    words.strip_prefix(' ').or(words.is_empty().then_some("")).map(|words| (mark, words.trim_start()))
}

/// `# words`: how many signs there are.
fn heading(line: &str) -> Option<usize> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    ((1..=6).contains(&level) && line[level..].starts_with(' ')).then_some(level)
}

/// `- words`, `* words`, `1. words`
fn bullet(line: &str) -> Option<(Shape, &str)> {
    if let Some(words) = line.strip_prefix("- ").or(line.strip_prefix("* ")) {
        return Some((Shape::Bullets, words));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let words = line[digits..].strip_prefix(". ").filter(|_| (1..=3).contains(&digits))?;
    Some((Shape::Numbers, words))
}
