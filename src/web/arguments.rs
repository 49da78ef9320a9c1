//! What JavaScript hands over is checked before it is used: whatever is wrong is told by its name.

use js_sys::{Error, JsString, Uint16Array};
use wasm_bindgen::prelude::*;

use crate::kernel::NodeId;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "string")]
    pub type Text;
    #[wasm_bindgen(typescript_type = "number")]
    pub type Number;
    #[wasm_bindgen(typescript_type = "boolean")]
    pub type Flag;
    #[wasm_bindgen(typescript_type = "Uint16Array")]
    pub type Numbers;
}

/// How many characters of a text are taken over: more than any text may have, so that its reader refuses it.
const LONGEST: u32 = 2 << 20;
/// How many characters of a wrong text are repeated.
const SHOWN: u32 = 40;
/// The highest whole number that is taken: below the last that JavaScript can count to.
pub const HIGHEST: u64 = 9_000_000_000_000_000;

/// A text.
pub fn text(name: &str, value: &JsValue) -> Result<String, JsValue> {
    let Some(text) = value.dyn_ref::<JsString>() else { return Err(wrong(name, "a string", value)) };
    Ok(text.substring(0, LONGEST).into())
}

/// A whole number in a range.
pub fn whole(name: &str, value: &JsValue, least: u64, most: u64) -> Result<u64, JsValue> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0);
    let fits = number.filter(|number| (least as f64..=most as f64).contains(number));
    fits.map(|number| number as u64).ok_or_else(|| {
        let wanted = format!("a whole number from {least} to {most}");
        wrong(name, &wanted, value)
    })
}

/// A number that 32 bits hold, such as an event's or a message's.
pub fn place(name: &str, value: &JsValue) -> Result<u32, JsValue> {
    whole(name, value, 0, u64::from(u32::MAX)).map(|number| number as u32)
}

/// The same where it may be left out.
pub fn place_or(name: &str, value: Option<&JsValue>, otherwise: u32) -> Result<u32, JsValue> {
    match value {
        Some(value) => place(name, value),
        None => Ok(otherwise),
    }
}

/// Replicas by their numbers, of which there are so many.
pub fn replicas(name: &str, value: &JsValue, size: usize) -> Result<Vec<NodeId>, JsValue> {
    let Some(numbers) = value.dyn_ref::<Uint16Array>() else { return Err(wrong(name, "a Uint16Array", value)) };
    let numbers = numbers.to_vec().into_iter().map(usize::from);
    Ok(numbers.filter(|number| (1..=size).contains(number)).map(NodeId::replica).collect())
}

/// Yes or no.
pub fn flag(name: &str, value: &JsValue) -> Result<bool, JsValue> {
    value.as_bool().ok_or_else(|| wrong(name, "true or false", value))
}

/// The error for an argument that is none of what was wanted.
pub fn wrong(name: &str, wanted: &str, value: &JsValue) -> JsValue {
    Error::new(&format!("`{name}` must be {wanted}, not {}", shown(value))).into()
}

/// A value in a few characters. Objects are not asked: their own code could run, or fail.
fn shown(value: &JsValue) -> String {
    if let Some(number) = value.as_f64() {
        return number.to_string();
    }
    if let Some(text) = value.dyn_ref::<JsString>() {
        let cut = if text.length() > SHOWN { "…" } else { "" };
        return format!("\"{}{cut}\"", String::from(text.substring(0, SHOWN)));
    }
    if let Some(truth) = value.as_bool() {
        return truth.to_string();
    }
    if value.is_null() {
        return "null".into();
    }
    match value.js_typeof().as_string().as_deref() {
        Some("undefined") | None => "undefined".into(),
        Some("object") => "an object".into(),
        Some(kind) => format!("a {kind}"),
    }
}
