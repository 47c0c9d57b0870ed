//! `order find`: where an order is, in one sentence.

use sqlx::PgPool;

use super::Context;
use crate::{admin::find_store, domain::ids::OrderNumber};

pub(super) async fn find(context: &Context, pool: &PgPool, store: &str, number: i64, json: bool) -> anyhow::Result<()> {
    let store = find_store(pool, store).await?;
    let admin = context.access.admin(pool).await?;
    let found = admin.find_order(&store, OrderNumber::new(number), context.clock.now()).await?;
    if json {
        context.output.json(&found)?;
    } else {
        context.output.line(&found.sentence)?;
    }
    Ok(())
}
