//! `#[derive(Display)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Meta, Result};

use crate::fields::pattern;

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let arms = match &input.data {
        Data::Struct(data) => vec![arm(&quote!(Self), &data.fields, &input.attrs, ident)?],
        Data::Enum(data) => {
            let arm = |variant: &syn::Variant| {
                let name = &variant.ident;
                arm(&quote!(Self::#name), &variant.fields, &variant.attrs, name)
            };
            data.variants.iter().map(arm).collect::<Result<_>>()?
        }
        Data::Union(_) => return Err(Error::new(ident.span(), "`Display` is for structs and enums")),
    };
    let (generics, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::core::fmt::Display for #ident #types #bounds {
            #[allow(unused_variables)]
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #(#arms)* }
            }
        }
    })
}

/// What is written of a struct or a variant.
fn arm(path: &TokenStream, fields: &Fields, attributes: &[Attribute], of: &Ident) -> Result<TokenStream> {
    let mut all = attributes.iter().filter(|attribute| attribute.path().is_ident("display"));
    let missing = || Error::new(of.span(), format!("say how `{of}` is written: #[display(\"…\")]"));
    let Some(Meta::List(list)) = all.next().map(|attribute| &attribute.meta) else { return Err(missing()) };
    let (pattern, tokens) = (pattern(fields), &list.tokens);
    Ok(match begins_with_text(tokens) {
        true => quote!(#path #pattern => ::core::write!(__f, #tokens),),
        false => quote!(#path #pattern => ::core::fmt::Display::fmt(&(#tokens), __f),),
    })
}

/// Whether it is a template, and not an expression.
pub fn begins_with_text(tokens: &TokenStream) -> bool {
    let first = tokens.clone().into_iter().next();
    first.is_some_and(|token| syn::parse2::<LitStr>(token.into()).is_ok())
}
