//! A wire to Postgres that counts the transactions that end on it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The wire; it ends with this.
pub(crate) struct CountingWire {
    port: u16,
    count: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl CountingWire {
    /// A wire to the Postgres at this port.
    pub(crate) async fn to(server: u16) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, count) = (door.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&count);
        let task = tokio::spawn(async move {
            while let Ok((outside, _)) = door.accept().await {
                tokio::spawn(pass(outside, server, Arc::clone(&counted)));
            }
        });
        Self { port, count, task }
    }

    /// The port to connect to instead of the server's.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Transactions that ended so far.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

impl Drop for CountingWire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(outside: TcpStream, server: u16, count: Arc<AtomicUsize>) {
    let Ok(inside) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let ((mut from_server, mut to_server), (mut from_client, mut to_client)) =
        (inside.into_split(), outside.into_split());
    tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
    let (mut messages, mut buffer) = (Messages::default(), vec![0; 64 << 10]);
    while let Ok(length @ 1..) = from_server.read(&mut buffer).await {
        count.fetch_add(messages.ended_with(&buffer[..length]), Ordering::Relaxed);
        if to_client.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// What a server sends: each message has a type, and a length that counts itself but not the type.
#[derive(Default)]
struct Messages {
    unread: Vec<u8>,
    has_begun: bool,
    /// A statement was carried out since the server was last ready.
    is_done: bool,
}

impl Messages {
    /// Transactions that ended with these bytes.
    fn ended_with(&mut self, bytes: &[u8]) -> usize {
        self.unread.extend(bytes);
        // An answer to the question for TLS has one byte alone.
        if !std::mem::replace(&mut self.has_begun, true) && self.unread.first() == Some(&b'N') {
            self.unread.remove(0);
        }
        let (mut read, mut ended) = (0, 0);
        while let [kind, a, b, c, d, ref body @ ..] = self.unread[read..] {
            let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap();
            let Some(body) = body.get(..length - 4) else { break };
            read += length + 1;
            match kind {
                b'C' => self.is_done = true,
                // Ready, and in no transaction.
                b'Z' if body == b"I" => ended += usize::from(std::mem::take(&mut self.is_done)),
                _ => {}
            }
        }
        self.unread.drain(..read);
        ended
    }
}
