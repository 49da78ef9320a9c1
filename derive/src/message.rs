//! `#[derive(Message)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, ExprAssign, ExprLit, Ident, Lit, LitStr, Result, Token, Variant};

use crate::attributes::{Words, distinct, kernel, name, sentence, sort};
use crate::display::begins_with_text;
use crate::fields::{bound, pattern, show};

const ENUM: &[&str] = &["epoch", "order", "names"];
const VARIANT: &[&str] = &["glyph", "reply", "name", "about", "label", "label_with", "epoch", "no_epoch", "when"];

/// A kind of message: one attribute.
struct Kind {
    name: LitStr,
    info: TokenStream,
    when: Option<TokenStream>,
    label: Option<TokenStream>,
    epoch: Option<TokenStream>,
}

/// A variant's kinds; the last one holds where no condition does.
struct Kinds<'a> {
    variant: &'a Variant,
    list: Vec<Kind>,
}

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(ident.span(), "`Message` is for enums: each variant is a kind of message"));
    };
    let words = Words::one(&input.attrs, "message", ENUM, false)?;
    let epoch = field_of_all(&words, data.variants.iter())?;
    let names = names_for_all(&words)?;
    let mut all = Vec::new();
    for variant in &data.variants {
        all.push(Kinds { variant, list: kinds(variant, epoch.as_ref())? });
    }
    let mut kinds: Vec<&Kind> = all.iter().flat_map(|kinds| &kinds.list).collect();
    // The first kinds of all variants come before those that only hold under a condition.
    kinds.sort_by_key(|kind| kind.when.is_some());
    sort(&mut kinds, &words.texts("order")?, |kind| kind.name.value())?;
    distinct(&kinds.iter().map(|kind| kind.name.clone()).collect::<Vec<_>>())?;
    let place = |kind: &Kind| kinds.iter().position(|other| std::ptr::eq(*other, kind)).unwrap_or_default() as u8;

    let kind_arms = all.iter().map(|kinds| {
        kinds.arm(&|kind| {
            let place = place(kind);
            quote!(#place)
        })
    });
    let none = quote!(::core::option::Option::None);
    let epoch_arms = all.iter().map(|kinds| kinds.arm(&|kind| kind.epoch.clone().unwrap_or(none.clone())));
    let label_arms = all.iter().map(|kinds| kinds.arm(&|kind| kinds.label(kind)));
    let mut field_arms = Vec::new();
    for Kinds { variant, .. } in &all {
        let (name, pattern) = (&variant.ident, pattern(&variant.fields));
        let code = show(&variant.fields, &names, name)?;
        field_arms.push(quote!(Self::#name #pattern => { #code }));
    }
    let infos = kinds.iter().map(|kind| &kind.info);
    let (generics, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #kernel::MessageKinds for #ident #types #bounds {
            const KINDS: &'static [#kernel::MessageInfo] = &[ #(#infos),* ];
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl #generics #kernel::Message for #ident #types #bounds {
            fn kind(&self) -> u8 {
                match self { #(#kind_arms)* }
            }
            fn epoch(&self) -> ::core::option::Option<u64> {
                match self { #(#epoch_arms)* }
            }
            fn label(&self) -> ::std::string::String {
                match self { #(#label_arms)* }
            }
            fn fields(&self, __fields: &mut #kernel::Fields) {
                match self { #(#field_arms)* }
            }
        }
    })
}

/// The field that is the epoch in all variants that have it.
fn field_of_all<'a>(words: &Words, mut variants: impl Iterator<Item = &'a Variant>) -> Result<Option<Ident>> {
    let Some(epoch) = words.value("epoch")? else { return Ok(None) };
    let field: Ident =
        syn::parse2(quote!(#epoch)).map_err(|_| Error::new(epoch.span(), "write the name of a field"))?;
    match variants.any(|variant| bound(&variant.fields).contains(&field)) {
        true => Ok(Some(field)),
        false => Err(Error::new(field.span(), format!("no variant has a field `{field}`"))),
    }
}

/// `names(number = "transaction")`
fn names_for_all(words: &Words) -> Result<Vec<(Ident, LitStr)>> {
    let Some(tokens) = words.inside("names")? else { return Ok(Vec::new()) };
    let pairs = Punctuated::<ExprAssign, Token![,]>::parse_terminated.parse2(tokens.clone())?;
    let pair = |pair: &ExprAssign| match (&*pair.left, &*pair.right) {
        (Expr::Path(field), Expr::Lit(ExprLit { lit: Lit::Str(name), .. })) => {
            Ok((field.path.require_ident()?.clone(), name.clone()))
        }
        _ => Err(Error::new(pair.span(), "write `field = \"shown as\"`")),
    };
    pairs.iter().map(pair).collect()
}

fn kinds(variant: &Variant, epoch: Option<&Ident>) -> Result<Vec<Kind>> {
    let of = &variant.ident;
    let mut list = Vec::new();
    for words in Words::all(&variant.attrs, "message", VARIANT, false)? {
        list.push(kind(variant, &words, epoch)?);
    }
    list.sort_by_key(|kind: &Kind| kind.when.is_none());
    let plain = list.iter().filter(|kind| kind.when.is_none()).count();
    match plain {
        1 => Ok(list),
        0 => Err(Error::new(of.span(), format!("`{of}` needs `#[message(glyph = …)]`, without a condition"))),
        _ => Err(Error::new(of.span(), format!("`{of}` is one kind of message, unless the others say when(…)"))),
    }
}

fn kind(variant: &Variant, words: &Words, epoch: Option<&Ident>) -> Result<Kind> {
    let (kernel, of) = (kernel(), &variant.ident);
    let (name, about) = (name(words, of)?, sentence(words, &variant.attrs, of)?);
    let Some(glyph) = words.value("glyph")? else {
        return Err(Error::new(
            words.span,
            "say how it is drawn: glyph = Envelope, Tag, Box, Disc, Diamond or Hexagon",
        ));
    };
    let (glyph, reply) = (under(&quote!(#kernel::Glyph), glyph)?, words.flag("reply")?);
    let has = epoch.filter(|field| bound(&variant.fields).contains(field));
    let epoch = match (words.inside("epoch")?, words.flag("no_epoch")?, has) {
        (Some(_), true, _) => return Err(Error::new(words.span, "either it has an epoch or none")),
        (Some(expr), false, _) => Some(quote!(::core::option::Option::Some(#expr))),
        (None, false, Some(field)) => Some(quote!(::core::option::Option::Some(*#field))),
        (None, ..) => None,
    };
    let label = match (words.value("label_with")?, words.either("label")) {
        (Some(path), None) => Some(quote!(#path(self))),
        (Some(_), Some(_)) => return Err(Error::new(words.span_of("label_with"), "there is a label already")),
        (None, label) => label.map(|tokens| match begins_with_text(&tokens) {
            true => quote!(::std::format!(#tokens)),
            false => quote!(::std::string::ToString::to_string(&(#tokens))),
        }),
    };
    let info = quote!(#kernel::MessageInfo { name: #name, reply: #reply, glyph: #glyph, about: #about });
    Ok(Kind { name, info, when: words.inside("when")?.cloned(), label, epoch })
}

/// A variant of an enum of the kernel's, by its bare name.
pub fn under(path: &TokenStream, variant: &Expr) -> Result<TokenStream> {
    let ident: Ident = syn::parse2(quote!(#variant)).map_err(|_| Error::new(variant.span(), "write one word"))?;
    Ok(quote!(#path::#ident))
}

impl Kinds<'_> {
    /// The arm of a match that gives something for whichever kind it is.
    fn arm(&self, give: &dyn Fn(&Kind) -> TokenStream) -> TokenStream {
        let (name, pattern) = (&self.variant.ident, pattern(&self.variant.fields));
        let mut code = TokenStream::new();
        for kind in &self.list {
            let value = give(kind);
            code.extend(match &kind.when {
                Some(when) => quote!(if #when { #value } else),
                None if code.is_empty() => quote!(#value),
                None => quote!({ #value }),
            });
        }
        quote!(Self::#name #pattern => { #code })
    }

    /// Its own label, or that of its variant, or its name.
    fn label(&self, kind: &Kind) -> TokenStream {
        let name = &kind.name;
        let label = kind.label.as_ref().or_else(|| self.list.last()?.label.as_ref());
        label.cloned().unwrap_or_else(|| quote!(::std::string::String::from(#name)))
    }
}
