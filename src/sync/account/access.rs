//! Access to the account: the client, the company that the key belongs to, and what ends the session.

use sqlx::PgTransaction;

use crate::{
    db::{DbError, accounts, leases::Tx, notices},
    domain::{moment, notice::Plain, said::Said},
    roapp::RoApp,
    sync::{Engine, account::Account, outcome::Halt, store},
};

impl Account<'_> {
    /// Makes the client, and compares the company where the key is new or RO App was away.
    pub(in crate::sync) async fn prepare(&self) -> Result<(), Halt> {
        if self.memory(|memory| memory.roapp.is_some()) {
            return Ok(());
        }
        let roapp = self.client()?;
        let row = self.memory(|memory| memory.row.clone());
        let is_new_key = self.seen(|seen| seen.key != row.api_key);
        if is_new_key || row.failing_since.is_some() || row.needs_key {
            self.check_company(&roapp, &row).await?;
        }
        self.memory(|memory| memory.roapp = Some(roapp));
        Ok(())
    }

    /// A key of another company is refused: at every start, after every change of the key, and after an outage.
    async fn check_company(&self, roapp: &RoApp, row: &accounts::Account) -> Result<(), Halt> {
        let company = roapp.company().await.map_err(Halt::of)?.fingerprint();
        if !row.company.is_empty() && !company.is_empty() && company != row.company {
            let reason = Said::new("key-of-another-company").with("company", company).with("own", row.company.as_str());
            return Err(Halt::Access(reason));
        }
        self.seen(|seen| seen.key.clone_from(&row.api_key));
        self.answered(roapp).await?;
        if row.failing_since.is_some() || row.needs_key {
            tracing::info!(since = row.failing_since.map(moment::text), "RO App answers again");
        }
        self.memory(|memory| (memory.row.needs_key, memory.row.failing_since) = (false, None));
        Ok(())
    }

    /// RO App answered an authenticated call, and showed its clock.
    pub(in crate::sync) async fn answered(&self, roapp: &RoApp) -> Result<(), DbError> {
        self.commit("access.answered", |mut tx| async move { self.note_answered(&mut tx, roapp).await }).await?;
        self.note_older_api(roapp.older_api()).await
    }

    /// The same in a transaction, but for what is known of the older API.
    pub(super) async fn note_answered(&self, tx: &mut PgTransaction<'_>, roapp: &RoApp) -> Result<(), DbError> {
        accounts::succeeded(tx, self.id).await?;
        let Some(ahead) = roapp.clock_off() else {
            return notices::clear_of_account(tx, self.id, &[Plain::RoApp.into(), Plain::Clock.into()]).await;
        };
        notices::clear_of_account(tx, self.id, &[Plain::RoApp.into()]).await?;
        let what = store::clock_off("roapp", ahead);
        if notices::raise(tx, self.id, None, &Plain::Clock.into(), &what).await? {
            tracing::warn!(text = %what, "account notice raised");
        }
        Ok(())
    }

    fn client(&self) -> Result<RoApp, Halt> {
        let Engine { clients, pool, keyring, .. } = self.engine;
        let row = self.memory(|memory| memory.row.clone());
        clients.roapp(pool, keyring, &row, self.fence.clone()).map_err(|error| {
            if error.is_of_this_process() {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "this process leaves the account to other processes"
                );
                return Halt::Stopping;
            }
            Halt::Access(Said::new("internal").with("error", error.to_string()))
        })
    }

    /// The client that [`Account::prepare`] made.
    pub(in crate::sync) fn roapp(&self) -> Result<RoApp, Halt> {
        let roapp = self.memory(|memory| memory.roapp.clone()).map_or_else(|| self.client(), Ok)?;
        Ok(roapp.called_by(&self.caller))
    }

    /// RO App answers at all: then a failure is the order's own.
    pub(in crate::sync) async fn probe(&self) -> Result<(), Halt> {
        self.roapp()?.company().await.map(drop).map_err(Halt::of)
    }

    /// Calls that the account's client has sent so far.
    pub(in crate::sync) fn calls(&self) -> u64 {
        self.memory(|memory| memory.roapp.as_ref().map_or(0, RoApp::calls))
    }

    /// Nothing more is written in this session, but for a new key.
    pub(in crate::sync) async fn note_halt(&self, halt: Halt) -> Result<(), DbError> {
        let id = self.id;
        self.memory(|memory| memory.halted = true);
        match halt {
            Halt::Db(error) => return Err(error),
            Halt::Lease => return Err(DbError::LeaseLost),
            Halt::Stopping => {}
            Halt::Outage { error, after } => {
                let (text, after) = (&Said::from(&error), after.unwrap_or_default().as_secs_f64());
                let note = |mut tx: Tx| async move { accounts::failed(&mut tx, id, text, after).await };
                if self.commit("accounts.failed", note).await? {
                    tracing::warn!(error = &error as &dyn std::error::Error, "RO App is unavailable; its orders wait");
                }
            }
            Halt::Access(reason) => {
                let key = self.memory(|memory| memory.row.api_key.clone());
                let (key, reason) = (key.as_ref(), &reason);
                let note = |mut tx: Tx| async move {
                    let is_ours = accounts::refused(&mut tx, id, key, reason).await?;
                    Ok((is_ours, is_ours && notices::raise(&mut tx, id, None, &Plain::RoApp.into(), reason).await?))
                };
                match self.commit("accounts.refused", note).await? {
                    // The key was changed while the old one was at work: the new one is tried at once.
                    (false, _) => {
                        if let Some(row) = accounts::get(&self.engine.pool, id).await? {
                            self.go_on(row);
                        }
                    }
                    (true, false) => {}
                    (true, true) => {
                        tracing::warn!(%reason, "RO App rejected the API key; all stores of the account wait");
                    }
                }
            }
        }
        Ok(())
    }
}
