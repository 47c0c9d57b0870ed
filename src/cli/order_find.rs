//! `order find`: where an order is, in one sentence.

use serde_json::json;

use super::{Context, filled};
use crate::{
    admin::find_store,
    db::{Database, dictionary, order_list, orders::OrderState},
    domain::ids::OrderNumber,
};

pub(super) async fn find(
    context: &Context,
    database: &Database,
    store: &str,
    number: i64,
    json: bool,
) -> anyhow::Result<()> {
    let store = find_store(&database.pool, store).await?;
    let setup = context.setup(database).await?;
    let found = setup.find_order(&store, OrderNumber::new(number), context.clock.now()).await?;
    if !json {
        let mut names = dictionary::names(&database.pool, store.account, store.id).await?;
        if let Some(order) = order_list::find(&database.pool, store.id, found.number).await? {
            names.extend(dictionary::numbers(&database.pool, &[order.id]).await?);
        }
        context.output.line(names.in_words(&found.sentence))?;
        return Ok(());
    }
    context.output.json(&json!({
        "number": found.number.get(),
        "store": found.store,
        "found": found.is_found(),
        "known": found.known,
        "in_store": found.in_store,
        "in_scope": found.in_scope,
        "state": found.state.map(OrderState::word),
        "reason": filled(&found.reason),
        "work_order_id": found.work_order,
        "next": found.next,
        "sentence": found.sentence,
    }))?;
    Ok(())
}
