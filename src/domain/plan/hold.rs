//! What keeps an order from being planned: a person has to decide, whatever RO App already has of it.

use crate::domain::{discount::SumFault, order::StoreOrder, said::Said, store::Settings, text};

/// Orders of more lines are held. RO App's lists of lines are not made for more, and at 2.5 calls a second one of 500 takes 200 s.
pub const MAX_LINES: usize = 500;
/// A currency's code has three letters; a longer word is not shown, in bytes.
const LONGEST_CURRENCY: usize = 8;

/// Why an order is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// It is in another currency than the account's.
    Currency {
        /// The order's, where that is a short word.
        order: String,
        /// The account's.
        account: String,
    },
    /// It has more lines than are written.
    TooLong {
        /// How many.
        lines: usize,
    },
    /// Its money does not add up.
    Sum(SumFault),
}

impl From<SumFault> for Hold {
    fn from(fault: SumFault) -> Self {
        Self::Sum(fault)
    }
}

impl From<&Hold> for Said {
    fn from(hold: &Hold) -> Self {
        match hold {
            Hold::Currency { order, account } => {
                Said::new("hold-currency").with("order", order.as_str()).with("account", account.as_str())
            }
            Hold::TooLong { lines } => Said::new("hold-too-long").with("lines", *lines).with("most", MAX_LINES),
            Hold::Sum(fault) => Said::from(fault),
        }
    }
}

/// What holds the order before anything is known of RO App.
///
/// # Errors
/// The [`Hold`].
pub fn may_be_written(order: &StoreOrder, settings: &Settings) -> Result<(), Hold> {
    if !order.currency.is_empty() && order.currency != settings.currency {
        let (order, account) = (text::short_word(&order.currency, LONGEST_CURRENCY), settings.currency.clone());
        return Err(Hold::Currency { order, account });
    }
    let lines = order.lines.len();
    if lines > MAX_LINES { Err(Hold::TooLong { lines }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples;

    #[test]
    fn an_order_in_another_currency_or_of_too_many_lines_is_held() {
        let (settings, order) = (samples::settings(), samples::order());
        let of = |order: &StoreOrder| may_be_written(order, &settings).map_err(|hold| Said::from(&hold).to_string());
        assert_eq!(of(&order), Ok(()));
        assert_eq!(of(&StoreOrder { currency: String::new(), ..order.clone() }), Ok(()), "not told");
        let foreign = StoreOrder { currency: "EUR".into(), ..order.clone() };
        assert!(of(&foreign).is_err_and(|reason| reason.starts_with("the order is in EUR, the account works in UAH")));
        let strange = StoreOrder { currency: "Olha Secret Person".into(), ..order.clone() };
        assert!(of(&strange).is_err_and(|reason| reason.starts_with("the order is in a text of 18 characters")));
        let long = |lines| StoreOrder { lines: vec![order.lines[0].clone(); lines], ..order.clone() };
        assert_eq!(of(&long(MAX_LINES)), Ok(()));
        assert!(of(&long(MAX_LINES + 1)).is_err_and(|reason| reason.starts_with("the order has 501 lines")));
    }
}
