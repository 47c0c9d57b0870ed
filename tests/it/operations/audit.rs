//! What the database itself notes of leases and journal entries: which process took which account when, and wrote what.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

/// Notes every change of a lease and every journal entry, with the name of the process.
const NOTE: &str = "
    CREATE TABLE audit (n bigserial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), account bigint, what text,
        process text DEFAULT current_setting('application_name'), expired timestamptz, number bigint);
    CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.lease_token IS DISTINCT FROM OLD.lease_token THEN
            INSERT INTO audit (account, what, expired) VALUES (NEW.id,
                CASE WHEN NEW.lease_token IS NULL THEN 'release' ELSE 'lease' END, OLD.lease_expires_at);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER note_lease AFTER UPDATE ON account FOR EACH ROW EXECUTE FUNCTION note_lease();
    CREATE FUNCTION note_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO audit (account, what, number)
            SELECT NEW.account_id, NEW.kind, number FROM store_order WHERE id = NEW.order_id;
        RETURN NEW;
    END $$;
    CREATE TRIGGER note_entry AFTER INSERT ON journal FOR EACH ROW EXECUTE FUNCTION note_entry();";

/// One thing that happened.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Note {
    pub(super) at: DateTime<Utc>,
    pub(super) account: i64,
    pub(super) what: String,
    pub(super) process: String,
    /// When the lease before this one would have expired.
    expired: Option<DateTime<Utc>>,
    /// The order that an entry is about.
    pub(super) number: Option<i64>,
}

/// Begins to take notes.
pub(super) async fn begin(pool: &PgPool) {
    sqlx::raw_sql(NOTE).execute(pool).await.unwrap();
}

/// Everything that was noted, in order.
pub(super) async fn notes(pool: &PgPool) -> Vec<Note> {
    sqlx::query_as("SELECT at, account, what, process, expired, number FROM audit ORDER BY n")
        .fetch_all(pool)
        .await
        .unwrap()
}

/// Nobody took an account that another held, and whatever was journalled was journalled by the holder. Returns how many
/// entries were journalled by each process.
pub(super) fn check(notes: &[Note]) -> HashMap<String, usize> {
    let mut holders: HashMap<i64, &str> = HashMap::new();
    let mut written = HashMap::new();
    for note in notes {
        match note.what.as_str() {
            "lease" => {
                let holder = holders.insert(note.account, &note.process);
                let free = holder.is_none() || note.expired.is_some_and(|expired| expired <= note.at);
                assert!(free, "{note:?} while {holder:?} held the account");
            }
            "release" => {
                let holder = holders.remove(&note.account);
                assert_eq!(holder, Some(note.process.as_str()), "{note:?}");
            }
            _ => {
                assert_eq!(holders.get(&note.account), Some(&note.process.as_str()), "{note:?}");
                *written.entry(note.process.clone()).or_default() += 1;
            }
        }
    }
    written
}

/// Who held an account at a moment, sure to within a few milliseconds before and after.
pub(super) fn holder(notes: &[Note], account: i64, at: DateTime<Utc>) -> Option<&str> {
    let mut changes = notes.iter().filter(|note| matches!(note.what.as_str(), "lease" | "release"));
    let last = changes.rfind(|note| note.account == account && note.at <= at + TimeDelta::milliseconds(5))?;
    (last.what == "lease").then_some(last.process.as_str())
}
