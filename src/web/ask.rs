//! Asks a daemon on this machine whether it is ready; used by a container's health check.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Well within the time that a health check gets.
const LIMIT: Duration = Duration::from_secs(4);
/// The answer is a line of JSON.
const MAX_ANSWER: u64 = 64 << 10;

/// Why the daemon does not count as ready.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No answer came.
    #[error("no daemon answers at {0}; is it running, and with the same http.listen?")]
    NoAnswer(SocketAddr, #[source] io::Error),
    /// The daemon is not ready, for this reason.
    #[error("the daemon is not ready: {0}")]
    NotReady(String),
}

/// Asks `/readyz` at `http.listen`.
///
/// # Errors
/// When no answer comes in time, or the daemon is not ready.
pub async fn ask_ready(listen: SocketAddr) -> Result<(), AskError> {
    let address = SocketAddr::new(reachable(listen.ip()), listen.port());
    let answer = timeout(LIMIT, ask(address)).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    let answer = answer.map_err(|error| AskError::NoAnswer(address, error))?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let body = answer.split_once("\r\n\r\n").map_or(answer.as_str(), |(_, body)| body);
    Err(AskError::NotReady(body.trim().to_owned()))
}

async fn ask(address: SocketAddr) -> io::Result<String> {
    let mut peer = TcpStream::connect(address).await?;
    peer.write_all(format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    peer.take(MAX_ANSWER).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The address to ask: the loopback address if the daemon listens on every address of this machine.
fn reachable(listen: IpAddr) -> IpAddr {
    match listen {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}
