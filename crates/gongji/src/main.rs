//! Placeholder until its use cases stand.
fn main() {}