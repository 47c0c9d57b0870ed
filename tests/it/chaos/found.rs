//! Histories that once ended otherwise than the design says, shrunk.

use super::{
    action::{Action, History, ShopEdit},
    play::play,
};

/// A shop of one order, imported and at rest; then these.
async fn after_import(actions: impl IntoIterator<Item = Action>) {
    let actions = [Action::Rest].into_iter().chain(actions).chain([Action::Rest]).collect();
    let history = History { seed: 1, orders: 1, processes: false, actions };
    let faults = play(&history).await;
    assert!(faults.is_empty(), "{history}{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_estimated_price_follows_an_edit_in_the_store() {
    after_import([Action::Shop(0, ShopEdit::AddLine(24))]).await;
}
