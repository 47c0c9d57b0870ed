//! A sent change without an answer, in the form that the database stores beside what was applied.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    db::applied::{HeadRow, StatusRow},
    domain::{
        ids::PersonId,
        order::LineKey,
        plan::{LineValues, Sent},
    },
};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SentRow {
    Head(HeadRow),
    Line { key: String, article: String, quantity: String, price: String, discount: String },
    Status(StatusRow),
    Client(i64),
}

impl From<&Sent> for SentRow {
    fn from(sent: &Sent) -> Self {
        match sent.clone() {
            Sent::Head(head) => Self::Head(HeadRow::from(&head)),
            Sent::Line(key, values) => Self::Line {
                key: key.0,
                article: values.article,
                quantity: values.quantity.to_string(),
                price: values.price.to_string(),
                discount: values.discount.to_string(),
            },
            Sent::Status(status) => Self::Status(status.into()),
            Sent::Client(client) => Self::Client(client.get()),
        }
    }
}

impl TryFrom<SentRow> for Sent {
    type Error = String;

    fn try_from(row: SentRow) -> Result<Self, String> {
        let decimal = |text: String| text.parse::<Decimal>().map_err(|error| format!("{text:?}: {error}"));
        Ok(match row {
            SentRow::Head(head) => Self::Head(head.into()),
            SentRow::Line { key, article, quantity, price, discount } => {
                let (quantity, price, discount) = (decimal(quantity)?, decimal(price)?, decimal(discount)?);
                Self::Line(LineKey(key), LineValues { article, quantity, price, discount })
            }
            SentRow::Status(status) => Self::Status(status.into()),
            SentRow::Client(client) => Self::Client(PersonId::new(client)),
        })
    }
}
