//! The keeper: our process that runs Postgres as long as anyone uses it.
//!
//! It is the parent of the server. Once the server is ready, the keeper requests the users' lock exclusively; it gets the lock when
//! the last user has gone, however that user ended. Then it stops the server and exits.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    process::Child,
    sync::mpsc,
    thread,
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    time::Instant,
};

use super::{
    EmbeddedError,
    cluster::{Cluster, free_port},
    layout::Layout,
};

/// How often the first start of a server is tried.
const MAX_LAUNCHES: u32 = 4;
const LAUNCH_PAUSE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);
/// How often the keeper checks whether the server still runs.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest pause between two starts of a server that ends by itself, for example because the disk is full.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The options of a keeper.
#[derive(Clone, Debug)]
pub struct KeeperOptions {
    /// The data folder.
    pub data_dir: PathBuf,
    /// The folder of the Postgres binaries.
    pub binaries: PathBuf,
    /// Whether committed data survives a crash of the machine.
    pub durable: bool,
    /// Whether the data folder is removed at the end.
    pub throw_away: bool,
}

/// Keeps the server of a data folder running until its last user has gone.
///
/// # Errors
///
/// When the first start of the server fails, or the server does not stop.
pub async fn keep(options: KeeperOptions) -> Result<(), EmbeddedError> {
    // A service may signal all its processes to end; the keeper stays until the last user has gone.
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let mut signals = signal(kind).map_err(EmbeddedError::Keeper)?;
        tokio::spawn(async move { while signals.recv().await.is_some() {} });
    }
    let kept = tokio::task::spawn_blocking(move || keep_blocking(&options)).await;
    kept.map_err(|error| EmbeddedError::Keeper(io::Error::other(error)))?
}

fn keep_blocking(options: &KeeperOptions) -> Result<(), EmbeddedError> {
    let layout = Layout::new(&options.data_dir);
    let keeper = layout.keeper_lock().map_err(EmbeddedError::Keeper)?;
    if keeper.try_lock().is_err() {
        return Ok(());
    }
    let cluster = Cluster::new(layout.clone(), &options.binaries, options.durable, options.throw_away);
    layout.forget_port().map_err(EmbeddedError::Keeper)?;
    let users = layout.users_lock().map_err(EmbeddedError::Keeper)?;
    let kept = Server::start(&layout, &cluster).and_then(|server| server.run_while_used(users));
    let removed = match &kept {
        Ok(_) if options.throw_away => fs::remove_dir_all(&options.data_dir),
        _ => layout.forget_port(),
    };
    // Released before the users' lock, which the end of the process releases: whoever gets that lock finds no keeper.
    drop(keeper);
    let _users = kept?;
    removed.map_err(EmbeddedError::Keeper)
}

/// When the server was last started again, and how long to wait before the next start.
struct Revival {
    at: Instant,
    pause: Duration,
}

/// A running server: our child, or an orphan whose keeper was killed.
struct Server<'a> {
    layout: &'a Layout,
    cluster: &'a Cluster,
    child: Option<Child>,
    port: u16,
}

impl<'a> Server<'a> {
    fn start(layout: &'a Layout, cluster: &'a Cluster) -> Result<Self, EmbeddedError> {
        let orphan = cluster.ready().filter(|_| cluster.runs());
        let mut server = Self { layout, cluster, child: None, port: orphan.map_or(0, |(_, port)| port) };
        if orphan.is_none() {
            server.launch_anywhere()?;
        }
        layout.write_port(server.port).map_err(EmbeddedError::Keeper)?;
        Ok(server)
    }

    /// Starts the server on a free port, in several tries: another program may take the port before the server does, and the
    /// remains of a killed server may take a moment to disappear.
    fn launch_anywhere(&mut self) -> Result<(), EmbeddedError> {
        for _ in 1..MAX_LAUNCHES {
            self.port = free_port().map_err(EmbeddedError::Keeper)?;
            match self.launch() {
                Err(EmbeddedError::Ended { .. }) => thread::sleep(LAUNCH_PAUSE),
                launched => return launched,
            }
        }
        self.launch()
    }

    /// Starts the server and waits until it is ready, without a time limit: after a crash the server first repairs its data.
    fn launch(&mut self) -> Result<(), EmbeddedError> {
        let mut server = self.cluster.server(self.port)?;
        let mut child = server.spawn().map_err(EmbeddedError::Keeper)?;
        while self.cluster.ready() != Some((child.id(), self.port)) {
            if let Some(status) = child.try_wait().map_err(EmbeddedError::Keeper)? {
                return Err(EmbeddedError::Ended { status, log: self.layout.log() });
            }
            thread::sleep(PAUSE);
        }
        self.child = Some(child);
        Ok(())
    }

    /// Runs the server until its last user has gone, stops it, and returns the users' lock.
    fn run_while_used(mut self, users: File) -> Result<File, EmbeddedError> {
        let (unused, when_unused) = mpsc::channel();
        thread::spawn(move || {
            let locked = users.lock().map(|()| users);
            let _ = unused.send(locked);
        });
        let mut revival = Revival { at: Instant::now(), pause: LOOK_EVERY };
        let users = loop {
            match when_unused.recv_timeout(LOOK_EVERY) {
                Ok(users) => break users.map_err(EmbeddedError::Keeper),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    break Err(EmbeddedError::Keeper(io::Error::other("no lock")));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.revive(&mut revival)?,
            }
        };
        self.stop()?;
        users
    }

    /// Starts the server again on the same port if it ended by itself: the cause, such as a full disk, may pass.
    fn revive(&mut self, revival: &mut Revival) -> Result<(), EmbeddedError> {
        let Some(child) = &mut self.child else { return Ok(()) };
        if child.try_wait().map_err(EmbeddedError::Keeper)?.is_none() {
            if revival.at.elapsed() > LONGEST_PAUSE {
                revival.pause = LOOK_EVERY;
            }
            return Ok(());
        }
        if revival.at.elapsed() < revival.pause {
            return Ok(());
        }
        // Remains of the old server may take a moment to disappear; a later check tries again.
        let launched = self.launch();
        *revival = Revival { at: Instant::now(), pause: (revival.pause * 2).min(LONGEST_PAUSE) };
        match launched {
            Err(EmbeddedError::Ended { .. } | EmbeddedError::File { .. }) => Ok(()),
            launched => launched,
        }
    }

    fn stop(mut self) -> Result<(), EmbeddedError> {
        let stopped = self.cluster.stop("fast")?.success() || self.cluster.stop("immediate")?.success();
        let Some(child) = &mut self.child else {
            return if stopped || !self.cluster.runs() { Ok(()) } else { Err(EmbeddedError::NotStopped) };
        };
        if !stopped {
            // For example, somebody removed the folder. Committed data is safe even so.
            child.kill().map_err(EmbeddedError::Keeper)?;
        }
        child.wait().map(drop).map_err(EmbeddedError::Keeper)
    }
}
