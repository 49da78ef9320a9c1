//! What replicas keep by applying an agreed log. A service is no protocol: several protocols keep the same one.

pub mod fold;
pub mod kv;
