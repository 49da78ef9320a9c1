//! A protocol's vocabulary as one text. A list of structs of texts takes an address and a length for each of them, which no
//! compression makes small; in one text, a character ends each. It is written when compiled and cut up when first read.

use std::ops::Deref;
use std::str::SplitTerminator;
use std::sync::OnceLock;

use super::describe::{
    CommandInfo, Descriptor, Glyph, LieInfo, LieSort, Look, MessageInfo, OptionInfo, OptionKind, PropertyInfo,
    RoleInfo, RuleInfo, WordInfo,
};

/// Packs a [`Descriptor`], for the `static` that the protocol's `DESCRIPTOR` points at.
#[macro_export]
macro_rules! packed {
    ($descriptor:expr) => {{
        use $crate::kernel::packed::{Packed, Pen, text};
        const fn plain() -> $crate::kernel::Descriptor {
            $descriptor
        }
        const BYTES: [u8; Pen::<0>::of(&plain()).length()] = Pen::of(&plain()).written();
        static WHOLE: std::sync::OnceLock<$crate::kernel::Descriptor> = std::sync::OnceLock::new();
        Packed::new(text(&BYTES), &WHOLE)
    }};
}

/// A descriptor, cut up when it is first read.
pub struct Packed {
    text: &'static str,
    whole: &'static OnceLock<Descriptor>,
}

impl Packed {
    /// Of what a [`Pen`] wrote, and a place for what is read.
    pub const fn new(text: &'static str, whole: &'static OnceLock<Descriptor>) -> Self {
        Packed { text, whole }
    }

    /// Whether this is the vocabulary of the protocol with this id, which stands first.
    pub const fn is_of(&self, id: &str) -> bool {
        let (text, id) = (self.text.as_bytes(), id.as_bytes());
        let mut at = 0;
        while at < id.len() && text[at] == id[at] {
            at += 1;
        }
        at == id.len() && text[at] == END as u8
    }
}

impl Deref for Packed {
    type Target = Descriptor;

    fn deref(&self) -> &Descriptor {
        self.whole.get_or_init(|| Reader { parts: self.text.split_terminator(END) }.descriptor())
    }
}

/// What ends a part of a text.
pub const END: char = '\x1f';
/// What stands for the same text as in the item before.
pub const DITTO: &str = "\"";

const SORTS: [LieSort; 4] = [LieSort::Grant, LieSort::Contradict, LieSort::Omit, LieSort::Invent];
const GLYPHS: [Glyph; 6] = [Glyph::Envelope, Glyph::Tag, Glyph::Box, Glyph::Disc, Glyph::Diamond, Glyph::Hexagon];
const LOOKS: [Look; 5] = [Look::Lead, Look::Contend, Look::Follow, Look::Blocked, Look::Done];

/// Writes parts one after the other, at compile time: with no room at all to learn how long they are, then with enough.
pub struct Pen<const ROOM: usize> {
    bytes: [u8; ROOM],
    at: usize,
}

impl<const ROOM: usize> Pen<ROOM> {
    /// A clean sheet.
    #[allow(clippy::new_without_default)] // A default can't be constant.
    pub const fn new() -> Self {
        Pen { bytes: [0; ROOM], at: 0 }
    }

    /// How much was written.
    pub const fn length(&self) -> usize {
        self.at
    }

    /// What was written.
    pub const fn written(self) -> [u8; ROOM] {
        assert!(self.at == ROOM, "the room was measured for another text");
        self.bytes
    }

    /// Writes a part.
    pub const fn part(&mut self, part: &str) {
        let (bytes, mut at) = (part.as_bytes(), 0);
        while at < bytes.len() {
            assert!(bytes[at] != END as u8, "a text with a control character");
            self.byte(bytes[at]);
            at += 1;
        }
        self.byte(END as u8);
    }

    /// Writes a part, or the sign for the same as before.
    pub const fn part_after(&mut self, part: &str, before: &str) {
        assert!(!same(part.as_bytes(), DITTO.as_bytes()), "a text that would be read as the one before");
        self.part(if same(part.as_bytes(), before.as_bytes()) { DITTO } else { part });
    }

    const fn byte(&mut self, byte: u8) {
        if self.at < ROOM {
            self.bytes[self.at] = byte;
        }
        self.at += 1;
    }

    const fn number(&mut self, number: u64) {
        self.digits(number);
        self.byte(END as u8);
    }

    const fn digits(&mut self, number: u64) {
        if number >= 10 {
            self.digits(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    const fn words(&mut self, words: &[WordInfo]) {
        self.number(words.len() as u64);
        let mut at = 0;
        while at < words.len() {
            self.part(words[at].name);
            self.part(words[at].about);
            at += 1;
        }
    }

    const fn commands(&mut self, commands: &[CommandInfo]) {
        self.number(commands.len() as u64);
        let mut at = 0;
        while at < commands.len() {
            self.part(commands[at].usage);
            self.part(commands[at].example);
            self.part(commands[at].about);
            at += 1;
        }
    }

    const fn options(&mut self, options: &[OptionInfo]) {
        self.number(options.len() as u64);
        let (mut at, mut source) = (0, "");
        while at < options.len() {
            let option = &options[at];
            self.part(option.name);
            self.kind(option.kind);
            self.part(option.default);
            self.number(option.per_replica as u64 + 2 * option.bug as u64);
            self.list(option.breaks);
            self.part(option.about);
            self.part_after(option.source, source);
            (at, source) = (at + 1, option.source);
        }
    }

    const fn kind(&mut self, kind: OptionKind) {
        match kind {
            OptionKind::Switch => self.number(0),
            OptionKind::YesNo => self.number(1),
            OptionKind::Duration => self.number(2),
            OptionKind::DurationRange => self.number(3),
            OptionKind::Word => self.number(4),
            OptionKind::Number { lo, hi } => {
                self.number(5);
                self.number(lo);
                self.number(hi);
            }
            OptionKind::Choice(words) => {
                self.number(6);
                self.list(words);
            }
        }
    }

    const fn list(&mut self, words: &[&str]) {
        self.number(words.len() as u64);
        let mut at = 0;
        while at < words.len() {
            self.part(words[at]);
            at += 1;
        }
    }

    const fn messages(&mut self, messages: &[MessageInfo]) {
        self.number(messages.len() as u64);
        let mut at = 0;
        while at < messages.len() {
            self.part(messages[at].name);
            self.number(messages[at].reply as u64 + 2 * messages[at].glyph as u64);
            self.part(messages[at].about);
            at += 1;
        }
    }

    const fn roles(&mut self, roles: &[RoleInfo]) {
        self.number(roles.len() as u64);
        let mut at = 0;
        while at < roles.len() {
            self.part(roles[at].name);
            self.number(roles[at].look as u64);
            self.part(roles[at].about);
            at += 1;
        }
    }

    const fn properties(&mut self, properties: &[PropertyInfo]) {
        self.number(properties.len() as u64);
        let (mut at, mut source) = (0, "");
        while at < properties.len() {
            self.part(properties[at].name);
            self.part(properties[at].about);
            self.part_after(properties[at].source, source);
            (at, source) = (at + 1, properties[at].source);
        }
    }

    const fn lies(&mut self, lies: &[LieInfo]) {
        self.number(lies.len() as u64);
        let mut at = 0;
        while at < lies.len() {
            self.part(lies[at].name);
            self.number(lies[at].sort as u64);
            self.part(lies[at].about);
            at += 1;
        }
    }

    const fn rules(&mut self, rules: &[RuleInfo]) {
        self.number(rules.len() as u64);
        let (mut at, mut block, mut source) = (0, "", "");
        while at < rules.len() {
            let rule = &rules[at];
            self.number(rule.milestone as u64);
            self.part(rule.name);
            self.part_after(rule.block, block);
            self.part_after(rule.source, source);
            self.part(rule.code);
            self.part(rule.sentence);
            self.part(rule.claim);
            self.part(rule.rests_on);
            (at, block, source) = (at + 1, rule.block, rule.source);
        }
    }

    /// All of a descriptor.
    pub const fn of(descriptor: &Descriptor) -> Self {
        let mut pen = Self::new();
        let Descriptor { id, name, summary, paper, epoch, quorum_for, agent, first_agent, slot, .. } = *descriptor;
        let texts = [id, name, summary, paper, epoch, quorum_for, agent, first_agent, slot, descriptor.first_scenario];
        let mut at = 0;
        while at < texts.len() {
            pen.part(texts[at]);
            at += 1;
        }
        pen.number(descriptor.replicas.0 as u64);
        pen.number(descriptor.replicas.1 as u64);
        pen.commands(descriptor.commands);
        pen.options(descriptor.options);
        pen.words(descriptor.disk);
        pen.messages(descriptor.messages);
        pen.words(descriptor.timers);
        pen.roles(descriptor.roles);
        pen.words(descriptor.fields);
        pen.properties(descriptor.properties);
        pen.lies(descriptor.lies);
        pen.words(descriptor.costs);
        pen.rules(descriptor.rules);
        pen
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    if one.len() != other.len() {
        return false;
    }
    while at < one.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len()
}

/// What a [`Pen`] wrote, as a text.
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a text was cut within a character"),
    }
}

/// Reads the parts again, in the order in which they were written. Lists live as long as the program: they are read once.
struct Reader {
    parts: SplitTerminator<'static, char>,
}

impl Reader {
    #[inline(never)]
    fn part(&mut self) -> &'static str {
        self.parts.next().unwrap_or_default()
    }

    #[inline(never)]
    fn part_after(&mut self, before: &mut &'static str) -> &'static str {
        let part = self.part();
        if part != DITTO {
            *before = part;
        }
        before
    }

    #[inline(never)]
    fn number(&mut self) -> u64 {
        self.part().parse().unwrap_or_default()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> &'static [T] {
        let mut list = Vec::new();
        for _ in 0..self.number() {
            list.push(item(self));
        }
        list.leak()
    }

    fn words(&mut self) -> &'static [WordInfo] {
        self.list(|it| WordInfo { name: it.part(), about: it.part() })
    }

    fn options(&mut self) -> &'static [OptionInfo] {
        let mut source = "";
        self.list(|it| {
            let (name, kind, default, marks) = (it.part(), it.kind(), it.part(), it.number());
            let (per_replica, bug) = (marks & 1 != 0, marks & 2 != 0);
            let breaks = it.list(Self::part);
            let (about, source) = (it.part(), it.part_after(&mut source));
            OptionInfo { name, kind, default, per_replica, bug, breaks, about, source }
        })
    }

    fn kind(&mut self) -> OptionKind {
        match self.number() {
            0 => OptionKind::Switch,
            1 => OptionKind::YesNo,
            2 => OptionKind::Duration,
            3 => OptionKind::DurationRange,
            4 => OptionKind::Word,
            5 => OptionKind::Number { lo: self.number(), hi: self.number() },
            _ => OptionKind::Choice(self.list(Self::part)),
        }
    }

    fn message(&mut self) -> MessageInfo {
        let (name, marks) = (self.part(), self.number() as usize);
        MessageInfo { name, reply: marks % 2 == 1, glyph: GLYPHS[marks / 2], about: self.part() }
    }

    fn properties(&mut self) -> &'static [PropertyInfo] {
        let mut source = "";
        self.list(|it| PropertyInfo { name: it.part(), about: it.part(), source: it.part_after(&mut source) })
    }

    fn rules(&mut self) -> &'static [RuleInfo] {
        let (mut block, mut source) = ("", "");
        self.list(|it| RuleInfo {
            milestone: it.number() == 1,
            name: it.part(),
            block: it.part_after(&mut block),
            source: it.part_after(&mut source),
            code: it.part(),
            sentence: it.part(),
            claim: it.part(),
            rests_on: it.part(),
        })
    }

    fn descriptor(mut self) -> Descriptor {
        Descriptor {
            id: self.part(),
            name: self.part(),
            summary: self.part(),
            paper: self.part(),
            epoch: self.part(),
            quorum_for: self.part(),
            agent: self.part(),
            first_agent: self.part(),
            slot: self.part(),
            first_scenario: self.part(),
            replicas: (self.number() as u16, self.number() as u16),
            commands: self.list(|it| CommandInfo { usage: it.part(), example: it.part(), about: it.part() }),
            options: self.options(),
            disk: self.words(),
            messages: self.list(Self::message),
            timers: self.words(),
            roles: self.list(|it| RoleInfo { name: it.part(), look: LOOKS[it.number() as usize], about: it.part() }),
            fields: self.words(),
            properties: self.properties(),
            lies: self.list(|it| LieInfo { name: it.part(), sort: SORTS[it.number() as usize], about: it.part() }),
            costs: self.words(),
            rules: self.rules(),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::kernel::{NodeId, Rule as _};

    crate::rules! {
        "" { Plain "plain" "" "code" => "None."; }
        "block" {
            #[milestone] Only { number: u64 } "only" "§1" "code" => "Sentence {number}."
                so "claim {number}" by "z";
            Other "other" "§1" "more code" => "Nothing.";
        }
    }

    const fn option(name: &'static str, kind: OptionKind, per_replica: bool, bug: bool) -> OptionInfo {
        let breaks: &[&str] = if bug { &["a", "c"] } else { &[] };
        OptionInfo { name, kind, default: "", per_replica, bug, breaks, about: "Fünf →", source: "§2" }
    }

    const fn message(name: &'static str, reply: bool, glyph: Glyph) -> MessageInfo {
        MessageInfo { name, reply, glyph, about: "" }
    }

    const OPTIONS: &[OptionInfo] = &[
        OptionInfo { source: "", ..option("a", OptionKind::Switch, false, true) },
        option("b", OptionKind::YesNo, true, false),
        option("c", OptionKind::Duration, true, true),
        OptionInfo { source: "§3", ..option("d", OptionKind::DurationRange, false, false) },
        option("e", OptionKind::Word, false, false),
        option("f", OptionKind::Number { lo: 0, hi: u64::MAX }, false, false),
        option("g", OptionKind::Choice(&["one", "two"]), false, false),
    ];
    const MESSAGES: &[MessageInfo] = &[
        message("a", true, GLYPHS[0]),
        message("b", false, GLYPHS[1]),
        message("c", true, GLYPHS[2]),
        message("d", false, GLYPHS[3]),
        message("e", true, GLYPHS[4]),
        message("f", false, GLYPHS[5]),
    ];
    const LIES: &[LieInfo] = &[
        LieInfo::new("a", SORTS[0], ""),
        LieInfo::new("b", SORTS[1], ""),
        LieInfo::new("c", SORTS[2], ""),
        LieInfo::new("d", SORTS[3], "What is not."),
    ];
    const WORDS: &[WordInfo] = &[WordInfo { name: "a", about: "" }, WordInfo { name: "a", about: "b\nc" }];

    const fn example() -> Descriptor {
        Descriptor {
            id: "example",
            name: "",
            summary: "Two\nlines",
            paper: "\"Quoted\"",
            epoch: "term",
            quorum_for: "",
            agent: "agent",
            first_agent: "head",
            slot: "",
            replicas: (2, 65_535),
            first_scenario: "protocol example\n",
            commands: &[CommandInfo { usage: "a", example: "b", about: "c" }],
            options: OPTIONS,
            disk: &[],
            messages: MESSAGES,
            timers: WORDS,
            roles: &[
                RoleInfo { name: "a", look: LOOKS[0], about: "" },
                RoleInfo { name: "b", look: LOOKS[1], about: "" },
                RoleInfo { name: "c", look: LOOKS[2], about: "" },
                RoleInfo { name: "d", look: LOOKS[3], about: "" },
                RoleInfo { name: "e", look: LOOKS[4], about: "" },
            ],
            fields: WORDS,
            properties: &[
                PropertyInfo { name: "z", about: "", source: "" },
                PropertyInfo { name: "a", about: "b", source: "§3" },
                PropertyInfo { name: "c", about: "d", source: "§3" },
            ],
            rules: RULES,
            lies: LIES,
            costs: &[WordInfo { name: "last", about: "" }],
        }
    }

    static EXAMPLE: Packed = crate::packed!(example());

    #[test]
    fn what_was_packed_is_read_again() {
        let whole = |descriptor: &Descriptor| serde_json::to_value(descriptor).expect("it can be written");
        assert_eq!(whole(&EXAMPLE), whole(&example()));
        let claims = |rules: &[RuleInfo]| rules.iter().map(|rule| (rule.claim, rule.rests_on)).collect::<Vec<_>>();
        assert_eq!(claims(EXAMPLE.rules), claims(RULES));
        assert!(EXAMPLE.is_of("example"));
        assert!(!EXAMPLE.is_of("exam") && !EXAMPLE.is_of("examples"));
        let said = |rule: Rule| rule.sentence(EXAMPLE.rules, NodeId::replica(1));
        assert_eq!(EXAMPLE.rules[Rule::Only { number: 2 }.index() as usize].name, "only");
        assert_eq!(
            [Rule::Only { number: 2 }, Rule::Plain, Rule::Other].map(said),
            ["Sentence 2.", "None.", "Nothing."]
        );
    }
}
