//! `#[derive(Lie)]`, `#[derive(Role)]`, `#[derive(Timer)]`: enums whose variants are the lines of a list.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Variant};

use crate::attributes::{Words, distinct, kernel, name, sentence, sort};

/// A line of the list.
struct Line<'a> {
    variant: &'a Variant,
    words: Words,
    name: LitStr,
    about: String,
}

fn lines<'a>(
    input: &'a DeriveInput,
    derive: &str,
    attribute: &str,
    more: &[&str],
    head: bool,
) -> Result<Vec<Line<'a>>> {
    let known = [&["name", "about"], more].concat();
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(input.ident.span(), format!("`{derive}` is for enums")));
    };
    let mut lines = Vec::new();
    for variant in &data.variants {
        let words = Words::one(&variant.attrs, attribute, &known, head)?;
        let (name, about) = (name(&words, &variant.ident)?, sentence(&words, &variant.attrs, &variant.ident)?);
        lines.push(Line { variant, words, name, about });
    }
    distinct(&lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>())?;
    Ok(lines)
}

/// The word that stands first in an attribute. Errors: it is missing.
fn head<'a>(line: &'a Line, example: &str) -> Result<&'a syn::Ident> {
    let missing = || Error::new(line.variant.ident.span(), format!("write {example} before it"));
    line.words.head.as_ref().ok_or_else(missing)
}

/// `#[derive(Lie)]`
pub fn lie(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let (mut infos, mut places) = (Vec::new(), Vec::new());
    for (place, line) in lines(input, "Lie", "lie", &[], true)?.iter().enumerate() {
        if !matches!(line.variant.fields, Fields::Unit) {
            return Err(Error::new(
                line.variant.ident.span(),
                "a kind of lie has no fields: what is said is a message",
            ));
        }
        let sort = head(line, "#[lie(Grant)], #[lie(Contradict)], #[lie(Omit)] or #[lie(Invent)]")?;
        let (place, lie, name, about) = (place as u8, &line.variant.ident, &line.name, &line.about);
        infos.push(quote!(#kernel::LieInfo { name: #name, sort: #kernel::LieSort::#sort, about: #about }));
        places.push(quote!(Self::#lie => #place));
    }
    Ok(quote! {
        #[automatically_derived]
        impl #kernel::LieKind for #ident {
            const LIES: &'static [#kernel::LieInfo] = &[ #(#infos),* ];
            fn place(self) -> u8 {
                match self { #(#places,)* }
            }
        }
    })
}

/// `#[derive(Role)]`
pub fn role(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let (mut infos, mut places) = (Vec::new(), Vec::new());
    let mut lines = lines(input, "Role", "role", &[], true)?;
    let order = Words::one(&input.attrs, "role", &["order"], false)?.texts("order")?;
    sort(&mut lines, &order, |line| line.name.value())?;
    for (place, line) in lines.iter().enumerate() {
        let look = head(line, "how it is drawn: #[role(Lead)], Contend, Follow, Blocked or Done")?;
        let (place, role, name, about) = (place as u8, &line.variant.ident, &line.name, &line.about);
        infos.push(quote!(#kernel::RoleInfo { name: #name, look: #kernel::Look::#look, about: #about }));
        places.push(quote!(Self::#role { .. } => #place));
    }
    Ok(quote! {
        #[automatically_derived]
        impl #kernel::RoleKind for #ident {
            const ROLES: &'static [#kernel::RoleInfo] = &[ #(#infos),* ];
            fn place(&self) -> u8 {
                match self { #(#places,)* }
            }
        }
    })
}

/// `#[derive(Timer)]`
pub fn timer(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let (mut infos, mut to, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for (place, line) in lines(input, "Timer", "timer", &["waits", "then", "leads"], false)?.iter().enumerate() {
        let (kind, timer, name, about) = (place as u8, &line.variant.ident, &line.name, &line.about);
        let said = |key| Ok::<_, Error>(line.words.text(key)?.map_or_else(String::new, |text| text.value()));
        let (waits, then, leads) = (said("waits")?, said("then")?, line.words.flag("leads")?);
        infos.push(quote!(#kernel::TimerInfo {
            name: #name, about: #about, waits: #waits, then: #then, leads: #leads
        }));
        match &line.variant.fields {
            Fields::Unit => {
                to.push(quote!(Self::#timer => (#kind, ::core::option::Option::None)));
                back.push(quote!(#kind => ::core::option::Option::Some(Self::#timer)));
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                to.push(quote!(Self::#timer(about) => (#kind, ::core::option::Option::Some(about))));
                back.push(quote!(#kind => key.about.map(Self::#timer)));
            }
            _ => {
                return Err(Error::new(
                    timer.span(),
                    format!("write `{timer}`, or `{timer}(u64)` where there is one for each of many"),
                ));
            }
        }
    }
    Ok(quote! {
        #[automatically_derived]
        impl #kernel::Timer for #ident {
            const TIMERS: &'static [#kernel::TimerInfo] = &[ #(#infos),* ];
            fn key(self) -> #kernel::TimerKey {
                let (kind, about) = match self { #(#to,)* };
                #kernel::TimerKey { kind, about }
            }
            fn of(key: #kernel::TimerKey) -> ::core::option::Option<Self> {
                match key.kind {
                    #(#back,)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}
