//! The rehearsal of an import: the store's orders are read and planned as the import does it, and compared with what RO App has. Nothing
//! is written to either side; of the database only what the store's catalogue says is kept.
//!
//! `orders.rs` reads and plans the orders, `people.rs` and `products.rs` count whom and what RO App has, `search.rs` finds work orders
//! that may stand for one of the orders already.

mod orders;
mod people;
mod products;
mod search;

use sqlx::PgPool;
use tokio::sync::watch;

use self::orders::Met;
use crate::{
    cartum::Cartum,
    check::roapp_reason,
    db::{
        DbError,
        accounts::Account,
        doubles::{self, DoublesFound, Which},
        stores::Store,
    },
    domain::{
        double::{Choice, PossibleDouble},
        rehearsal::{Progress, Rehearsal, Stage},
        said::Said,
        scope::Window,
    },
    roapp::{RoApp, RoAppError},
};

/// Pages of a list of RO App that are read at most: 20,000 rows at 50 a page.
const MOST_PAGES: u64 = 400;

/// Orders for which RO App is looked at before they are made, and again when they are verified, on the whole.
const ORDERS_TO_A_LOOK: u64 = 10;
/// Articles that are searched for together.
const ARTICLES_TO_A_SEARCH: u64 = 40;

/// Both sides of a store whose import is rehearsed.
#[derive(Debug)]
pub struct Sides<'a> {
    /// The database.
    pub pool: &'a PgPool,
    /// The store.
    pub store: &'a Store,
    /// Its client.
    pub shop: &'a Cartum,
    /// The account.
    pub account: &'a Account,
    /// Its client.
    pub roapp: &'a RoApp,
    /// The import.
    pub window: Window,
    /// Is told how far it is.
    pub progress: &'a watch::Sender<Progress>,
}

/// Why a rehearsal cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// One of the sides cannot be read, with the reason for a person.
    #[error("{0}")]
    Unread(Said),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<RoAppError> for ImportError {
    fn from(error: RoAppError) -> Self {
        Self::Unread(Said::new("roapp-unreadable").with("error", roapp_reason(&error)))
    }
}

impl Sides<'_> {
    fn begin(&self, stage: Stage) {
        self.progress.send_replace(Progress::begin(stage));
    }

    fn did(&self, done: u64, of: Option<u64>) {
        self.progress.send_modify(|progress| (progress.done, progress.of) = (done, of));
    }
}

/// Rehearses the import: what it would do, and which orders RO App may have already.
///
/// # Errors
/// An [`ImportError`].
pub async fn rehearse(sides: &Sides<'_>) -> Result<(Rehearsal, DoublesFound), ImportError> {
    let known = doubles::of_store(sides.pool, sides.store.id, Which::All, i64::MAX).await?;
    sides.begin(Stage::Orders);
    let Met { mut rehearsal, mut orders, mut buyers, mut shelf, calls } = orders::read(sides, &known).await?;
    sides.begin(Stage::People);
    rehearsal.people = people::find(sides, &mut buyers).await?;
    sides.begin(Stage::Products);
    rehearsal.products = products::find(sides, &mut shelf).await?;
    sides.begin(Stage::WorkOrders);
    for order in &mut orders {
        order.sought.client = order.buyer.and_then(|buyer| buyers[buyer].person);
    }
    let found = search::find(sides, &orders, &known).await?;
    (rehearsal.strange_work_orders, rehearsal.is_searched) = (found.strange, found.is_whole);
    leave_out(&mut rehearsal, &found.doubles, &known);
    let buyers = u64::try_from(buyers.len()).unwrap_or(u64::MAX);
    rehearsal.calls = calls + buyers + rehearsal.orders.div_ceil(ORDERS_TO_A_LOOK) + product_calls(sides, &rehearsal);
    rehearsal.calls_per_second = sides.account.calls_per_second;
    Ok((rehearsal, DoublesFound { doubles: found.doubles, gone: found.gone }))
}

/// Nothing is made for orders that RO App may have already, unless a person said that it has not.
fn leave_out(rehearsal: &mut Rehearsal, found: &[PossibleDouble], known: &[PossibleDouble]) {
    let is_created = |double: &PossibleDouble| {
        known.iter().any(|before| before.number == double.number && before.choice == Some(Choice::Create))
    };
    for double in found.iter().filter(|double| double.is_wanted && !is_created(double)) {
        rehearsal.doubles += 1;
        rehearsal.orders = rehearsal.orders.saturating_sub(1);
        rehearsal.total -= double.total;
    }
}

/// Products that are made, and searches for all of them; of a sample, it speaks for the others.
fn product_calls(sides: &Sides<'_>, rehearsal: &Rehearsal) -> u64 {
    let products = &rehearsal.products;
    let Some(rate) = products.by(sides.store.settings.identify_products_by) else { return 0 };
    let made = products.wanted.saturating_mul(rate.new + rate.blank) / products.compared.max(1);
    made + products.wanted.div_ceil(ARTICLES_TO_A_SEARCH)
}
