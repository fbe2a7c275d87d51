//! Placeholder until its use cases stand.
