//! The connections to `http.listen`: each has one request, a deadline for its head and one for all of it, and there are only so many.
//! Strangers can use none of it up: one who is slow to ask makes room for the next.

use std::{
    collections::VecDeque,
    future::pending,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{lifecycle::Stop, open_files};

/// Connections at once, unless the system allows so few files that a quarter of them is less.
const MOST: u64 = 256;
/// The first byte of a request to the last of its head.
const HEAD_LIMIT: Duration = Duration::from_secs(5);
/// All of a connection: a body has 10 s of its own, and so has the database.
const WHOLE_LIMIT: Duration = Duration::from_secs(30);
/// The head of a request is not longer, 16 KiB.
const MAX_HEAD: usize = 16 << 10;
/// Pause after no connection could be taken, since the next one could not be either.
const REFUSED_PAUSE: Duration = Duration::from_millis(500);
/// How often it is told that none can be taken.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Takes connections until asked to stop, then lets those that have asked be answered.
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
            Ok((stream, _)) => {
                let Some(place) = door.place(&room, &stop).await else { break };
                tasks.spawn(answer(stream, router.clone(), Arc::clone(&door), place));
            }
            Err(error) => {
                if told.is_none_or(|at| at.elapsed() > TOLD_EVERY) {
                    told = Some(Instant::now());
                    tell(&error);
                }
                stop.sleep(REFUSED_PAUSE).await;
            }
        }
    }
    door.close();
    tasks.close();
    tasks.wait().await;
}

fn tell(error: &io::Error) {
    if open_files::are_used_up(error) {
        tracing::warn!("no connection to http.listen can be taken: {}", open_files::told());
    } else {
        tracing::warn!(error = error as &dyn std::error::Error, "no connection to http.listen can be taken");
    }
}

/// Serves the one request of a connection.
async fn answer(stream: TcpStream, router: Router, door: Arc<Door>, place: OwnedSemaphorePermit) {
    let (number, leave) = door.enter();
    let (router, asked) = (TowerToHyperService::new(router), Arc::clone(&door));
    let service = service_fn(move |request| {
        asked.has_asked(number);
        router.call(request)
    });
    let connection =
        http1::Builder::new().keep_alive(false).max_buf_size(MAX_HEAD).serve_connection(TokioIo::new(stream), service);
    let too_slow = async {
        sleep(HEAD_LIMIT).await;
        if !door.waits(number) {
            pending::<()>().await;
        }
    };
    tokio::select! {
        _ = timeout(WHOLE_LIMIT, connection) => {}
        () = too_slow => {}
        () = leave.cancelled() => {}
    }
    door.has_asked(number);
    drop(place);
}

/// Who has come and not asked yet, the first come first.
#[derive(Debug, Default)]
struct Door(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: VecDeque<(u64, CancellationToken)>,
}

impl Door {
    /// A place for one more connection: where there is none, the one that has waited the longest without asking loses its own.
    async fn place(&self, room: &Arc<Semaphore>, stop: &Stop) -> Option<OwnedSemaphorePermit> {
        if room.available_permits() == 0
            && let Some((_, leave)) = self.lock().connections.pop_front()
        {
            leave.cancel();
        }
        tokio::select! {
            place = Arc::clone(room).acquire_owned() => place.ok(),
            () = stop.requested() => None,
        }
    }

    fn enter(&self) -> (u64, CancellationToken) {
        let (mut waiting, leave) = (self.lock(), CancellationToken::new());
        waiting.next += 1;
        let number = waiting.next;
        waiting.connections.push_back((number, leave.clone()));
        (number, leave)
    }

    fn has_asked(&self, number: u64) {
        self.lock().connections.retain(|(waiting, _)| *waiting != number);
    }

    fn waits(&self, number: u64) -> bool {
        self.lock().connections.iter().any(|(waiting, _)| *waiting == number)
    }

    /// Nobody who has not asked is waited for any more.
    fn close(&self) {
        self.lock().connections.drain(..).for_each(|(_, leave)| leave.cancel());
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
