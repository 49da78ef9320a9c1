//! Writing JSON, as little of it as the exports need, in the browser as well.

use std::fmt::Write;

use super::text::steers;
use crate::kernel::{Field, Value};

/// An object in the making.
pub(super) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    /// Opens an object.
    pub fn begin(out: &'a mut String) -> Self {
        out.push('{');
        Object { out, first: true }
    }

    /// Closes it.
    pub fn end(self) {
        self.out.push('}');
    }

    /// Writes a key, and gives the place for its value.
    pub fn key(&mut self, key: &str) -> &mut String {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        string(key, self.out);
        self.out.push(':');
        self.out
    }

    /// A string.
    pub fn text(&mut self, key: &str, text: &str) -> &mut Self {
        string(text, self.key(key));
        self
    }

    /// A number.
    pub fn number(&mut self, key: &str, number: u64) -> &mut Self {
        // Writing to a string can't fail.
        let _ = write!(self.key(key), "{number}");
        self
    }

    /// True or false.
    pub fn flag(&mut self, key: &str, flag: bool) -> &mut Self {
        self.key(key).push_str(if flag { "true" } else { "false" });
        self
    }

    /// A string or null.
    pub fn maybe(&mut self, key: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(key, text),
            None => self.null(key),
        }
    }

    /// A number or null.
    pub fn maybe_number(&mut self, key: &str, number: Option<u64>) -> &mut Self {
        match number {
            Some(number) => self.number(key, number),
            None => self.null(key),
        }
    }

    fn null(&mut self, key: &str) -> &mut Self {
        self.key(key).push_str("null");
        self
    }

    /// Fields of a message or a replica, as an object of numbers and strings.
    pub fn fields(&mut self, key: &str, fields: &[Field]) -> &mut Self {
        let mut inner = Object::begin(self.key(key));
        for field in fields {
            match &field.value {
                Value::Number(number) => {
                    let _ = write!(inner.key(field.name), "{number}");
                }
                Value::Text(text) => drop(inner.text(field.name, text)),
            }
        }
        inner.end();
        self
    }
}

/// A list, each item written by a function.
pub(super) fn list<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push('[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// A string in its quotes. What would steer a terminal is escaped, too.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            _ if steers(letter) => {
                // All of these have 16 bits.
                let _ = write!(out, "\\u{:04x}", letter as u32);
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
