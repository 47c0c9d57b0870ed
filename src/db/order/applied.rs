//! What RO App has accepted of an order, in the form that the database stores: the head as JSON in the order's row, lines as
//! rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::PgTransaction;

use super::sent::SentRow;
use crate::{
    db::{DbError, to_json},
    domain::{
        ids::{OrderId, StatusId, StoreStatusId},
        order::{Buyer, LineKey},
        plan::{Applied, AppliedHead, AppliedLine, AppliedStatus, Sent},
    },
};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is on record by itself")]
pub(super) struct AppliedRow {
    pub(super) head: Option<HeadRow>,
    status: Option<StatusRow>,
    delivery: String,
    news: String,
    notes_left: bool,
    paid: bool,
    gone: String,
    cancel_told: bool,
    pub(super) adopted: bool,
    buyer: Option<BuyerRow>,
    shown: Option<HeadRow>,
    late: Vec<String>,
}

/// A buyer in the form that the database stores.
#[derive(Serialize, Deserialize)]
pub(in crate::db) struct BuyerRow {
    name: String,
    phone: String,
    email: String,
}

/// A status that was taken into account, in the form that the database stores.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(in crate::db) enum StatusRow {
    /// From an older release, which did not record where the map led; the written status is taken as that.
    Short(i64, Option<i64>),
    Whole {
        store: i64,
        written: Option<i64>,
        #[serde(default)]
        kept: Option<i64>,
        #[serde(default)]
        led_to: Option<i64>,
    },
}

/// A head in the form that the database stores; the journal keeps one for a work order that may be adopted.
#[derive(Serialize, Deserialize)]
pub(in crate::db) struct HeadRow {
    malfunction: String,
    manager_notes: String,
    estimated_price: String,
    custom_fields: BTreeMap<i64, String>,
}

impl AppliedRow {
    /// The whole [`Applied`], together with the parts that are stored elsewhere.
    pub(super) fn with(self, lines: BTreeMap<LineKey, AppliedLine>, sent: Option<Sent>, adopted: bool) -> Applied {
        Applied {
            head: self.head.map(AppliedHead::from),
            shown: self.shown.map(AppliedHead::from),
            lines,
            status: self.status.map(AppliedStatus::from),
            delivery: self.delivery,
            news: self.news,
            notes_left: self.notes_left,
            paid: self.paid,
            gone: self.gone,
            cancel_told: self.cancel_told,
            adopted,
            sent,
            late: self.late,
            buyer: self.buyer.map(Buyer::from),
        }
    }
}

/// Saves what RO App has accepted of an order, except its lines: head, status, comments, and the change that is on its way
/// there.
pub async fn save(tx: &mut PgTransaction<'_>, order: OrderId, applied: &Applied) -> Result<(), DbError> {
    let row = AppliedRow {
        head: applied.head.as_ref().map(HeadRow::from),
        shown: applied.shown.as_ref().map(HeadRow::from),
        status: applied.status.map(StatusRow::from),
        delivery: applied.delivery.clone(),
        news: applied.news.clone(),
        notes_left: applied.notes_left,
        paid: applied.paid,
        gone: applied.gone.clone(),
        cancel_told: applied.cancel_told,
        adopted: applied.adopted,
        late: applied.late.clone(),
        buyer: applied.buyer.clone().map(BuyerRow::from),
    };
    sqlx::query!(
        "/* applied.save */ UPDATE store_order SET applied = $2, sent = $3 WHERE id = $1",
        order.get(),
        to_json("store_order", "applied", &row)?,
        sent(applied)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Saves the change that is on its way to RO App, or that there is none.
pub async fn save_sent(tx: &mut PgTransaction<'_>, order: OrderId, applied: &Applied) -> Result<(), DbError> {
    sqlx::query!(
        "/* applied.save_sent */ UPDATE store_order SET sent = $2 WHERE id = $1 AND sent IS DISTINCT FROM $2",
        order.get(),
        sent(applied)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn sent(applied: &Applied) -> Result<Option<serde_json::Value>, DbError> {
    applied.sent.as_ref().map(|sent| to_json("store_order", "sent", &SentRow::from(sent))).transpose()
}

/// Saves one line, and the change that is on its way, if any. A line that the order no longer has is dropped.
pub async fn save_line(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    applied: &Applied,
    key: &LineKey,
) -> Result<(), DbError> {
    save_sent(tx, order, applied).await?;
    if let Some(line) = applied.lines.get(key) {
        return put_lines(tx, order, [(key, line)]).await;
    }
    sqlx::query!("/* applied.drop_line */ DELETE FROM line WHERE order_id = $1 AND line_key = $2", order.get(), key.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Saves everything that RO App has accepted of an order, including every line.
pub async fn save_whole(tx: &mut PgTransaction<'_>, order: OrderId, applied: &Applied) -> Result<(), DbError> {
    save(tx, order, applied).await?;
    let keys: Vec<_> = applied.lines.keys().map(|key| key.0.clone()).collect();
    sqlx::query!(
        "/* applied.drop_lines */ DELETE FROM line WHERE order_id = $1 AND line_key <> ALL($2)",
        order.get(),
        &keys
    )
    .execute(&mut **tx)
    .await?;
    put_lines(tx, order, &applied.lines).await
}

/// Forgets everything that was accepted, because the work order is gone.
pub(super) async fn forget(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    save_whole(tx, order, &Applied::default()).await
}

async fn put_lines<'a>(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    lines: impl IntoIterator<Item = (&'a LineKey, &'a AppliedLine)>,
) -> Result<(), DbError> {
    let (mut keys, mut items, mut products, mut articles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut quantities, mut prices, mut discounts, mut verified) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (key, line) in lines {
        keys.push(key.0.clone());
        items.push(line.item.get());
        products.push(line.product.get());
        articles.push(line.values.article.clone());
        quantities.push(line.values.quantity);
        prices.push(line.values.price);
        discounts.push(line.values.discount);
        verified.push(line.verified);
    }
    sqlx::query!(
        "/* applied.put_lines */ INSERT INTO line AS l
             (order_id, line_key, item_id, product_id, article, quantity, price, discount, verified)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::numeric[], $7::numeric[],
             $8::numeric[], $9::boolean[])
         ON CONFLICT (order_id, line_key) DO UPDATE SET item_id = excluded.item_id, product_id = excluded.product_id,
             article = excluded.article, quantity = excluded.quantity, price = excluded.price,
             discount = excluded.discount, verified = excluded.verified
         WHERE (l.item_id, l.product_id, l.article, l.quantity, l.price, l.discount, l.verified) IS DISTINCT FROM
             (excluded.item_id, excluded.product_id, excluded.article, excluded.quantity, excluded.price, excluded.discount,
              excluded.verified)",
        order.get(),
        &keys,
        &items,
        &products,
        &articles,
        &quantities,
        &prices,
        &discounts,
        &verified
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl From<Buyer> for BuyerRow {
    fn from(Buyer { name, phone, email }: Buyer) -> Self {
        Self { name, phone, email }
    }
}

impl From<BuyerRow> for Buyer {
    fn from(BuyerRow { name, phone, email }: BuyerRow) -> Self {
        Self { name, phone, email }
    }
}

impl From<AppliedStatus> for StatusRow {
    fn from(AppliedStatus { store, written, kept, led_to }: AppliedStatus) -> Self {
        let [written, kept, led_to] = [written, kept, led_to].map(|status| status.map(StatusId::get));
        Self::Whole { store: store.get(), written, kept, led_to }
    }
}

impl From<StatusRow> for AppliedStatus {
    fn from(row: StatusRow) -> Self {
        let (store, statuses) = match row {
            StatusRow::Short(store, written) => (store, [written, None, written]),
            StatusRow::Whole { store, written, kept, led_to } => (store, [written, kept, led_to]),
        };
        let [written, kept, led_to] = statuses.map(|status| status.map(StatusId::new));
        Self { store: StoreStatusId::new(store), written, kept, led_to }
    }
}

impl From<&AppliedHead> for HeadRow {
    fn from(head: &AppliedHead) -> Self {
        let AppliedHead { malfunction, manager_notes, estimated_price, custom_fields } = head.clone();
        Self { malfunction, manager_notes, estimated_price, custom_fields }
    }
}

impl From<HeadRow> for AppliedHead {
    fn from(row: HeadRow) -> Self {
        let HeadRow { malfunction, manager_notes, estimated_price, custom_fields } = row;
        Self { malfunction, manager_notes, estimated_price, custom_fields }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    fn read(row: &str) -> AppliedStatus {
        serde_json::from_str::<StatusRow>(row).unwrap().into()
    }

    #[test]
    fn a_status_is_read_as_it_was_saved_and_as_it_lay_there_before_the_rest_was_known() {
        let (store, id) = (StoreStatusId::new(8), |id| Some(StatusId::new(id)));
        let short = AppliedStatus { store, written: id(504), kept: None, led_to: id(504) };
        assert_eq!(read("[8, 504]"), short);
        assert_eq!(read("[8, null]"), AppliedStatus { written: None, led_to: None, ..short });
        let sent: SentRow = serde_json::from_str(r#"{"status": [8, 504]}"#).unwrap();
        assert_eq!(Sent::try_from(sent), Ok(Sent::Status(short)));
        for status in [short, AppliedStatus { written: None, kept: id(506), ..short }] {
            assert_eq!(read(&serde_json::to_string(&StatusRow::from(status)).unwrap()), status);
        }
    }
}
