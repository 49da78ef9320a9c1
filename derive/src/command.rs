//! `#[derive(Command)]`

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Error, Expr, Fields, Ident, LitStr, Result};

use crate::attributes::{Words, joined, kernel, sentence};
use crate::fields::{bound, pattern};

const WORDS: &[&str] = &["usage", "example", "another", "about", "flatten", "display"];

/// What a usage makes: a struct or a variant.
struct Made<'a> {
    path: TokenStream,
    ident: &'a Ident,
    attributes: &'a [Attribute],
    fields: &'a Fields,
}

/// A field, and the capitals that stand for it.
struct Slot {
    field: Option<Ident>,
    capitals: Option<String>,
    with: Option<Expr>,
    /// How many characters it has at most.
    at_most: Option<Expr>,
}

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let made = match &input.data {
        Data::Struct(data) => {
            vec![Made { path: quote!(Self), ident, attributes: &input.attrs, fields: &data.fields }]
        }
        Data::Enum(data) => {
            let made = |variant: &'_ syn::Variant| {
                let ident = &variant.ident;
                quote!(Self::#ident)
            };
            let each = data.variants.iter();
            each.map(|v| Made { path: made(v), ident: &v.ident, attributes: &v.attrs, fields: &v.fields }).collect()
        }
        Data::Union(_) => return Err(Error::new(ident.span(), "`Command` is for structs and enums")),
    };
    let (mut lists, mut tries) = (Vec::new(), Vec::new());
    for made in &made {
        usages(made, &mut lists, &mut tries)?;
    }
    let all = joined(&lists, &quote!(#kernel::CommandInfo));
    let (generics, types, bounds) = input.generics.split_for_impl();
    let display = display(input, &made)?;
    Ok(quote! {
        #display
        #[automatically_derived]
        impl #generics #kernel::ReadCommand for #ident #types #bounds {
            const COMMANDS: &'static [#kernel::CommandInfo] = #all;
            fn understand(
                words: &[&str],
                replicas: usize,
            ) -> ::core::option::Option<::core::result::Result<Self, ::std::string::String>> {
                #(#tries)*
                ::core::option::Option::None
            }
        }
    })
}

fn usages(made: &Made<'_>, lists: &mut Vec<TokenStream>, tries: &mut Vec<TokenStream>) -> Result<()> {
    let (kernel, path, of) = (kernel(), &made.path, made.ident);
    let all = Words::all(made.attributes, "command", WORDS, false)?;
    if all.is_empty() {
        return Err(Error::new(of.span(), "say how it is written: #[command(usage = \"…\", example = \"…\")]"));
    }
    for words in &all {
        if words.flag("flatten")? {
            let inner = match made.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
                _ => return Err(Error::new(words.span_of("flatten"), "it must hold the other type and nothing else")),
            };
            lists.push(quote!(<#inner as #kernel::ReadCommand>::COMMANDS));
            tries.push(quote! {
                if let ::core::option::Option::Some(inner) = <#inner as #kernel::ReadCommand>::understand(words, replicas) {
                    return ::core::option::Option::Some(inner.map(#path));
                }
            });
            continue;
        }
        let missing = |what: &str| Error::new(words.span, format!("say the {what}: {what} = \"…\""));
        let usage = words.text("usage")?.ok_or_else(|| missing("usage"))?;
        let example = words.text("example")?.ok_or_else(|| missing("example"))?;
        let another = words.text("another")?;
        another.iter().try_for_each(|another| check_example(&usage.value(), another))?;
        let another = another.unwrap_or_else(|| example.clone());
        let about = sentence(words, made.attributes, of)?;
        lists.push(
            quote!(&[#kernel::CommandInfo { usage: #usage, example: #example, another: #another, about: #about }]),
        );
        tries.push(attempt(made, &usage, &example)?);
    }
    Ok(())
}

/// `Display`, where it is asked for: each command as it is written, in the usage that says so.
fn display(input: &DeriveInput, made: &[Made<'_>]) -> Result<Option<TokenStream>> {
    let mut arms = Vec::new();
    for made in made {
        for words in &Words::all(made.attributes, "command", WORDS, false)? {
            if words.flag("display")? {
                arms.push(displayed(made, words)?);
            }
        }
    }
    if arms.is_empty() {
        return Ok(None);
    } else if arms.len() != made.len() {
        return Err(Error::new(input.ident.span(), "`display` stands on one usage of each variant, or nowhere"));
    }
    let (ident, (generics, types, bounds)) = (&input.ident, input.generics.split_for_impl());
    Ok(Some(quote! {
        #[automatically_derived]
        impl #generics ::core::fmt::Display for #ident #types #bounds {
            #[allow(unused_variables)]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #(#arms)* }
            }
        }
    }))
}

fn displayed(made: &Made<'_>, words: &Words) -> Result<TokenStream> {
    let (path, pattern, bound) = (&made.path, pattern(made.fields), bound(made.fields));
    if words.flag("flatten")? {
        return Ok(quote!(#path #pattern => #(::core::fmt::Display::fmt(#bound, f))*,));
    }
    let usage = words.text("usage")?.map_or(String::new(), |usage| usage.value());
    let capitals: Vec<&str> = usage.split(' ').filter(|word| is_capitals(word)).collect();
    let slots = slots(made.fields)?;
    let field = |(number, name): (usize, &&str)| {
        let named = slots.iter().position(|slot| slot.capitals.as_deref() == Some(name));
        bound.get(named.unwrap_or(number)).cloned()
    };
    let values: Vec<_> = capitals.iter().enumerate().filter_map(field).collect();
    let template =
        usage.split(' ').map(|word| if is_capitals(word) { "{}" } else { word }).collect::<Vec<_>>().join(" ");
    Ok(quote!(#path #pattern => ::core::write!(f, #template, #(#values),*),))
}

/// Whether a word of a usage stands for any.
fn is_capitals(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Tries one usage on the words.
fn attempt(made: &Made<'_>, usage: &LitStr, example: &LitStr) -> Result<TokenStream> {
    let (kernel, path, text) = (kernel(), &made.path, usage.value());
    let capitals: Vec<&str> = text.split(' ').filter(|word| is_capitals(word)).collect();
    check_example(&text, example)?;
    let slots = slots(made.fields)?;
    let value = |place: usize| format_ident!("value_{place}", span = Span::mixed_site());
    let mut taken = Vec::new();
    let mut inits = Vec::new();
    for (number, slot) in slots.iter().enumerate() {
        let place = match &slot.capitals {
            Some(name) => capitals.iter().position(|word| word == name),
            None => (number < capitals.len()).then_some(number),
        };
        taken.extend(place);
        let value = place.map(value).map(|value| match &slot.at_most {
            Some(most) => quote!(#kernel::descriptor::command_syntax::at_most(#value, #most)?),
            None => quote!(#value),
        });
        let read = match (value, &slot.with) {
            (None, _) => quote!(::core::default::Default::default()),
            (Some(value), Some(with)) => quote!((#with)(#value, replicas)?),
            (Some(value), None) => quote!(#kernel::ReadWord::read_word(#value, replicas)?),
        };
        inits.push(match &slot.field {
            Some(field) => quote!(#field: #read),
            None => read,
        });
    }
    for (place, word) in capitals.iter().enumerate() {
        if !taken.contains(&place) {
            return Err(Error::new(usage.span(), format!("no field is called {word}")));
        }
    }
    let make = match made.fields {
        Fields::Named(_) => quote!(#path { #(#inits),* }),
        Fields::Unnamed(_) => quote!(#path(#(#inits),*)),
        Fields::Unit => quote!(#path),
    };
    let values = (0..capitals.len()).map(value);
    Ok(quote! {
        if let ::core::option::Option::Some([#(#values),*]) = #kernel::descriptor::command_syntax::fits(#usage, words) {
            let read = || ::core::result::Result::Ok(#make);
            return ::core::option::Option::Some(read());
        }
    })
}

fn slots(fields: &Fields) -> Result<Vec<Slot>> {
    let mut slots = Vec::new();
    for field in fields {
        let words = Words::one(&field.attrs, "word", &["name", "with", "at_most"], false)?;
        let own = field.ident.as_ref().map(|ident| ident.to_string().replace('_', "").to_uppercase());
        let capitals = words.text("name")?.map(|name| name.value()).or(own);
        let (with, at_most) = (words.value("with")?.cloned(), words.value("at_most")?.cloned());
        slots.push(Slot { field: field.ident.clone(), capitals, with, at_most });
    }
    Ok(slots)
}

/// Errors: the example is not written as the usage says.
fn check_example(usage: &str, example: &LitStr) -> Result<()> {
    let text = example.value();
    let (wanted, given): (Vec<_>, Vec<_>) = (usage.split(' ').collect(), text.split(' ').collect());
    let fits = |(part, word): (&&str, &&str)| is_capitals(part) || part == word;
    if wanted.len() == given.len() && wanted.iter().zip(&given).all(fits) {
        return Ok(());
    }
    Err(Error::new(example.span(), format!("this is not written as `{usage}`")))
}
