//! Whole-program tests of the core, natively.
#![cfg(not(target_arch = "wasm32"))]

mod act_lines;
mod action_errors;
mod acts;
mod agreement;
mod bad_input;
mod branches;
mod by_hand;
mod byzantine;
mod command;
mod conditions;
mod draws;
mod encoding;
mod exports;
mod finds;
mod goals;
mod limits;
mod linearizability;
mod names;
mod narration;
mod outside;
mod removed;
mod replayed_reports;
mod replays;
mod roles;
mod rooms;
mod scenarios;
mod setup_errors;
mod texts;
mod time_travel;
mod topologies;
mod transcripts;
mod written_acts;
