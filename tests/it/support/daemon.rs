//! A daemon within the test's own process.

use std::sync::Arc;

use cartum_roapp::{
    lifecycle::Stop,
    sync::{self, Engine},
};
use tokio::task::JoinHandle;

/// A daemon within this process; it stops when asked.
pub(crate) struct Daemon {
    stop: Stop,
    task: JoinHandle<()>,
}

impl Daemon {
    /// Starts one that works with this.
    pub(crate) fn of(engine: Engine) -> Self {
        let (stop, task) = (engine.stop.clone(), tokio::spawn(sync::run(Arc::new(engine))));
        Self { stop, task }
    }

    /// Stops it and waits until it has stopped.
    pub(crate) async fn stop(self) {
        self.stop.request();
        self.task.await.unwrap();
        assert!(self.stop.finished().await, "the daemon did not finish in time");
    }

    /// Asks it to stop; a call that takes long is left as it is, as when the program ends.
    pub(crate) async fn stop_in_time(self) {
        self.stop.request();
        self.task.await.unwrap();
        self.stop.finished().await;
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(self) {
        self.task.abort();
        self.stop.request();
    }
}
