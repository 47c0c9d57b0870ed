//! Lines: what RO App does not take of one, figures finer than it keeps, titles, what finds no answer, and the order they come in.

mod amounts;
mod older;
mod order;
mod refused;
mod texts;
mod titles;
mod unanswered;

use cartum_roapp::{
    admin::{self, Ask, Selection},
    db::orders::Listed,
};

use crate::support::followed::Followed;

/// `order retry`.
async fn retry(followed: &Followed, row: &Listed) {
    let selection = Selection { numbers: vec![row.number], ..Selection::default() };
    let store = followed.world.store().await;
    admin::ask(followed.world.database.pool(), &store, &selection, Ask::Retry).await.unwrap();
}
