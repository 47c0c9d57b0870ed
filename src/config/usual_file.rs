//! The file with the settings that is read where none is named.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{Fault, Origin};

/// Beside a person who tries things out; it goes before [`OF_SYSTEM`].
pub const BESIDE: &str = "cartum-roapp.toml";
/// Of the machine, below its root.
pub const OF_SYSTEM: &str = "etc/cartum-roapp/config.toml";

/// The first of the two that is there; `folder` is where the program was started and `root` the root of the file system.
///
/// # Errors
/// When the one in the folder is somebody else's: whoever can write there could name the database and the key.
pub fn find(folder: &Path, root: &Path) -> Result<Option<PathBuf>, Fault> {
    let beside = folder.join(BESIDE);
    if let Ok(about) = fs::metadata(&beside) {
        let (owner, own) = (about.uid(), fs::metadata("/proc/self").map_or(about.uid(), |about| about.uid()));
        if (owner != own && owner != 0) || about.mode() & 0o002 != 0 {
            return Err(Fault {
                origin: Origin::File(beside),
                key: String::new(),
                problem: "can be written by other users, so that it is not read unasked; name it with --config if it is meant"
                    .to_owned(),
            });
        }
        return Ok(Some(beside));
    }
    Ok(Some(root.join(OF_SYSTEM)).filter(|path| path.is_file()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_beside_goes_before_the_system_s_and_none_is_none() {
        let (folder, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let found = || find(folder.path(), root.path());
        assert_eq!(found(), Ok(None));
        fs::create_dir_all(root.path().join("etc/cartum-roapp")).unwrap();
        fs::write(root.path().join(OF_SYSTEM), "").unwrap();
        assert_eq!(found(), Ok(Some(root.path().join(OF_SYSTEM))));
        let beside = folder.path().join(BESIDE);
        fs::write(&beside, "").unwrap();
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(found(), Ok(Some(beside.clone())));
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(found().unwrap_err().problem.contains("--config"));
    }
}
