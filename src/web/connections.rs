//! The connections to `http.listen`: each serves one request, with a deadline for its head and one for everything, and their
//! number is limited. No client can use them all up: a client that is slow to send its request makes room for the next.

use std::{
    collections::VecDeque,
    future::pending,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use hyper::{
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::body::Whole;
use crate::{lifecycle::Stop, open_files};

mod body;
#[cfg(test)]
mod tests;

/// Most connections at once; fewer if a quarter of the files that the system allows is less.
const MOST: u64 = 256;
/// The longest time until the head of a request is complete.
const HEAD_LIMIT: Duration = Duration::from_secs(5);
/// The longest time for a whole connection. A page may ask a store and RO App, which take up to their own timeouts several times.
const WHOLE_LIMIT: Duration = Duration::from_mins(2);
/// The longest head of a request, 16 KiB.
const MAX_HEAD: usize = 16 << 10;
/// The pause after a connection could not be accepted, since the next one would fail, too.
const REFUSED_PAUSE: Duration = Duration::from_millis(500);
/// How often the log says that no connection can be accepted.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Accepts connections until asked to stop; then lets complete requests be answered.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: Stop) {
    let most = open_files::limit().map_or(MOST, |limit| (limit / 4).clamp(1, MOST));
    let room = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX)));
    let (door, tasks) = (Arc::new(Door::default()), TaskTracker::new());
    let mut told: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.requested() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = door.place(&room, &stop).await else { break };
                tasks.spawn(answer((stream, Peer(peer)), router.clone(), Arc::clone(&door), place));
            }
            Err(error) => {
                if told.is_none_or(|at| at.elapsed() > TOLD_EVERY) {
                    told = Some(Instant::now());
                    warn(&error);
                }
                stop.sleep(REFUSED_PAUSE).await;
            }
        }
    }
    door.close();
    tasks.close();
    tasks.wait().await;
}

fn warn(error: &io::Error) {
    if open_files::are_used_up(error) {
        tracing::warn!("cannot accept connections to http.listen: {}", open_files::told());
    } else {
        tracing::warn!(error = error as &dyn std::error::Error, "cannot accept connections to http.listen");
    }
}

/// Serves the single request of a connection.
async fn answer((stream, peer): (TcpStream, Peer), router: Router, door: Arc<Door>, place: OwnedSemaphorePermit) {
    let (number, leave) = door.enter();
    let (router, has_head) = (TowerToHyperService::new(router), AtomicBool::new(false));
    let service = service_fn(|request: hyper::Request<_>| {
        has_head.store(true, Ordering::Relaxed);
        let asked = Arc::clone(&door);
        let mut request = request;
        request.extensions_mut().insert(peer);
        let answering = router.call(request.map(|body| Whole::new(body, move || asked.leave(number))));
        let (door, leave) = (&door, &leave);
        async move {
            let answer = answering.await;
            door.takes_answer(number, leave.clone());
            answer
        }
    });
    let connection =
        http1::Builder::new().keep_alive(false).max_buf_size(MAX_HEAD).serve_connection(TokioIo::new(stream), service);
    let too_slow = async {
        sleep(HEAD_LIMIT).await;
        if has_head.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    };
    tokio::select! {
        _ = timeout(WHOLE_LIMIT, connection) => {}
        () = too_slow => {}
        () = leave.cancelled() => {}
    }
    door.leave(number);
    drop(place);
}

/// The connections that wait for their client: for the rest of a request, or for it to read an answer. Oldest first.
#[derive(Debug, Default)]
struct Door {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: VecDeque<Connection>,
}

#[derive(Debug)]
struct Connection {
    number: u64,
    has_asked: bool,
    leave: CancellationToken,
}

impl Door {
    /// A place for one more connection. If there is none, the connection that has waited longest for its client loses its
    /// place. A connection whose request is being processed keeps its place.
    async fn place(&self, room: &Arc<Semaphore>, stop: &Stop) -> Option<OwnedSemaphorePermit> {
        let mut is_made = room.available_permits() > 0;
        loop {
            is_made = is_made || self.make_room();
            tokio::select! {
                place = Arc::clone(room).acquire_owned() => return place.ok(),
                () = stop.requested() => return None,
                () = self.changed.notified(), if !is_made => {}
            }
        }
    }

    fn make_room(&self) -> bool {
        let first = self.lock().connections.pop_front();
        first.inspect(|connection| connection.leave.cancel()).is_some()
    }

    /// Adds a connection, which waits for its request.
    fn enter(&self) -> (u64, CancellationToken) {
        let (mut waiting, leave) = (self.lock(), CancellationToken::new());
        waiting.next += 1;
        let number = waiting.next;
        waiting.connections.push_back(Connection { number, has_asked: false, leave: leave.clone() });
        (number, leave)
    }

    /// Adds a connection that waits for its client to read the answer.
    fn takes_answer(&self, number: u64, leave: CancellationToken) {
        self.leave(number);
        self.lock().connections.push_back(Connection { number, has_asked: true, leave });
        self.changed.notify_one();
    }

    /// Removes a connection: its request is complete, or it has ended.
    fn leave(&self, number: u64) {
        self.lock().connections.retain(|connection| connection.number != number);
    }

    /// Ends the connections that still wait for their request.
    fn close(&self) {
        let waiting = self.lock();
        waiting
            .connections
            .iter()
            .filter(|connection| !connection.has_asked)
            .for_each(|connection| connection.leave.cancel());
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
