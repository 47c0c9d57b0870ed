//! Stores: from the first test to the removal.
//!
//! `add.rs` tests settings and saves them, `taken.rs` knows which names and shops other stores have, `site_move.rs` whether the
//! same shop answers at another address. `template` writes store files, `from_form.rs` reads forms. `import.rs` requests the first import, `import_size.rs`
//! measures it beforehand, `rehearsal.rs` finds out what it would do, `remapped.rs` names the orders that differ from a new status map, `running.rs` pauses, resumes and removes stores and requests a read. `view.rs` shows stores, `overview.rs` all of them at a glance, `audit.rs`
//! their audit.

mod add;
mod audit;
mod from_form;
mod import;
mod import_size;
mod overview;
mod rehearsal;
mod remapped;
mod running;
mod site_move;
mod taken;
mod template;
mod view;

pub use self::{
    audit::{Audit, AuditDay, Verdict},
    from_form::{Pairs, as_pairs, settings_warnings},
    import::{Import, ImportPlace, import_place, plan_import, start_import},
    import_size::ImportSize,
    overview::{Health, Level, StoreGlance, glance, glances, store_freshness},
    rehearsal::{Begun, HeldOrder, KeyView, PeopleView, RehearsalReport, RehearsalView, StatusCount, rehearsal},
    remapped::{RemappedOrder, remapped_orders},
    running::{Resumed, audit_now, pause, read_now, remove_store, resume},
    template::{Reached, settings_toml},
    view::{
        ImportView, NoticeView, StoreRow, StoreView, Stores, WebhookView, names_of, notices, store_statuses,
        store_view, stores,
    },
};
pub(super) use self::{running::is_worked, taken::unreadable};

use crate::domain::said::Said;

/// Why a store does not get the address of a removed one.
const REMOVED_BEFORE: Said = Said::new("shop-removed-before");
