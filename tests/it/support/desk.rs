//! Where databases are made and dropped: one thread with a few connections for all tests, which outlives the runtime of each of them.

use std::{thread, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Executor,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{
    runtime::Builder,
    sync::{mpsc::UnboundedSender, oneshot},
};

/// A copy that waits for its template does not keep the others waiting.
const CONNECTIONS: u32 = 4;
/// With more tests at once than connections some wait for their turn.
const PATIENCE: Duration = Duration::from_mins(1);

/// See the module.
pub(super) struct Desk(UnboundedSender<(String, oneshot::Sender<Result<(), sqlx::Error>>)>);

impl Desk {
    pub(super) fn of(server: PgConnectOptions) -> Self {
        let (statements, mut asked) = tokio::sync::mpsc::unbounded_channel::<(String, oneshot::Sender<_>)>();
        let work = async move {
            let pool = PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_lazy_with(server.disable_statement_logging());
            while let Some((statement, tell)) = asked.recv().await {
                let pool = pool.clone();
                tokio::spawn(async move {
                    let done = pool.execute(AssertSqlSafe(statement)).await.map(drop);
                    // Whoever drops a database does not wait for the end.
                    let _ = tell.send(done);
                });
            }
        };
        thread::spawn(move || Builder::new_current_thread().enable_all().build().unwrap().block_on(work));
        Self(statements)
    }

    /// Begins with this statement at once, also where nobody waits for its end.
    pub(super) fn run(&self, statement: String) -> impl Future<Output = Result<(), sqlx::Error>> + use<> {
        let (tell, done) = oneshot::channel();
        self.0.send((statement, tell)).unwrap();
        async { done.await.map_err(|_| sqlx::Error::WorkerCrashed)? }
    }
}
