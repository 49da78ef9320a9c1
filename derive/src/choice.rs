//! `#[derive(Choice)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::attributes::{Words, distinct, kernel, name};

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(ident.span(), "`Choice` is for enums: each variant is a word"));
    };
    let (mut variants, mut words) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new(variant.ident.span(), "a word has no fields"));
        }
        words.push(name(&Words::one(&variant.attrs, "choice", &["name"], false)?, &variant.ident)?);
        variants.push(&variant.ident);
    }
    distinct(&words)?;
    Ok(quote! {
        #[automatically_derived]
        impl #kernel::Choice for #ident {
            const ALL: &'static [Self] = &[ #(Self::#variants),* ];
            const WORDS: &'static [&'static str] = &[ #(#words),* ];
            fn word(self) -> &'static str {
                match self { #(Self::#variants => #words),* }
            }
        }
        #[automatically_derived]
        impl #kernel::OptionValue for #ident {
            const KIND: #kernel::OptionKind = #kernel::OptionKind::Choice(<Self as #kernel::Choice>::WORDS);
            fn read_value(text: &str) -> ::core::option::Option<Self> {
                <Self as #kernel::Choice>::parse(text)
            }
        }
        #[automatically_derived]
        impl #kernel::ShowField for #ident {
            fn show_field(&self, name: &'static str, fields: &mut #kernel::Fields) {
                fields.text(name, #kernel::Choice::word(*self));
            }
        }
    })
}
