//! Stores: from the first try to the removal.
//!
//! `add.rs` tries settings and saves them, `taken.rs` knows what is another store's, `site_move.rs` whether the same shop answers at
//! another address. `template` writes store files. `import.rs` asks for the first import, `import_size.rs` counts it before, `running.rs`
//! pauses, resumes, removes and asks for a reading. `view.rs` shows stores, `audit.rs` their proof.

mod add;
mod audit;
mod import;
mod import_size;
mod running;
mod site_move;
mod taken;
mod template;
mod view;

pub use self::{
    audit::{Audit, AuditDay, Verdict},
    import::{Import, ImportPlace, import_place, plan_import, start_import},
    import_size::ImportSize,
    running::{Resumed, audit_now, pause, read_now, remove_store, resume},
    template::{Reached, settings_toml},
    view::{ImportView, NoticeView, StoreRow, StoreView, Stores, WebhookView, look_at_store, notices, stores},
};
pub(super) use self::{running::is_worked, taken::unreadable};

/// Why a store does not get the address of a removed one.
const REMOVED_BEFORE: &str =
    "this shop was another store of the account, which was removed; restore that store with `store add`";
