//! Many seeds, many faults: no property may break, and every run goes on once its faults are repaired.

mod raft;
