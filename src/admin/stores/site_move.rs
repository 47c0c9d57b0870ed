//! A shop is known by its orders, whatever its address: a store whose address changes stays the same store only if the same shop
//! answers there, and a shop added under another address is not a new store. A different shop has the same order numbers, but
//! placed at other times.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::{
    cartum::{Cartum, IDS_AT_A_TIME},
    check::Fault,
    db::hosts::KnownShop,
    domain::{ids::OrderNumber, said::Said},
};

/// How many of the newest orders are compared.
pub(super) const COMPARED: i64 = 5;

/// What a shop shows about the orders asked for.
type Shown = BTreeMap<OrderNumber, NaiveDateTime>;

/// Compares the newest orders of a store with what its new address shows under their numbers.
///
/// # Errors
/// A fault at `site_url` when another shop answers there, or none of the orders.
pub(super) async fn same_shop(cartum: &Cartum, known: &KnownShop) -> Result<(), Fault> {
    let shown = shown(cartum, std::slice::from_ref(known)).await?;
    if let Some((number, _)) = known.orders.iter().find(|(number, at)| shown.get(number).is_some_and(|now| now != at)) {
        return Err(other_shop(Said::new("other-shop-placed").with("number", number.get())));
    }
    if !is_shown(known, &shown) {
        return Err(other_shop(Said::new("other-shop-orders")));
    }
    Ok(())
}

/// Which of these shops answers at an address, if any: a live one, else the one with the newest order.
///
/// # Errors
/// A fault at `site_url` when the orders there cannot be read.
pub(super) async fn which_shop<'a>(cartum: &Cartum, known: &'a [KnownShop]) -> Result<Option<&'a KnownShop>, Fault> {
    let shown = shown(cartum, known).await?;
    let newest = |known: &&KnownShop| (known.is_live, known.orders.iter().map(|(_, at)| *at).max());
    Ok(known.iter().filter(|known| is_shown(known, &shown)).max_by_key(newest))
}

/// All orders that the shop shows were placed at the expected time, and it shows at least one.
fn is_shown(known: &KnownShop, shown: &Shown) -> bool {
    let mut there = known.orders.iter().filter_map(|(number, at)| Some((shown.get(number)?, at))).peekable();
    there.peek().is_some() && there.all(|(now, at)| now == at)
}

async fn shown(cartum: &Cartum, known: &[KnownShop]) -> Result<Shown, Fault> {
    let mut numbers: Vec<_> = known.iter().flat_map(|known| &known.orders).map(|(number, _)| *number).collect();
    numbers.sort();
    numbers.dedup();
    let mut shown = Shown::new();
    for numbers in numbers.chunks(IDS_AT_A_TIME) {
        let answer = cartum.orders_at_once(numbers).await;
        let answer = answer.map_err(|error| {
            Fault::new("site_url", Said::new("shop-orders-unreadable").with("error", error.with_causes()))
        })?;
        shown.extend(answer.rows.into_iter().filter_map(|row| Some((row.number?, row.placed_at?))));
    }
    Ok(shown)
}

fn other_shop(why: Said) -> Fault {
    Fault::new("site_url", Said::new("other-shop").with("why", why))
}
