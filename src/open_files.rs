//! How many files and connections this process may keep open, and whether an error means that they are used up.

use std::{error::Error, io};

/// What the daemon asks for: many times what it needs, and within what systems allow.
const WANTED: u64 = 65_536;
/// Too many open files: of this process, of the system (EMFILE and ENFILE, on Linux as on macOS).
const USED_UP: [i32; 2] = [24, 23];

/// Raises the limit as far as the system lets a process do by itself.
pub fn raise() {
    // Where it may not, what there is has to do.
    drop(rlimit::increase_nofile_limit(WANTED));
}

/// How many files this process may hold open.
#[must_use]
pub fn limit() -> Option<u64> {
    rlimit::getrlimit(rlimit::Resource::NOFILE).ok().map(|(soft, _)| soft)
}

/// Whether an error, or what caused it, is that no more files can be opened.
#[must_use]
pub fn are_used_up(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let system = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
        if system.is_some_and(|number| USED_UP.contains(&number)) {
            return true;
        }
        // An I/O error that wraps another shows that one, and not its cause, as its source.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = inner.map_or_else(|| error.source(), |inner| Some(inner as &(dyn Error + 'static)));
    }
    false
}

/// The sentence about it, with the fix.
#[must_use]
pub fn told() -> String {
    let limit = limit().map_or_else(String::new, |limit| format!(" (this process may have {limit})"));
    format!("too many open files{limit}; raise the limit: LimitNOFILE= for a service, `ulimit -n` in a shell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_found_however_deep_it_is() {
        let used_up = io::Error::from_raw_os_error(24);
        assert!(are_used_up(&used_up));
        assert!(are_used_up(&io::Error::other(io::Error::other(used_up))));
        assert!(are_used_up(&sqlx::Error::Io(io::Error::from_raw_os_error(23))));
        assert!(!are_used_up(&io::Error::from_raw_os_error(111)));
        assert!(told().contains("ulimit -n"));
    }
}
