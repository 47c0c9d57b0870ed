//! Opens a file that must be a regular one: the file that is checked is the file that is read, even if somebody replaces it
//! meanwhile.

use std::{
    fs::{File, OpenOptions},
    io,
    os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
    path::{Path, PathBuf},
};

/// A file that is not opened.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Its name is that of a link.
    #[error("is a symbolic link")]
    Link,
    /// A folder, a pipe, a device.
    #[error("is not a regular file")]
    NotPlain,
    /// What the system said.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Opens a plain file for reading; a link is not followed, and a pipe not waited for.
///
/// # Errors
/// [`Refused`].
pub fn open(path: &Path) -> Result<File, Refused> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(libc::ELOOP) => Refused::Link,
        // A socket.
        Some(libc::ENXIO) => Refused::NotPlain,
        _ => Refused::Io(error),
    })?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(Refused::NotPlain) }
}

/// Where an open file lies now; `None` where the system does not say.
#[must_use]
pub fn place(file: &File) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use std::{fs, os::unix::fs::symlink, os::unix::net::UnixListener, process::Command};

    use super::*;

    #[test]
    fn only_a_plain_file_is_opened_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("plain"), "x").unwrap();
        symlink("plain", at("link")).unwrap();
        assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
        let _listener = UnixListener::bind(at("socket")).unwrap();
        assert!(open(&at("plain")).is_ok());
        assert!(matches!(open(&at("link")), Err(Refused::Link)));
        for name in ["fifo", "socket", "."] {
            assert!(matches!(open(&at(name)), Err(Refused::NotPlain)), "{name}");
        }
        assert!(matches!(open(&at("none")), Err(Refused::Io(_))));
    }

    #[test]
    fn an_open_file_is_known_where_it_went() {
        let folder = tempfile::tempdir().unwrap();
        let folder = fs::canonicalize(folder.path()).unwrap();
        fs::write(folder.join("a"), "x").unwrap();
        let file = open(&folder.join("a")).unwrap();
        let Some(there) = place(&file) else { return };
        assert_eq!(there, folder.join("a"));
        fs::rename(folder.join("a"), folder.join("b")).unwrap();
        assert_eq!(place(&file), Some(folder.join("b")));
    }
}
