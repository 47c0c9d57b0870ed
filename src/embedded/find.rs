//! Finds the Postgres binaries that are installed on this machine.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::EmbeddedError;

/// Folders in which packages put one folder for each version.
const VERSIONED: [&str; 7] = [
    "/usr/lib/postgresql",
    "/usr/libexec",
    "/usr/lib",
    "/usr",
    "/opt/homebrew/opt",
    "/usr/local/opt",
    "/Applications/Postgres.app/Contents/Versions",
];

/// An installed Postgres.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Binaries {
    version: Version,
    folder: PathBuf,
}

/// A version such as 15.14, compared by its numbers. Only the first number is the major version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
}

impl Binaries {
    /// The newest installed or downloaded Postgres; for an existing data folder, one of the major version that made it.
    pub(super) fn find(data: &Path, fetched: &Path) -> Result<Self, EmbeddedError> {
        let mut found = installed(fetched);
        let newest =
            found.pop_last().ok_or_else(|| EmbeddedError::NoPostgres { install: install_line("postgresql") })?;
        let Ok(made_by) = fs::read_to_string(data.join("PG_VERSION")) else { return Ok(newest) };
        let made_by = made_by.trim();
        found.insert(newest);
        let versions: Vec<String> = found.iter().map(|found| found.version.major.to_string()).collect();
        let same = found.into_iter().rev().find(|found| found.version.major.to_string() == made_by);
        same.ok_or_else(|| EmbeddedError::OtherVersion {
            data: data.to_owned(),
            made_by: made_by.to_owned(),
            found: versions.join(", "),
            install: install_line(&format!("postgresql-{made_by}")),
        })
    }

    /// The folder with the binaries, to pass to another process.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Every installed Postgres, and those in the folder of downloaded ones, in the order of versions.
fn installed(fetched: &Path) -> BTreeSet<Binaries> {
    let told = Command::new("pg_config").arg("--bindir").output().ok().filter(|answer| answer.status.success());
    let told = told.map(|answer| PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim()));
    let path = env::var_os("PATH").unwrap_or_default();
    let packaged = VERSIONED.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let packaged = packaged.map(|entry| entry.path()).filter(|folder| names_postgres(folder));
    let fetched = fs::read_dir(fetched).ok().into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let folders = told.into_iter().chain(env::split_paths(&path)).chain(fetched);
    let folders = folders.chain(packaged.flat_map(|folder| [folder.join("bin"), folder]));
    let complete = |folder: &PathBuf| ["initdb", "postgres", "pg_ctl"].iter().all(|name| folder.join(name).is_file());
    let real: BTreeSet<PathBuf> = folders.filter(complete).filter_map(|folder| real_folder(&folder)).collect();
    let version = |folder: PathBuf| Some(Binaries { version: version_of(&folder)?, folder });
    real.into_iter().filter_map(version).collect()
}

/// Whether a folder is named for a version (`15`) or for Postgres (`postgresql@17`, `pgsql-17`).
fn names_postgres(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("postgresql") || name.starts_with("pgsql") || name.starts_with(|c: char| c.is_ascii_digit())
}

/// The folder that `postgres` is really in, so that several links to the same binaries count once.
fn real_folder(folder: &Path) -> Option<PathBuf> {
    Some(fs::canonicalize(folder.join("postgres")).ok()?.parent()?.to_owned())
}

/// Whether the server in this folder of binaries runs on this machine at all.
pub(super) fn runs(folder: &Path) -> bool {
    version_of(folder).is_some()
}

fn version_of(folder: &Path) -> Option<Version> {
    let answer = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&answer.stdout))
}

/// Parses `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, `… 17.0`, `… 18beta1`.
fn parse_version(text: &str) -> Option<Version> {
    let (_, version) = text.split_once(") ")?;
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    Some(Version { major, minor: numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0) })
}

/// The command that installs a package here. Only apt has packages for each version.
pub(super) fn install_line(package: &str) -> String {
    let has = |tool: &str| {
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(tool).is_file())
    };
    let (version, plain) = (package.strip_prefix("postgresql-"), "postgresql");
    if has("apt-get") {
        return format!("apt-get install {package}");
    }
    if has("dnf") {
        return version.map_or(format!("dnf install {plain}-server"), |version| {
            format!("dnf install postgresql{version}-server")
        });
    }
    if has("apk") {
        return format!("apk add postgresql{}", version.unwrap_or_default());
    }
    if has("brew") {
        return version.map_or(format!("brew install {plain}"), |version| format!("brew install postgresql@{version}"));
    }
    format!(
        "install PostgreSQL{} with this system's package manager",
        version.map(|v| format!(" {v}")).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        let version = |text: &str| parse_version(&format!("postgres (PostgreSQL) {text}\n"));
        assert!(version("9.6.24") < version("15.14 (Debian 15.14-0+deb12u1)"));
        assert!(version("15.9") < version("15.10"));
        assert_eq!(version("18beta1"), Some(Version { major: 18, minor: 0 }));
        assert_eq!(parse_version("sh: not found"), None);
    }

    #[test]
    fn folders_of_packages_are_told_from_others() {
        for (folder, is_one) in [
            ("/usr/lib/postgresql/15", true),
            ("/opt/homebrew/opt/postgresql@17", true),
            ("/usr/pgsql-16", true),
            ("/usr/libexec/postgresql17", true),
            ("/usr/lib/python3", false),
            ("/usr/bin", false),
        ] {
            assert_eq!(names_postgres(Path::new(folder)), is_one, "{folder}");
        }
    }
}
