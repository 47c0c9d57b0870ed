//! The system user that runs Postgres. Postgres refuses to run as root, so root lets another user run it.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, chown},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::data_dir;

/// Used when `/etc/passwd` names neither `postgres` nor `nobody`.
const NOBODY: User = User { uid: 65534, gid: 65534 };

/// A system user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// The user to run Postgres as; `None` if this process is not root's: then Postgres runs as our own user.
    ///
    /// An existing data folder is run by its owner, so that users added since then make no difference.
    pub(super) fn unprivileged(data: &Path) -> Option<Self> {
        if !data_dir::is_root() {
            return None;
        }
        let owner = fs::metadata(data).ok().map(|about| Self { uid: about.uid(), gid: about.gid() });
        let known = || fs::read_to_string("/etc/passwd").ok().and_then(|text| choose(&text));
        Some(owner.filter(|owner| owner.uid != 0).or_else(known).unwrap_or(NOBODY))
    }

    /// Makes a command run as this user.
    pub(super) fn run(self, command: &mut Command) -> &mut Command {
        command.uid(self.uid).gid(self.gid)
    }

    /// Makes this user the owner of a file or folder.
    pub(super) fn own(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// The first folder on the way to `path` that this user cannot enter.
    pub(super) fn barred_from(self, path: &Path) -> Option<PathBuf> {
        let mut way: Vec<&Path> = path.ancestors().skip(1).collect();
        way.reverse();
        way.into_iter().find(|folder| !self.enters(folder)).map(Path::to_owned)
    }

    fn enters(self, folder: &Path) -> bool {
        let Ok(about) = fs::metadata(folder) else { return true };
        let bit = match (about.uid() == self.uid, about.gid() == self.gid) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        about.mode() & bit != 0
    }
}

/// Postgres's own user if the system has one, or else `nobody`.
fn choose(passwd: &str) -> Option<User> {
    let user = |name: &str| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let named = fields.next()? == name;
            let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
            named.then_some(User { uid, gid })
        })
    };
    user("postgres").or_else(|| user("nobody"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn postgres_is_preferred_to_nobody() {
        let nobody = "root:x:0:0:root:/root:/bin/sh\nnobody:x:99:98:nobody:/:/sbin/nologin\n";
        assert_eq!(choose(nobody), Some(User { uid: 99, gid: 98 }));
        let both = format!("{nobody}postgres:x:105:110::/var/lib/postgresql:/bin/bash\n");
        assert_eq!(choose(&both), Some(User { uid: 105, gid: 110 }));
        assert_eq!(choose("root:x:0:0:root:/root:/bin/sh\nbroken\n"), None);
    }

    #[test]
    fn the_folder_that_bars_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = User { uid: 4_000_000, gid: 4_000_000 };
        assert_eq!(stranger.barred_from(&inner.join("postgres")), Some(inner));
        let about = fs::metadata(folder.path()).unwrap();
        let owner = User { uid: about.uid(), gid: about.gid() };
        assert_eq!(owner.barred_from(&folder.path().join("inner/postgres")), None);
    }
}
