//! The address that the world knows: it leads to whichever daemon runs, as a proxy before it does.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub(super) struct Front {
    port: u16,
    behind: Arc<AtomicU16>,
    task: JoinHandle<()>,
}

impl Front {
    /// Leads nowhere yet.
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = Arc::new(AtomicU16::new(0));
        let target = Arc::clone(&behind);
        let task = tokio::spawn(async move {
            while let Ok((mut peer, _)) = listener.accept().await {
                let port = target.load(Ordering::SeqCst);
                tokio::spawn(async move {
                    if let Ok(mut daemon) = TcpStream::connect(("127.0.0.1", port)).await {
                        drop(copy_bidirectional(&mut peer, &mut daemon).await);
                    }
                });
            }
        });
        Self { port, behind, task }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on it leads to this port.
    pub(super) fn lead_to(&self, port: u16) {
        self.behind.store(port, Ordering::SeqCst);
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}
