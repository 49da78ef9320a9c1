//! Random worlds in numbers: one file a protocol, one function that runs one seed.

mod two_phase_commit;
