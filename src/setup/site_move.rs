//! A store that gets another address stays the same store only if the same shop answers there: its orders are known by
//! their numbers, and another shop has the same numbers.

use crate::{
    cartum::Cartum,
    check::{Fault, chain},
    db::orders::Listed,
};

/// How many of the newest orders are compared.
const COMPARED: usize = 5;

/// Compares the newest orders that are known with what the new address shows under their numbers.
///
/// # Errors
/// A fault at `site_url` when another shop answers there, or none of the orders.
pub(super) async fn same_shop(cartum: &Cartum, known: &[Listed]) -> Result<(), Fault> {
    let newest: Vec<_> = known.iter().filter(|order| order.placed_at.is_some()).take(COMPARED).collect();
    if newest.is_empty() {
        return Ok(());
    }
    let numbers: Vec<_> = newest.iter().map(|order| order.number).collect();
    let rows = cartum.orders_by_number(&numbers).await;
    let rows =
        rows.map_err(|error| Fault::new("site_url", format!("the orders there cannot be read: {}", chain(&error))))?;
    let shown = |order: &Listed| rows.iter().find(|row| row.number == Some(order.number)).and_then(|row| row.placed_at);
    let mut same = 0;
    for order in newest {
        match shown(order) {
            Some(at) if Some(at) == order.placed_at => same += 1,
            Some(_) => return Err(other_shop(&format!("its order {} was placed at another time", order.number))),
            None => {}
        }
    }
    if same == 0 {
        return Err(other_shop("it has none of the newest orders of this store"));
    }
    Ok(())
}

fn other_shop(why: &str) -> Fault {
    Fault::new("site_url", format!("another shop answers there: {why}; add it as a store of its own with `store add`"))
}
