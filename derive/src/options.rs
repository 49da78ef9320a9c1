//! `#[derive(Options)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Error, Expr, Field, Fields, GenericArgument, Ident, LitStr, PathArguments, RangeLimits, Result,
    Type,
};

use crate::attributes::{Words, distinct, joined, kernel, name, sentence, sort};

const FIELD: &[&str] = &[
    "default",
    "source",
    "name",
    "about",
    "duration",
    "range",
    "number",
    "yes_no",
    "word",
    "at_least",
    "per_replica",
    "not_first",
    "breaks",
    "with",
    "replicas",
    "computed",
    "flatten",
];
/// The words that say what is written, where the type does not.
const KINDS: [&str; 5] = ["duration", "range", "number", "yes_no", "word"];

/// An option for the list: its name, and what is said of it.
struct Listed {
    name: LitStr,
    list: TokenStream,
}

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let fields = match &input.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => &data.fields,
        _ => return Err(Error::new(ident.span(), "`Options` is for structs: each field is an option")),
    };
    let order = Words::one(&input.attrs, "option", &["order"], false)?.texts("order")?;
    let (mut listed, mut lets, mut computed, mut idents) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let words = Words::one(&field.attrs, "option", FIELD, false)?;
        let (entry, value) = read(field, ident, &words)?;
        let ty = &field.ty;
        // What is computed may be made of all that is read.
        let lets = if words.has("computed") { &mut computed } else { &mut lets };
        lets.push(quote!(let #ident: #ty = #value;));
        listed.extend(entry);
        idents.push(ident);
    }
    sort(&mut listed, &order, |option: &Listed| option.name.value())?;
    distinct(&listed.iter().map(|option| option.name.clone()).collect::<Vec<_>>())?;
    let lists: Vec<_> = listed.into_iter().map(|option| option.list).collect();
    let all = joined(&lists, &quote!(#kernel::OptionInfo));
    Ok(quote! {
        #[automatically_derived]
        impl #kernel::ReadOptions for #ident {
            const OPTIONS: &'static [#kernel::OptionInfo] = #all;
            #[allow(unused_variables)]
            fn read(replicas: usize, set: &#kernel::Options) -> ::core::result::Result<Self, #kernel::SetupError> {
                #(#lets)*
                #(#computed)*
                ::core::result::Result::Ok(Self { #(#idents),* })
            }
        }
    })
}

/// What a field adds to the list, and the expression that reads it.
fn read(field: &Field, ident: &Ident, words: &Words) -> Result<(Option<Listed>, TokenStream)> {
    let kernel = kernel();
    let ty = &field.ty;
    if words.flag("replicas")? {
        return Ok((None, quote!(replicas)));
    }
    if let Some(computed) = words.value("computed")? {
        return Ok((None, quote!(#computed)));
    }
    if words.flag("flatten")? {
        let list = quote!(<#ty as #kernel::ReadOptions>::OPTIONS);
        let name = LitStr::new(&format!("{ident} (flattened)"), ident.span());
        return Ok((Some(Listed { name, list }), quote!(<#ty as #kernel::ReadOptions>::read(replicas, set)?)));
    }
    let (name, about) = (name(words, ident)?, sentence(words, &field.attrs, ident)?);
    let per_replica = words.flag("per_replica")?;
    let not_first = words.flag("not_first")?;
    if not_first && !per_replica {
        return Err(Error::new(words.span_of("not_first"), "only an option with `per_replica` can leave one out"));
    }
    let one = if per_replica { element(ty)? } else { ty };
    let default = default(ident, one, words)?;
    let (kind, parse) = kind(one, words)?;
    let source = words.text("source")?.map_or(String::new(), |source| source.value());
    let breaks = match words.inside("breaks") {
        Ok(Some(list)) => quote!(&[#list]),
        Ok(None) => quote!(&[]),
        Err(_) => words.either("breaks").unwrap_or(quote!(&[])),
    };
    let bug = words.has("breaks");
    let list = quote!(&[#kernel::OptionInfo {
        name: #name, kind: #kind, default: #default, per_replica: #per_replica, not_first: #not_first,
        bug: #bug, breaks: #breaks, about: #about, source: #source,
    }]);
    let read = if per_replica { quote!(values) } else { quote!(value) };
    let mut value = quote!(set.#read(#name, #default, replicas, #parse)?);
    if let Some(least) = words.text("at_least")? {
        if !words.has("duration") && !words.has("range") {
            return Err(Error::new(words.span_of("at_least"), "only durations and their ranges have a least"));
        }
        value = quote!(#kernel::descriptor::options::at_least(#name, #value, #least)?);
    }
    Ok((Some(Listed { name, list }), value))
}

fn default(ident: &Ident, ty: &Type, words: &Words) -> Result<LitStr> {
    let missing =
        || Error::new(ident.span(), format!("`{ident}` needs a default, as it would be written: default = \"…\""));
    match words.text("default")? {
        Some(default) => Ok(default),
        None if words.has("breaks") || is(ty, "bool") && !words.has("yes_no") => Ok(LitStr::new("off", ident.span())),
        None => Err(missing()),
    }
}

/// What values an option takes, and the function that reads one.
fn kind(ty: &Type, words: &Words) -> Result<(TokenStream, TokenStream)> {
    let kernel = kernel();
    let said: Vec<_> = KINDS.iter().filter(|kind| words.has(kind)).collect();
    if let [_, second, ..] = said.as_slice() {
        return Err(Error::new(words.span_of(second), "it can be one of these only"));
    }
    for key in ["duration", "range", "yes_no", "word"] {
        words.flag(key)?;
    }
    let options = quote!(#kernel::descriptor::options);
    let (kind, parse) = match said.first() {
        Some(&&"duration") => (quote!(#kernel::OptionKind::Duration), quote!(#options::duration)),
        Some(&&"range") => (quote!(#kernel::OptionKind::DurationRange), quote!(#options::range)),
        Some(&&"yes_no") => (quote!(#kernel::OptionKind::YesNo), quote!(#options::own)),
        Some(&&"number") => {
            let (lo, hi) = bounds(words)?;
            (quote!(#kernel::OptionKind::Number { lo: #lo, hi: #hi }), quote!(#options::number))
        }
        Some(_) => (quote!(#kernel::OptionKind::Word), quote!(#options::own)),
        None => (quote!(<#ty as #kernel::OptionValue>::KIND), quote!(#options::own)),
    };
    match words.value("with")? {
        Some(with) => Ok((kind, quote!(#with))),
        None => Ok((kind, parse)),
    }
}

fn bounds(words: &Words) -> Result<(Expr, Expr)> {
    let Some(tokens) = words.inside("number")? else { unreachable!("it is there") };
    let wrong = || Error::new(words.span_of("number"), "write number(1..=64)");
    match syn::parse2::<Expr>(tokens.clone()).map_err(|_| wrong())? {
        Expr::Range(range) if matches!(range.limits, RangeLimits::Closed(_)) => match (range.start, range.end) {
            (Some(lo), Some(hi)) => Ok((*lo, *hi)),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

/// The `T` of a `Vec<T>`.
fn element(ty: &Type) -> Result<&Type> {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "Vec"
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(element)) = arguments.args.first()
    {
        return Ok(element);
    }
    Err(Error::new(ty.span(), "`per_replica` needs a `Vec`"))
}

fn is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}
