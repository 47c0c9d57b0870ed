//! Serves a router on a listener whose connections a handler can cut without an answer.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{State, connect_info::Connected},
    http::{HeaderValue, header},
    middleware::map_response_with_state,
    response::Response,
    serve::IncomingStream,
};
use chrono::{TimeDelta, Utc};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A handle on the connection that a request came through; a handler takes it as `ConnectInfo<Wire>`.
#[derive(Debug, Clone, Default)]
pub struct Wire(Arc<Left>);

/// Bytes that may still be written.
#[derive(Debug)]
struct Left(AtomicUsize);

impl Default for Left {
    fn default() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }
}

impl Wire {
    /// From now on nothing more is written: the peer sees the connection break.
    pub fn cut(&self) {
        self.cut_after(0);
    }

    /// Cuts the connection once this many more bytes are written.
    pub fn cut_after(&self, bytes: usize) {
        self.0.0.store(bytes, Ordering::SeqCst);
    }

    fn left(&self) -> io::Result<usize> {
        let left = self.0.0.load(Ordering::SeqCst);
        if left == 0 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(left) }
    }

    fn spend(&self, bytes: usize) {
        let left = self.0.0.load(Ordering::SeqCst);
        if left != usize::MAX {
            self.cut_after(left.saturating_sub(bytes));
        }
    }
}

impl Connected<IncomingStream<'_, Listener>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().wire.clone()
    }
}

/// A listener whose streams know their [`Wire`].
#[derive(Debug)]
pub struct Listener(TcpListener);

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (stream, addr) = axum::serve::Listener::accept(&mut self.0).await;
        (Stream { stream, wire: Wire::default() }, addr)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that stops writing once its [`Wire`] is cut.
#[derive(Debug)]
pub struct Stream {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let left = self.wire.left()?;
        let written = Pin::new(&mut self.stream).poll_write(cx, &buf[..buf.len().min(left)]);
        if let Poll::Ready(Ok(bytes)) = &written {
            self.wire.spend(*bytes);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.left()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// The address that it listens on.
    pub addr: SocketAddr,
    task: JoinHandle<()>,
    /// How many seconds the `Date` of its answers is ahead; 0 = the true time.
    ahead: Arc<AtomicI64>,
}

impl Server {
    /// Binds `listen` (port 0 = any free port) and serves `router` until dropped.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(listen: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let addr = listener.local_addr()?;
        let ahead = Arc::new(AtomicI64::default());
        let router = router.layer(map_response_with_state(Arc::clone(&ahead), set_date));
        let service = router.into_make_service_with_connect_info::<Wire>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(Listener(listener), service).await {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        Ok(Self { addr, task, ahead })
    }

    /// Sets the server's clock this many seconds ahead of this machine's.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::SeqCst);
    }
}

#[expect(clippy::disallowed_methods, reason = "the sandbox is its own world")]
async fn set_date(State(ahead): State<Arc<AtomicI64>>, mut response: Response) -> Response {
    let seconds = ahead.load(Ordering::SeqCst);
    let date = (Utc::now() + TimeDelta::seconds(seconds)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let (true, Ok(date)) = (seconds != 0, HeaderValue::from_str(&date)) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
