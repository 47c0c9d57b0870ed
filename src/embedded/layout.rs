//! The data folder: the purpose of each file, and the locks that say who uses it.
//!
//! Locks belong to open files, so the system releases them however a process ends.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::EmbeddedError;
use crate::{
    data_dir,
    secrets::{Secret, hex, random},
};

/// A log larger than this is emptied when Postgres starts.
const MAX_LOG: u64 = 10 * 1024 * 1024;
/// How much of the end of the log an error shows, in bytes.
const TAIL: u64 = 2_000;

/// The data folder.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The data folder itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Postgres's own folder.
    pub(super) fn data(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// The folder in which Postgres's folder is made; it is renamed when it is complete.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join("postgres.new")
    }

    /// The folder of downloaded binaries, with a folder for each archive.
    pub(super) fn fetched(&self) -> PathBuf {
        self.root.join("binaries")
    }

    /// Held shared by every process that uses the server, exclusively by the keeper while it stops the server.
    pub(super) fn users_lock(&self) -> io::Result<File> {
        open_lock(&self.root.join("users.lock"))
    }

    /// Held by the one process that starts the server.
    pub(super) fn start_lock(&self) -> io::Result<File> {
        open_lock(&self.root.join("start.lock"))
    }

    /// Held by the keeper as long as it runs.
    pub(super) fn keeper_lock(&self) -> io::Result<File> {
        open_lock(&self.root.join("keeper.lock"))
    }

    /// The port of the running server. The keeper writes it; it is valid only as long as there is a keeper.
    pub(super) fn port(&self) -> Option<u16> {
        fs::read_to_string(self.port_file()).ok()?.trim().parse().ok()
    }

    pub(super) fn write_port(&self, port: u16) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(&self.root)?;
        writeln!(file, "{port}")?;
        file.persist(self.port_file()).map_err(|refused| refused.error)?;
        Ok(())
    }

    pub(super) fn forget_port(&self) -> io::Result<()> {
        match fs::remove_file(self.port_file()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn port_file(&self) -> PathBuf {
        self.root.join("postgres.port")
    }

    /// The password of the server's owner, generated once.
    pub(super) fn password(&self) -> Result<Secret, EmbeddedError> {
        self.made_once(&self.root.join("postgres.password"))
    }

    /// The password of the program's role, generated once.
    pub(super) fn program_password(&self) -> Result<Secret, EmbeddedError> {
        self.made_once(&self.root.join("postgres.program.password"))
    }

    /// The file in which Postgres's own commands find the program's password, so that it is not on a command line.
    pub(super) fn passfile(&self) -> PathBuf {
        self.root.join("postgres.passfile")
    }

    /// Writes the file of [`Self::passfile`].
    pub(super) fn write_passfile(&self, user: &str, password: &Secret) -> Result<(), EmbeddedError> {
        let path = self.passfile();
        let line = format!("127.0.0.1:*:*:{user}:{}\n", password.expose());
        self.write(&path, &line).map_err(EmbeddedError::at(&path))
    }

    /// Writes a file that only its owner can read, completely or not at all.
    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(&self.root)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map(drop).map_err(|refused| refused.error)
    }

    fn made_once(&self, path: &Path) -> Result<Secret, EmbeddedError> {
        match fs::read_to_string(path) {
            Ok(text) if !text.trim().is_empty() => return Ok(Secret::from_file_text(text)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(EmbeddedError::at(path)(error)),
            _ => {}
        }
        let password = Secret::new(hex(&random::<16>().map_err(EmbeddedError::NoRandom)?));
        self.write(path, password.expose()).map_err(EmbeddedError::at(path))?;
        Ok(password)
    }

    /// Opens the log of the keeper and Postgres for writing.
    pub(super) fn open_log(&self) -> io::Result<File> {
        let log = OpenOptions::new().create(true).append(true).mode(0o600).open(self.log())?;
        if log.metadata()?.len() > MAX_LOG {
            log.set_len(0)?;
        }
        Ok(log)
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// The present length of the log.
    pub(super) fn log_length(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |about| about.len())
    }

    /// What was added to the log since it had this length, or the end of that.
    pub(super) fn log_since(&self, length: u64) -> String {
        let read = || -> io::Result<String> {
            let mut log = File::open(self.log())?;
            let end = log.metadata()?.len();
            log.seek(SeekFrom::Start(length.max(end.saturating_sub(TAIL)).min(end)))?;
            let mut bytes = Vec::new();
            log.take(TAIL).read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        read().unwrap_or_default()
    }

    /// Makes the folder, and lets the user that runs Postgres pass through it.
    pub(super) fn prepare(&self) -> io::Result<()> {
        data_dir::make(&self.root)?;
        if data_dir::is_root() {
            let mode = fs::metadata(&self.root)?.permissions().mode();
            if mode & 0o001 == 0 {
                fs::set_permissions(&self.root, fs::Permissions::from_mode(mode | 0o001))?;
            }
        }
        Ok(())
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}
