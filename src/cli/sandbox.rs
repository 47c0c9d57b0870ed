//! `sandbox`: a Cartum store and a RO App on this machine, to try things out.

use std::{net::SocketAddr, time::Duration};

use clap::Args;

use super::Output;
use crate::{
    lifecycle::Stop,
    sandbox::world::{Sandbox, SandboxOptions},
};

/// How the sandbox is started.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address that the store listens on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8091", value_parser = address)]
    cartum: SocketAddr,
    /// Address that RO App listens on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8092", value_parser = address)]
    roapp: SocketAddr,
    /// Number of orders in the shop
    #[arg(long, value_name = "N", default_value_t = 300)]
    orders: u32,
    /// Number of days that the orders are spread over
    #[arg(long, value_name = "D", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Seed of the random data: the same seed makes the same shop
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Rate limit of RO App, in calls per second; above it, RO App answers 429
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    calls_per_second: u32,
    /// Interval between new orders, such as `30s`
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    new_order_every: Option<Duration>,
}

/// An address to listen on. Names are not looked up.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an IP address and a port, like 127.0.0.1:8091".to_owned())
}

/// Runs until Ctrl-C.
pub(super) async fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let stop = Stop::new();
    stop.on_signals()?;
    let sandbox = Sandbox::start(SandboxOptions {
        cartum: arguments.cartum,
        roapp: arguments.roapp,
        orders: arguments.orders,
        days: arguments.days,
        seed: arguments.seed,
        rate_per_second: arguments.calls_per_second,
        new_order_every: arguments.new_order_every,
        ..SandboxOptions::default()
    })
    .await
    .map_err(|error| {
        anyhow::Error::new(error).context(format!(
            "cannot listen on {} and {}; choose other addresses with --cartum and --roapp",
            arguments.cartum, arguments.roapp
        ))
    })?;
    output.line(format_args!("store:   {}  login sync-manager, password sandbox-password", sandbox.shop.site_url()))?;
    output.line(format_args!("RO App:  {}  API key sandbox-key", sandbox.roapp.base_url()))?;
    output.line("Both are on this machine: set security.allow_private_hosts = true. Ctrl-C stops.")?;
    stop.requested().await;
    Ok(())
}
