//! The pages, over real sockets: by requests as a browser sends them, and in a real browser.

mod accessible;
mod browser;
mod decisions;
mod look;
mod rehearsal;
mod rights;
mod set_up;
mod sign_in;
pub(crate) mod site;
mod slips;
mod wrong;
