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

/// How often a server is tried to be started at first.
const MAX_LAUNCHES: u32 = 4;
const LAUNCH_PAUSE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);
/// How often it is looked whether the server still runs.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest pause between two starts of a server that ends by itself, on a full disk say.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a keeper is told.
#[derive(Clone, Debug)]
pub struct KeeperOptions {
    /// The data folder.
    pub data_dir: PathBuf,
    /// The folder of the Postgres binaries.
    pub binaries: PathBuf,
    /// Whether what was committed survives a crash of the machine.
    pub durable: bool,
    /// Whether the data folder is removed in the end.
    pub throw_away: bool,
}

/// Keeps the server of a data folder until its last user has gone.
///
/// # Errors
///
/// When the server does not start at first, or does not stop.
pub async fn keep(options: KeeperOptions) -> Result<(), EmbeddedError> {
    // Asked to end with the rest of a service, the keeper stays until the last user has gone.
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
    // Let go of before the users' lock, which the end of the process lets go of: who gets that finds no keeper.
    drop(keeper);
    let _users = kept?;
    removed.map_err(EmbeddedError::Keeper)
}

/// When the server was last started again, and how long to wait before the next time.
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

    /// Starts the server on a free port. Between looking and taking, another program may take the port; and what is
    /// left of a killed server may take a moment to go.
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

    /// Starts the server and waits until it is ready. However long it takes: after a crash it first repairs itself.
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

    /// Returns the users' lock when the last user has gone and the server has stopped.
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

    /// Starts the server again on the same port if it ended by itself, as long as anybody uses it: what ended it, such as a
    /// full disk, may pass.
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
        // Parts of the old server may take a moment to go; a later look tries again.
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
            // Somebody has removed the folder, say. What was committed is safe even so.
            child.kill().map_err(EmbeddedError::Keeper)?;
        }
        child.wait().map(drop).map_err(EmbeddedError::Keeper)
    }
}
