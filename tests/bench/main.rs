//! Figures of the program and its functions, each beside its goal: `cargo bench`, or `cargo bench -- fleet` for one group.
//!
//! It measures and judges nothing: a slow machine fails no benchmark. Everything runs against the sandbox and a Postgres of its own.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to print")]
#![expect(clippy::unwrap_used, reason = "where something fails there is no figure")]

mod fleet;
mod functions;
mod idle;
mod imports;
mod process;
mod program;
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../it/support/mod.rs"]
mod support;

use std::env;

/// The lines of the table.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a figure, its goal, and what it may be compared with; both may be empty.
    pub(crate) fn add(&mut self, what: &str, figure: impl Into<String>, goal: &str, beside: impl Into<String>) {
        let line = [what.to_owned(), figure.into(), goal.to_owned(), beside.into()];
        eprintln!("{}", line.join(" | "));
        self.0.push(line);
    }

    fn print(&self) {
        println!("| what | figure | goal | beside it |\n|---|---|---|---|");
        for line in &self.0 {
            println!("| {} |", line.join(" | "));
        }
    }
}

#[tokio::main]
async fn main() {
    let wanted: Vec<_> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |group: &str| wanted.is_empty() || wanted.iter().any(|wanted| group.contains(wanted.as_str()));
    let mut table = Table::default();
    if is_wanted("program") {
        program::measure(&mut table).await;
    }
    if is_wanted("functions") {
        functions::measure(&mut table).await;
    }
    if is_wanted("throughput") {
        imports::throughput(&mut table).await;
    }
    if is_wanted("calls") {
        imports::calls(&mut table).await;
    }
    if is_wanted("slots") {
        Box::pin(imports::slots(&mut table)).await;
    }
    if is_wanted("idle") {
        idle::measure(&mut table).await;
    }
    if is_wanted("fleet") {
        fleet::measure(&mut table).await;
    }
    table.print();
}
