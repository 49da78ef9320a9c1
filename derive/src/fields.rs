//! What is shown of the fields of a struct or a variant.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Expr, Fields, Ident, LitStr, Result, Type};

use crate::attributes::{Words, about, distinct, joined, kernel, name};

const WORDS: &[&str] = &["name", "value", "when", "if_some", "skip", "about"];
const VIEW: &[&str] = &["name", "value", "when", "if_some", "skip", "about", "flatten"];

/// A field that is shown, or one that is not.
struct Shown {
    bound: Ident,
    name: LitStr,
    about: Option<String>,
    skip: bool,
    if_some: bool,
    /// The type whose fields are shown in its place.
    flatten: Option<Type>,
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

fn read(fields: &Fields, names: &[(Ident, LitStr)], of: &Ident, known: &[&str]) -> Result<Vec<Shown>> {
    let mut shown = Vec::new();
    for (field, bound) in fields.iter().zip(bound(fields)) {
        let words = Words::one(&field.attrs, "field", known, false)?;
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
            flatten: words.flag("flatten")?.then(|| field.ty.clone()),
            value: words.value("value")?.cloned(),
            when: words.inside("when")?.cloned(),
        });
    }
    Ok(shown)
}

/// Adds fields that are bound to their names to `__fields`. `names`: those that have another name wherever they stand.
pub fn show(fields: &Fields, names: &[(Ident, LitStr)], of: &Ident) -> Result<TokenStream> {
    Ok(statements(&read(fields, names, of, WORDS)?))
}

fn statements(shown: &[Shown]) -> TokenStream {
    shown.iter().filter(|field| !field.skip).map(Shown::statement).collect()
}

impl Shown {
    fn statement(&self) -> TokenStream {
        let (kernel, Shown { bound, name, .. }) = (kernel(), self);
        let show = match (&self.flatten, &self.value, self.if_some) {
            (Some(_), ..) => quote!(#kernel::ViewFields::add_to(#bound, __fields);),
            (None, Some(value), _) => quote!(#kernel::ShowField::show_field(&(#value), #name, __fields);),
            (None, None, true) => quote!(if let ::core::option::Option::Some(__some) = #bound {
                #kernel::ShowField::show_field(__some, #name, __fields);
            }),
            (None, None, false) => quote!(#kernel::ShowField::show_field(#bound, #name, __fields);),
        };
        match &self.when {
            Some(when) => quote!(if #when { #show }),
            None => show,
        }
    }
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
    let shown = read(fields, &[], ident, VIEW)?;
    distinct(&shown.iter().map(|field| field.name.clone()).collect::<Vec<_>>())?;
    let mut lists = Vec::new();
    for field in shown.iter().filter(|field| !field.skip) {
        let (name, bound) = (&field.name, &field.bound);
        if let Some(inner) = &field.flatten {
            lists.push(quote!(<#inner as #kernel::ViewFields>::FIELDS));
            continue;
        }
        let missing =
            || Error::new(bound.span(), format!("`{bound}` needs a doc comment: it is what people read of it"));
        let about = field.about.as_ref().ok_or_else(missing)?;
        lists.push(quote!(&[#kernel::WordInfo { name: #name, about: #about }]));
    }
    let all = joined(&lists, &quote!(#kernel::WordInfo));
    let (code, pattern) = (statements(&shown), pattern(fields));
    let (generics, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #kernel::ViewFields for #ident #types #bounds {
            const FIELDS: &'static [#kernel::WordInfo] = #all;
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
