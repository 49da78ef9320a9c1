//! What is shown of the fields of a struct or a variant.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Expr, Fields, Ident, LitStr, Result};

use crate::attributes::{Words, about, distinct, kernel, name};

const WORDS: &[&str] = &["name", "value", "when", "if_some", "skip", "about"];

/// A field that is shown, or one that is not.
struct Shown {
    bound: Ident,
    name: LitStr,
    about: Option<String>,
    skip: bool,
    if_some: bool,
    value: Option<Expr>,
    when: Option<TokenStream>,
}

/// The names that a pattern binds the fields to.
pub fn bound(fields: &Fields) -> Vec<Ident> {
    let bind = |(place, field): (usize, &syn::Field)| field.ident.clone().unwrap_or(format_ident!("_{place}"));
    fields.iter().enumerate().map(bind).collect()
}

/// The pattern behind a path that binds all fields by their names, those of a tuple as `_0`, `_1`, ….
pub fn pattern(fields: &Fields) -> TokenStream {
    let bound = bound(fields);
    match fields {
        Fields::Named(_) => quote!({ #(#bound),* }),
        Fields::Unnamed(_) => quote!(( #(#bound),* )),
        Fields::Unit => TokenStream::new(),
    }
}

fn read(fields: &Fields, names: &[(Ident, LitStr)], of: &Ident) -> Result<Vec<Shown>> {
    let mut shown = Vec::new();
    for (field, bound) in fields.iter().zip(bound(fields)) {
        let words = Words::one(&field.attrs, "field", WORDS, false)?;
        let common = names.iter().find(|(known, _)| *known == bound).map(|(_, name)| name.clone());
        let name = match common {
            Some(common) if !words.has("name") => common,
            _ => name(&words, field.ident.as_ref().unwrap_or(of))?,
        };
        let about = words.text("about")?.map(|text| text.value()).or_else(|| about(&field.attrs));
        shown.push(Shown {
            bound,
            name,
            about,
            skip: words.flag("skip")?,
            if_some: words.flag("if_some")?,
            value: words.value("value")?.cloned(),
            when: words.inside("when")?.cloned(),
        });
    }
    Ok(shown)
}

/// Adds fields that are bound to their names to `__fields`. `names`: those that have another name wherever they stand.
pub fn show(fields: &Fields, names: &[(Ident, LitStr)], of: &Ident) -> Result<TokenStream> {
    Ok(statements(&read(fields, names, of)?))
}

fn statements(shown: &[Shown]) -> TokenStream {
    let kernel = kernel();
    let mut code = TokenStream::new();
    for Shown { bound, name, value, when, .. } in shown.iter().filter(|field| !field.skip) {
        let show = |what: TokenStream| quote!(#kernel::ShowField::show_field(#what, #name, __fields););
        code.extend(match (value, when, shown.iter().any(|field| field.bound == *bound && field.if_some)) {
            (Some(value), Some(when), _) => {
                let show = show(quote!(&(#value)));
                quote!(if #when { #show })
            }
            (Some(value), None, _) => show(quote!(&(#value))),
            (None, Some(when), _) => {
                let show = show(quote!(#bound));
                quote!(if #when { #show })
            }
            (None, None, true) => {
                let show = show(quote!(__some));
                quote!(if let ::core::option::Option::Some(__some) = #bound { #show })
            }
            (None, None, false) => show(quote!(#bound)),
        });
    }
    code
}

fn of_struct<'a>(input: &'a DeriveInput, what: &str) -> Result<&'a Fields> {
    match &input.data {
        Data::Struct(data) => Ok(&data.fields),
        _ => Err(Error::new(input.ident.span(), format!("`{what}` is for structs"))),
    }
}

/// `#[derive(View)]`
pub fn view(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let fields = of_struct(input, "View")?;
    let shown = read(fields, &[], ident)?;
    distinct(&shown.iter().map(|field| field.name.clone()).collect::<Vec<_>>())?;
    let mut infos = Vec::new();
    for field in shown.iter().filter(|field| !field.skip) {
        let name = &field.name;
        let missing = || {
            Error::new(
                field.bound.span(),
                format!("`{}` needs a doc comment: it is what people read of it", field.bound),
            )
        };
        let about = field.about.as_ref().ok_or_else(missing)?;
        infos.push(quote!(#kernel::WordInfo { name: #name, about: #about }));
    }
    let (code, pattern) = (statements(&shown), pattern(fields));
    let (generics, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #kernel::ViewFields for #ident #types #bounds {
            const FIELDS: &'static [#kernel::WordInfo] = &[ #(#infos),* ];
            #[allow(unused_variables)]
            fn add_to(&self, __fields: &mut #kernel::Fields) {
                let Self #pattern = self;
                #code
            }
        }
    })
}

/// `#[derive(ShowField)]`
pub fn show_field(input: &DeriveInput) -> Result<TokenStream> {
    let (kernel, ident) = (kernel(), &input.ident);
    let fields = of_struct(input, "ShowField")?;
    let (code, pattern) = (show(fields, &[], ident)?, pattern(fields));
    let (generics, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #kernel::ShowField for #ident #types #bounds {
            #[allow(unused_variables)]
            fn show_field(&self, _: &'static str, __fields: &mut #kernel::Fields) {
                let Self #pattern = self;
                #code
            }
        }
    })
}
