//! What a protocol says of itself: words, options, rules, views. The grammar, the page and the help read it from here.

pub mod agreement;
pub mod assumptions;
pub mod command_syntax;
pub mod fields;
pub mod growth;
pub mod lists;
pub mod node_view;
pub mod options;
pub mod population;
pub mod quorum;
pub mod rules;
pub mod setup_error;
pub mod terms;
pub mod timers;
pub mod view;
pub mod vocabulary;
