//! What the derives refuse, what they say of it, and where the error points.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Result};

type Derive = fn(&DeriveInput) -> Result<TokenStream>;

/// What is said of a source, and the source text that it points at.
fn refused(derive: Derive, source: &str) -> (String, String) {
    let input: DeriveInput = syn::parse_str(source).expect("it is Rust");
    let error = derive(&input).expect_err(source);
    (error.to_string(), error.span().source_text().expect("it points somewhere"))
}

fn check(derive: Derive, cases: &[(&str, &str, &str)]) {
    for (source, says, at) in cases {
        let (message, place) = refused(derive, source);
        assert!(message.contains(says), "{source}\n{message}");
        assert_eq!(&place, at, "{source}\n{message}");
    }
}

#[test]
fn messages() {
    check(
        crate::message::derive,
        &[
            ("struct M;", "is for enums", "M"),
            ("enum M { /** A. */ Vote }", "`Vote` needs `#[message(glyph = …)]`", "Vote"),
            ("enum M { #[message(glyph = Tag)] Vote }", "`Vote` needs a doc comment", "Vote"),
            (
                "enum M { /** A. */ #[message(glyf = Tag)] Vote }",
                "`glyf` means nothing here; what does: `glyph`",
                "glyf",
            ),
            ("enum M { /** A. */ #[message(reply)] Vote }", "say how it is drawn", "#[message(reply)]"),
            ("enum M { /** A. */ #[message(glyph = Tag, reply, reply)] Vote }", "stands here twice", "reply"),
            ("enum M { /** A. */ #[message(glyph = Tag, reply = 1)] Vote }", "`reply` takes no value", "reply"),
            (
                "enum M { /** A. */ #[message(glyph = Tag, label_with = f, label = \"x\")] V }",
                "a label already",
                "label_with",
            ),
            (
                "#[message(epoch = term)] enum M { /** A. */ #[message(glyph = Tag)] V { round: u64 } }",
                "no variant has",
                "term",
            ),
            (
                "#[message(order(\"vot\"))] enum M { /** A. */ #[message(glyph = Tag)] Vote }",
                "there is vote",
                "\"vot\"",
            ),
            (
                "enum M { /** A. */ #[message(glyph = Tag)] #[message(glyph = Tag)] Vote }",
                "unless the others say when(…)",
                "Vote",
            ),
            (
                "enum M { /** A. */ #[message(glyph = Tag)] A, /** B. */ #[message(glyph = Tag, name = \"a\")] B }",
                "`a` is there already",
                "\"a\"",
            ),
            (
                "enum M { /** A. */ #[message(glyph = Tag)] A { #[field(if_sum)] a: u64 } }",
                "`if_sum` means nothing here",
                "if_sum",
            ),
        ],
    );
}

#[test]
fn options() {
    check(
        crate::options::derive,
        &[
            ("enum C { A }", "is for structs", "C"),
            ("struct C { #[option(default = \"1\")] a: u64 }", "`a` needs a doc comment", "a"),
            ("struct C { /** A. */ #[option(duration)] a: u64 }", "`a` needs a default", "a"),
            (
                "struct C { /** A. */ #[option(not_first, default = \"on\")] a: bool }",
                "only an option with `per_replica` can leave one out",
                "not_first",
            ),
            ("struct C { /** A. */ #[option(duration, word, default = \"\")] a: u64 }", "one of these only", "word"),
            (
                "struct C { /** A. */ #[option(number(1..9), default = \"1\")] a: u64 }",
                "write number(1..=64)",
                "number",
            ),
            ("struct C { /** A. */ #[option(default = 100)] a: bool }", "write `default = \"…\"`", "100"),
            ("struct C { /** A. */ #[option(per_replica)] a: bool }", "needs a `Vec`", "bool"),
            ("struct C { /** A. */ #[option(at_least = \"1ms\")] a: bool }", "only durations", "at_least"),
            ("#[option(order(\"b\"))] struct C { /** A. */ a: bool }", "there is a", "\"b\""),
        ],
    );
}

#[test]
fn commands() {
    check(
        crate::command::derive,
        &[
            ("enum C { /** A. */ Put(u8) }", "say how it is written", "Put"),
            ("enum C { /** A. */ #[command(usage = \"go\")] Go }", "say the example", "#[command(usage = \"go\")]"),
            (
                "enum C { /** A. */ #[command(usage = \"put KEY\", example = \"put\")] Put { key: u8 } }",
                "this is not written as `put KEY`",
                "\"put\"",
            ),
            (
                "enum C { /** A. */ #[command(usage = \"put VALUE\", example = \"put 1\")] Put { key: u8 } }",
                "no field is called VALUE",
                "\"put VALUE\"",
            ),
            ("enum C { #[command(flatten)] Put(u8, u8) }", "must hold the other type and nothing else", "flatten"),
        ],
    );
}

#[test]
fn displays() {
    check(
        crate::display::derive,
        &[
            ("struct D;", "say how `D` is written", "D"),
            ("enum D { #[display(\"a\")] A, B }", "say how `B` is written", "B"),
        ],
    );
}

#[test]
fn lists_and_views() {
    check(
        crate::listed::lie,
        &[
            ("enum L { /** A. */ Other }", "write #[lie(Grant)]", "Other"),
            ("enum L { /** A. */ #[lie(Grant)] Other(u8) }", "has no fields", "Other"),
            ("enum L { #[lie(Grant)] Other }", "needs a doc comment", "Other"),
        ],
    );
    check(crate::listed::role, &[("enum R { /** A. */ Leader }", "how it is drawn", "Leader")]);
    check(crate::listed::timer, &[("enum T { /** A. */ Votes(u64, u64) }", "write `Votes`, or `Votes(u64)`", "Votes")]);
    check(crate::choice::derive, &[("enum W { A, B(u8) }", "a word has no fields", "B")]);
    check(crate::fields::view, &[("struct V { term: u64 }", "`term` needs a doc comment", "term")]);
    check(crate::fields::show_field, &[("enum V { A }", "is for structs", "V")]);
}

#[test]
fn a_sentence_is_the_first_paragraph_and_a_name_is_in_kebab_case() {
    let input: DeriveInput =
        syn::parse_str("/// One\n/// two.\n///\n/// Three.\nstruct AppendEntries;").expect("it is Rust");
    assert_eq!(crate::attributes::about(&input.attrs).as_deref(), Some("One two."));
    let names = ["AppendEntries", "append_entries", "r#type", "Ack"]
        .map(|name| crate::attributes::kebab(&syn::parse_str::<syn::Ident>(name).expect("a name")));
    assert_eq!(names, ["append-entries", "append-entries", "type", "ack"]);
}
