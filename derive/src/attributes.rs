//! What stands in doc comments and attributes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Result, Token, parenthesized, token};

/// Where all that is derived finds what it is made of.
pub fn kernel() -> TokenStream {
    quote!(::consensus_playground::kernel)
}

/// Lists of this type one behind the other, as one.
pub fn joined(parts: &[TokenStream], of: &TokenStream) -> TokenStream {
    if parts.is_empty() {
        return quote!(&[]);
    }
    let lists = quote!(::consensus_playground::kernel::descriptor::lists);
    quote!({
        const LISTS: &[&[#of]] = &[ #(#parts),* ];
        const ALL: [#of; #lists::length(LISTS)] = #lists::joined(LISTS);
        &ALL
    })
}

/// One attribute, word by word.
pub struct Words {
    /// Where it stands.
    pub span: Span,
    /// The word without a key that may stand first, such as the look of a role.
    pub head: Option<Ident>,
    list: Vec<(Ident, Value)>,
}

enum Value {
    Bare,
    Is(Expr),
    In(TokenStream),
}

impl Words {
    /// All attributes of this name; `known` are the words that may stand there. With `head` the first may be any.
    pub fn all(attributes: &[Attribute], name: &str, known: &[&str], head: bool) -> Result<Vec<Words>> {
        let mut all = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
            let list = match &attribute.meta {
                Meta::List(list) => list.tokens.clone(),
                Meta::Path(_) => TokenStream::new(),
                Meta::NameValue(_) => return Err(Error::new(attribute.span(), format!("write `#[{name}(…)]`"))),
            };
            let words = |input: ParseStream| Words::parse(input, attribute.span(), known, head);
            all.push(words.parse2(list)?);
        }
        Ok(all)
    }

    /// The one attribute of this name, empty where there is none.
    pub fn one(attributes: &[Attribute], name: &str, known: &[&str], head: bool) -> Result<Words> {
        let mut all = Words::all(attributes, name, known, head)?;
        if let Some(second) = all.get(1) {
            return Err(Error::new(second.span, format!("there is a `#[{name}]` before this one")));
        }
        Ok(all.pop().unwrap_or(Words { span: Span::call_site(), head: None, list: Vec::new() }))
    }

    fn parse(input: ParseStream, span: Span, known: &[&str], head: bool) -> Result<Words> {
        let mut words = Words { span, head: None, list: Vec::new() };
        while !input.is_empty() {
            let key = Ident::parse_any(input)?;
            if known.iter().all(|word| key != word) {
                let bare = input.is_empty() || input.peek(Token![,]);
                if !(head && bare && words.head.is_none() && words.list.is_empty()) {
                    return Err(unknown(&key, known));
                }
                words.head = Some(key);
            } else if words.list.iter().any(|(other, _)| *other == key) {
                return Err(Error::new(key.span(), format!("`{key}` stands here twice")));
            } else if input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                words.list.push((key, Value::Is(input.parse()?)));
            } else if input.peek(token::Paren) {
                let inside;
                parenthesized!(inside in input);
                words.list.push((key, Value::In(inside.parse()?)));
            } else {
                words.list.push((key, Value::Bare));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(words)
    }

    fn find(&self, key: &str) -> Option<&(Ident, Value)> {
        self.list.iter().find(|(word, _)| word == key)
    }

    /// Whether it is there, with or without a value.
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Where this word stands, or else the whole attribute.
    pub fn span_of(&self, key: &str) -> Span {
        self.find(key).map_or(self.span, |(word, _)| word.span())
    }

    /// A word that stands alone.
    pub fn flag(&self, key: &str) -> Result<bool> {
        match self.find(key) {
            None => Ok(false),
            Some((_, Value::Bare)) => Ok(true),
            Some((word, _)) => Err(Error::new(word.span(), format!("`{key}` takes no value"))),
        }
    }

    /// What stands behind `key =`.
    pub fn value(&self, key: &str) -> Result<Option<&Expr>> {
        match self.find(key) {
            None => Ok(None),
            Some((_, Value::Is(value))) => Ok(Some(value)),
            Some((word, _)) => Err(Error::new(word.span(), format!("write `{key} = …`"))),
        }
    }

    /// A text behind `key =`.
    pub fn text(&self, key: &str) -> Result<Option<LitStr>> {
        match self.value(key)? {
            None => Ok(None),
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Some(text.clone())),
            Some(other) => Err(Error::new(other.span(), format!("write `{key} = \"…\"`"))),
        }
    }

    /// What stands in `key(…)`.
    pub fn inside(&self, key: &str) -> Result<Option<&TokenStream>> {
        match self.find(key) {
            None => Ok(None),
            Some((_, Value::In(tokens))) => Ok(Some(tokens)),
            Some((word, _)) => Err(Error::new(word.span(), format!("write `{key}(…)`"))),
        }
    }

    /// What stands in `key(…)` or behind `key =`.
    pub fn either(&self, key: &str) -> Option<TokenStream> {
        match &self.find(key)?.1 {
            Value::Bare => None,
            Value::Is(value) => Some(value.to_token_stream()),
            Value::In(tokens) => Some(tokens.clone()),
        }
    }

    /// The texts in `key("…", "…")`.
    pub fn texts(&self, key: &str) -> Result<Vec<LitStr>> {
        let Some(tokens) = self.inside(key)? else { return Ok(Vec::new()) };
        let texts = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(tokens.clone())?;
        Ok(texts.into_iter().collect())
    }
}

fn unknown(key: &Ident, known: &[&str]) -> Error {
    let known: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
    Error::new(key.span(), format!("`{key}` means nothing here; what does: {}", known.join(", ")))
}

/// The first paragraph of a doc comment, in one line.
pub fn about(attributes: &[Attribute]) -> Option<String> {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value else { continue };
        let line = line.value();
        match (line.trim(), text.is_empty()) {
            ("", true) => continue,
            ("", false) => break,
            (line, true) => text.push_str(line),
            (line, false) => {
                text.push(' ');
                text.push_str(line);
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

/// The sentence for people: `about = "…"`, or else the doc comment. Errors: there is none.
pub fn sentence(words: &Words, attributes: &[Attribute], of: &Ident) -> Result<String> {
    if let Some(text) = words.text("about")? {
        return Ok(text.value());
    }
    let missing = || Error::new(of.span(), format!("`{of}` needs a doc comment: it is what people read of it"));
    about(attributes).ok_or_else(missing)
}

/// `name = "…"`, or else the identifier in kebab case.
pub fn name(words: &Words, of: &Ident) -> Result<LitStr> {
    Ok(words.text("name")?.unwrap_or_else(|| LitStr::new(&kebab(of), of.span())))
}

/// `AppendEntries` or `append_entries` as `append-entries`.
pub fn kebab(ident: &Ident) -> String {
    let mut text = String::new();
    for letter in ident.unraw().to_string().trim_matches('_').chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(if letter == '_' { vec!['-'] } else { letter.to_lowercase().collect() });
    }
    text
}

/// Sorts so that what `order` names comes first, in that order. Errors: it names what is not there.
pub fn sort<T>(list: &mut [T], order: &[LitStr], name: impl Fn(&T) -> String) -> Result<()> {
    let mut names: Vec<String> = list.iter().map(&name).collect();
    names.sort();
    for wanted in order {
        if names.binary_search(&wanted.value()).is_err() {
            let known = names.join(", ");
            return Err(Error::new(wanted.span(), format!("nothing here is called that; there is {known}")));
        }
    }
    list.sort_by_key(|thing| order.iter().position(|wanted| wanted.value() == name(thing)).unwrap_or(order.len()));
    Ok(())
}

/// Errors: two of these have the same name.
pub fn distinct(names: &[LitStr]) -> Result<()> {
    for (place, name) in names.iter().enumerate() {
        if names[..place].iter().any(|other| other.value() == name.value()) {
            return Err(Error::new(name.span(), format!("`{}` is there already", name.value())));
        }
    }
    Ok(())
}
