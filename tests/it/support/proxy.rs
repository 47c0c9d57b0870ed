//! A TCP proxy before a server, whose wire can be cut and held.

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// What the wire does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// Everything passes.
    Open,
    /// Connections break, new ones too.
    Cut,
    /// Connections stay, and nothing passes.
    Held,
}

/// The proxy; it ends with this.
pub(crate) struct Proxy {
    port: u16,
    wire: watch::Sender<Wire>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A proxy before a port of this machine.
    pub(crate) async fn before(server: u16) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = door.local_addr().unwrap().port();
        let (wire, watched) = watch::channel(Wire::Open);
        let task = tokio::spawn(async move {
            while let Ok((outside, _)) = door.accept().await {
                tokio::spawn(pass(outside, server, watched.clone()));
            }
        });
        Self { port, wire, task }
    }

    /// The port to connect to instead of the server's.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on the wire does this.
    pub(crate) fn set(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }

    /// Cuts every connection there is; new ones pass.
    pub(crate) async fn cut(&self) {
        self.set(Wire::Cut);
        // Each connection sees it once the runtime has come round.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        self.set(Wire::Open);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.wire.send_replace(Wire::Cut);
    }
}

async fn pass(mut outside: TcpStream, server: u16, mut wire: watch::Receiver<Wire>) {
    if *wire.borrow_and_update() == Wire::Cut {
        return;
    }
    let Ok(mut inside) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    loop {
        let now = *wire.borrow_and_update();
        match now {
            Wire::Cut => return,
            Wire::Held => {
                if wire.changed().await.is_err() {
                    return;
                }
            }
            Wire::Open => {
                tokio::select! {
                    _ = copy_bidirectional(&mut outside, &mut inside) => return,
                    changed = wire.changed() => {
                        if changed.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }
}
