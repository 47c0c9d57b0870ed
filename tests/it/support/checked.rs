//! A sandbox whose every request is held against the contracts once the test lets go of it.

use std::{
    ops::Deref,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use cartum_roapp::sandbox::{
    cartum::Shop,
    roapp::{Call, RoApp},
    world::Sandbox,
};

use super::conformance;

/// Something that keeps the requests it received.
pub(crate) trait Asked {
    /// What was wrong with them.
    fn complaints(&self) -> Vec<String>;
}

impl Asked for RoApp {
    fn complaints(&self) -> Vec<String> {
        let complaint = |call: &Call| {
            let fault = conformance::check(&call.method, &call.path, &call.query, call.body.as_ref()).err()?;
            Some(format!("{} {}: {fault}", call.method, call.path))
        };
        self.calls().iter().filter_map(complaint).collect()
    }
}

impl Asked for Shop {
    fn complaints(&self) -> Vec<String> {
        let of_call = |call: cartum_roapp::sandbox::cartum::ShopCall| {
            let function = call.function;
            call.complaints.into_iter().map(move |complaint| format!("{function}: {complaint}"))
        };
        self.calls().into_iter().flat_map(of_call).collect()
    }
}

impl Asked for Sandbox {
    fn complaints(&self) -> Vec<String> {
        [self.roapp.complaints(), self.shop.complaints()].concat()
    }
}

/// Fails the test that it belongs to when a request does not conform.
pub(crate) struct Checked<T: Asked> {
    asked: T,
    excused: AtomicBool,
}

impl<T: Asked> Checked<T> {
    pub(crate) fn new(asked: T) -> Self {
        Self { asked, excused: AtomicBool::new(false) }
    }

    /// This test makes calls on purpose that the contracts do not know.
    pub(crate) fn excuse(&self) {
        self.excused.store(true, Ordering::Relaxed);
    }
}

impl<T: Asked> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.asked
    }
}

impl<T: Asked> Drop for Checked<T> {
    fn drop(&mut self) {
        if thread::panicking() || self.excused.load(Ordering::Relaxed) {
            return;
        }
        let complaints = self.asked.complaints();
        assert!(complaints.is_empty(), "requests that the contracts do not know:\n{}", complaints.join("\n"));
    }
}
