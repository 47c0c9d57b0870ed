//! Runs Postgres's own commands on the data folder, as a user that Postgres accepts: create, start, query, stop.

use std::{
    env, fs,
    fs::File,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use super::{EmbeddedError, OWNER, layout::Layout, user::User};
use crate::secrets::Secret;

/// Enough connections for several processes of ours, and for tests.
const MAX_CONNECTIONS: u32 = 300;

/// For a server whose databases live for seconds: nothing is written or tidied for a later time.
const THROWN_AWAY: [&str; 6] = [
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
    "bgwriter_lru_maxpages=0",
    "autovacuum=off",
];

/// A data folder with the binaries that run it.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    layout: Layout,
    binaries: PathBuf,
    user: Option<User>,
    /// Whether committed data survives a crash of the machine. Off in tests only.
    durable: bool,
    /// Whether the data folder is removed with its last user, as in tests.
    throw_away: bool,
}

impl Cluster {
    pub(super) fn new(layout: Layout, binaries: &Path, durable: bool, throw_away: bool) -> Self {
        let user = User::unprivileged(&layout.data());
        Self { layout, binaries: binaries.to_owned(), user, durable, throw_away }
    }

    /// Makes the data folder if it is missing. It is renamed to its final name only when it is complete, so a crash leaves
    /// nothing half made.
    pub(super) fn make(&self, password: &Secret) -> Result<(), EmbeddedError> {
        let data = self.layout.data();
        if let Some(folder) = self.user.and_then(|user| user.barred_from(&data)) {
            return Err(EmbeddedError::Barred { folder });
        }
        if data.exists() {
            return Ok(());
        }
        let unfinished = self.layout.unfinished();
        let at = EmbeddedError::at(&unfinished);
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(&at)?;
        }
        fs::DirBuilder::new().mode(0o700).create(&unfinished).map_err(&at)?;
        self.hand_over(&unfinished)?;
        self.initdb(&unfinished, password)?;
        fs::rename(&unfinished, &data).map_err(&at)?;
        let root = File::open(self.layout.root()).and_then(|root| root.sync_all());
        root.map_err(EmbeddedError::at(self.layout.root()))
    }

    fn initdb(&self, folder: &Path, password: &Secret) -> Result<(), EmbeddedError> {
        // Postgres's user reads the password from a file of its own, which is removed a moment later.
        let handed = self.layout.root().join("postgres.password.new");
        let write = || {
            let _ = fs::remove_file(&handed);
            let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&handed)?;
            file.write_all(password.expose().as_bytes())
        };
        write().map_err(EmbeddedError::at(&handed))?;
        self.hand_over(&handed)?;
        let mut initdb = self.command("initdb");
        // Slow hashing of the password costs a debug build more than the rest of a connection does.
        let auth = if self.throw_away { "md5" } else { "scram-sha-256" };
        initdb.args(["--username", OWNER, "--auth", auth, "--encoding", "UTF8", "--no-locale"]);
        initdb.arg("--no-instructions").arg("--pwfile").arg(&handed).arg("--pgdata").arg(folder);
        if !self.durable {
            initdb.arg("--no-sync");
        }
        let answer = initdb.output();
        fs::remove_file(&handed).map_err(EmbeddedError::at(&handed))?;
        let answer = answer.map_err(EmbeddedError::at(&self.binaries))?;
        if answer.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
        Err(EmbeddedError::NotMade { folder: self.layout.root().to_owned(), said })
    }

    fn hand_over(&self, path: &Path) -> Result<(), EmbeddedError> {
        self.user.map_or(Ok(()), |user| user.own(path)).map_err(EmbeddedError::at(path))
    }

    /// The command that runs the server as a child of this process, reachable only from this machine.
    pub(super) fn server(&self, port: u16) -> Result<Command, EmbeddedError> {
        let log = self.layout.open_log().map_err(EmbeddedError::at(&self.layout.log()))?;
        // Tests connect through a socket in the data folder, which costs half as much as TCP.
        let sockets = if self.throw_away { self.layout.data() } else { PathBuf::new() };
        let mut settings = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", sockets.display()),
            format!("max_connections={MAX_CONNECTIONS}"),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "jit=off".to_owned(),
            // Rows and statements contain personal data, so they are kept out of the log.
            "log_error_verbosity=terse".to_owned(),
            "log_min_error_statement=panic".to_owned(),
            "log_checkpoints=off".to_owned(),
        ];
        if !self.durable {
            settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
        }
        if self.throw_away {
            settings.extend(THROWN_AWAY.map(str::to_owned));
        }
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.layout.data()).args(settings.iter().flat_map(|setting| ["-c", setting]));
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Ok(server)
    }

    /// The process id and port of a server that reports that it is ready.
    pub(super) fn ready(&self) -> Option<(u32, u16)> {
        let text = fs::read_to_string(self.layout.data().join("postmaster.pid")).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let ready = lines.get(7).is_some_and(|status| *status == "ready");
        ready.then_some((lines.first()?.parse().ok()?, lines.get(3)?.parse().ok()?))
    }

    /// Whether a server runs on the data folder, whoever started it.
    pub(super) fn runs(&self) -> bool {
        let mut status = self.command("pg_ctl");
        status.arg("status").arg("--pgdata").arg(self.layout.data()).stdout(Stdio::null()).stderr(Stdio::null());
        status.status().is_ok_and(|status| status.success())
    }

    /// Stops the server: cuts the connections and keeps everything committed.
    pub(super) fn stop(&self, mode: &str) -> Result<ExitStatus, EmbeddedError> {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode", mode, "--timeout", "30", "--silent", "--pgdata"]).arg(self.layout.data());
        stop.stdin(Stdio::null()).status().map_err(EmbeddedError::at(&self.binaries))
    }

    /// The command for one of Postgres's programs, without environment variables that would mislead it or may contain secrets.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if ["PG", "LC_", "LANG", "CARTUM_ROAPP", "DATABASE_URL"].iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command.current_dir(self.layout.root());
        if let Some(user) = self.user {
            user.run(&mut command);
        }
        command
    }
}

/// A port of this machine that is free at the moment.
pub(super) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
