//! The `cartum-roapp` program.

fn main() {}
