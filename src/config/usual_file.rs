//! The settings file that is read if none is named.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{Fault, Origin};
use crate::plain_file::{self, Refused};

/// In the current folder, for trying things out; takes precedence over [`OF_SYSTEM`].
pub const BESIDE: &str = "cartum-roapp.toml";
/// The machine's own, relative to its root.
pub const OF_SYSTEM: &str = "etc/cartum-roapp/config.toml";
/// The file in the current folder is read up to this size, 1 MiB.
const MAX_FILE: u64 = 1 << 20;

/// A file and its content.
pub(super) type Found = (PathBuf, io::Result<Vec<u8>>);

/// Reads the first of the two that exists; `folder` is where the program was started and `root` the root of the file system.
///
/// # Errors
/// When the file in the folder may be somebody else's: whoever can write it could name the database and the key. The file that is checked
/// is the file that is read.
pub(super) fn find(folder: &Path, root: &Path) -> Result<Option<Found>, Fault> {
    let beside = folder.join(BESIDE);
    let fault = |problem: String| Fault { origin: Origin::File(beside.clone()), key: String::new(), problem };
    match plain_file::open(&beside) {
        Err(Refused::Io(error)) if error.kind() == ErrorKind::NotFound => {
            let of_system = Some(root.join(OF_SYSTEM)).filter(|path| path.is_file());
            Ok(of_system.map(|path| (path.clone(), fs::read(path))))
        }
        Err(Refused::Link) => Err(fault(
            "is a symbolic link, which may lead to another user's file, so it is not read by default; to use it, name it with --config"
                .to_owned(),
        )),
        Err(refused) => Err(fault(refused.to_string())),
        Ok(file) => match read_own(&file) {
            Ok(Some(bytes)) if bytes.len() as u64 > MAX_FILE => Err(fault("is larger than 1 MiB".to_owned())),
            Ok(Some(bytes)) => Ok(Some((beside, Ok(bytes)))),
            Ok(None) => Err(fault(
                "can be written by other users, so it is not read by default; to use it, name it with --config"
                    .to_owned(),
            )),
            Err(error) => Err(fault(format!("cannot be read: {error}"))),
        },
    }
}

/// The content of the file; `None` if others can write it.
fn read_own(file: &File) -> io::Result<Option<Vec<u8>>> {
    let about = file.metadata()?;
    let (owner, own) = (about.uid(), fs::metadata("/proc/self").map_or(about.uid(), |about| about.uid()));
    if (owner != own && owner != 0) || about.mode() & 0o002 != 0 {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use std::{
        os::unix::fs::{PermissionsExt, symlink},
        process::Command,
    };

    use super::*;

    #[test]
    fn a_link_or_a_pipe_beside_is_neither_followed_nor_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let beside = folder.path().join(BESIDE);
        let refused = || find(folder.path(), folder.path()).unwrap_err().problem;
        fs::write(folder.path().join("mine.toml"), "").unwrap();
        symlink("mine.toml", &beside).unwrap();
        assert!(refused().contains("is a symbolic link") && refused().contains("--config"), "{}", refused());
        fs::remove_file(&beside).unwrap();
        symlink("nowhere", &beside).unwrap();
        assert!(refused().contains("is a symbolic link"), "{}", refused());
        fs::remove_file(&beside).unwrap();
        assert!(Command::new("mkfifo").arg(&beside).status().unwrap().success());
        assert_eq!(refused(), "is not a regular file");
        fs::remove_file(&beside).unwrap();
        fs::create_dir(&beside).unwrap();
        assert_eq!(refused(), "is not a regular file");
    }

    #[test]
    fn the_file_beside_goes_before_the_system_s_and_none_is_none() {
        let (folder, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let found = || find(folder.path(), root.path()).map(|found| found.map(|(path, _)| path));
        assert_eq!(found(), Ok(None));
        fs::create_dir_all(root.path().join("etc/cartum-roapp")).unwrap();
        fs::write(root.path().join(OF_SYSTEM), "").unwrap();
        assert_eq!(found(), Ok(Some(root.path().join(OF_SYSTEM))));
        let beside = folder.path().join(BESIDE);
        fs::write(&beside, "").unwrap();
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(found(), Ok(Some(beside.clone())));
        fs::write(&beside, "a = 1").unwrap();
        assert_eq!(find(folder.path(), root.path()).unwrap().unwrap().1.unwrap(), b"a = 1");
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(found().unwrap_err().problem.contains("--config"));
    }
}
