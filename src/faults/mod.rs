//! What can go wrong, as data. Crashes, cuts and losses are acts that the kernel knows; ways to lie stand here.

pub mod byzantine;
