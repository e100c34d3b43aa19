//! The terminal: the person at it, and writing that never fails a run.
