//! The journal: every RO App call that creates a record, written before it is sent (invariant 3).

use std::time::Duration;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, PgTransaction};

use super::{
    DbError,
    applied::{BuyerRow, HeadRow},
    seconds, to_json,
};
use crate::domain::{
    buyer,
    ids::{
        AccountId, EntryId, ItemId, LocationId, OrderId, OrderNumber, OrderTypeId, PersonId, ProductId, StoreId,
        VersionId, WorkOrderId,
    },
    order::Buyer,
    plan::{AppliedHead, LineValues},
    recovery,
};

/// What a call creates, and what is needed to recognise the result in RO App.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// A person; our token is in the notes.
    Person {
        /// The whole token.
        token: String,
        /// The buyer's own link, beside the one under the entry's key.
        buyer_key: String,
        /// First and last name as sent. Entries of older releases have only the folded name of the buyer's key.
        name: String,
    },
    /// A product; our token is at the end of the description.
    Product {
        /// The whole token.
        token: String,
        /// The article, to search by.
        article: String,
        /// The title, to search by.
        title: String,
    },
    /// A work order; its marker follows from the order.
    WorkOrder {
        /// Its client, to search by.
        client: PersonId,
        /// The buyer that the client represents; not recorded by older releases.
        buyer: Option<Buyer>,
        /// The location and type that were requested; `None` in entries of older releases.
        place: Option<(LocationId, OrderTypeId)>,
        /// What was written.
        head: AppliedHead,
    },
    /// A line.
    Line {
        /// The work order it belongs to.
        work_order: WorkOrderId,
        /// Items that the work order had before.
        before: Vec<ItemId>,
        /// The line's product.
        product: ProductId,
        /// What was written.
        values: LineValues,
    },
    /// A comment; RO App cannot be searched for it.
    Comment {
        /// What it says.
        text: String,
    },
}

/// A call whose outcome is not known yet.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Our id of the entry.
    pub id: EntryId,
    /// The order that the call was made for.
    pub order: OrderId,
    /// Link key, line key, order number or kind of comment.
    pub key: String,
    /// What was created.
    pub sign: Sign,
    /// When it was sent, by the database's clock.
    pub sent_at: DateTime<Utc>,
    /// How long to wait before searching for the result; zero = search now.
    pub wait: Duration,
    /// Empty searches so far.
    pub searches: i32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Row {
    Person {
        token: String,
        buyer_key: String,
        #[serde(default)]
        name: Option<String>,
    },
    Product {
        token: String,
        article: String,
        title: String,
    },
    WorkOrder {
        client: i64,
        #[serde(default)]
        buyer: Option<BuyerRow>,
        #[serde(default)]
        place: Option<(i64, i64)>,
        head: HeadRow,
    },
    Line {
        work_order: i64,
        before: Vec<i64>,
        product: i64,
        values: ValuesRow,
    },
    Comment {
        text: String,
    },
}

#[derive(Serialize, Deserialize)]
struct ValuesRow {
    article: String,
    quantity: String,
    price: String,
    discount: String,
}

/// What the journal notes before a call is sent.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    /// The account.
    pub account: AccountId,
    /// The order that the call is made for.
    pub order: OrderId,
    /// The version of that order.
    pub version: VersionId,
    /// Link key, line key, order number or kind of comment.
    pub key: &'a str,
    /// What is created.
    pub sign: &'a Sign,
    /// How long to wait before the first search: the request's own deadline plus the recovery wait.
    pub look_after: Duration,
}

/// Writes an entry before its call is sent.
///
/// # Errors
/// [`DbError::Sql`], also when a call of this kind and key for the order is still unclear.
pub async fn open(tx: &mut PgTransaction<'_>, new: &NewEntry<'_>) -> Result<EntryId, DbError> {
    let sign = to_json("journal", "sign", &Row::from(new.sign))?;
    let id = sqlx::query_scalar!(
        "/* journal.open */ INSERT INTO journal (account_id, order_id, version_id, kind, key, sign, look_from)
         VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 second') RETURNING id",
        new.account.get(),
        new.order.get(),
        new.version.get(),
        new.sign.word(),
        new.key,
        sign,
        seconds(new.look_after)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(EntryId::new(id))
}

/// How a call turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It created the record with this id.
    Done(Option<i64>),
    /// RO App refused it and created nothing.
    Refused,
    /// It was searched for twice and is not there.
    Absent,
}

/// Settles an entry.
pub async fn settle(tx: &mut PgTransaction<'_>, id: EntryId, outcome: Settled) -> Result<(), DbError> {
    let (state, remote) = match outcome {
        Settled::Done(remote) => ("done", remote),
        Settled::Refused => ("refused", None),
        Settled::Absent => ("absent", None),
    };
    sqlx::query!(
        "/* journal.settle */ UPDATE journal SET state = $2, remote_id = $3, settled_at = now() WHERE id = $1 AND state = 'sent'",
        id.get(),
        state,
        remote
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records an empty search and searches again after `wait`. `searches` is the count before, so that a search that somebody else
/// has already counted is not counted twice.
pub async fn searched(tx: &mut PgTransaction<'_>, id: EntryId, searches: i32, wait: Duration) -> Result<(), DbError> {
    sqlx::query!(
        "/* journal.searched */ UPDATE journal SET searches = searches + 1,
             look_from = clock_timestamp() + $2 * interval '1 second'
         WHERE id = $1 AND state = 'sent' AND searches = $3",
        id.get(),
        seconds(wait),
        searches
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether a work order was sent for this store order: RO App may have made it without our seeing the answer.
pub async fn was_sent(tx: &mut PgTransaction<'_>, store: StoreId, number: OrderNumber) -> Result<bool, DbError> {
    let sent = sqlx::query_scalar!(
        r#"/* journal.was_sent */ SELECT EXISTS (SELECT 1 FROM journal j JOIN store_order o ON o.id = j.order_id
           WHERE o.store_id = $1 AND o.number = $2 AND j.kind = 'work_order' AND j.state IN ('sent', 'absent')
             AND j.sent_at > coalesce((SELECT max(e.ended_at) FROM earlier_order e
               WHERE e.store_id = o.store_id AND e.number = o.number), '-infinity')) AS "sent!""#,
        store.get(),
        number.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(sent)
}

/// RO App accepted the call and only its id is missing: search at once. An empty search of this kind does not count.
pub async fn search_now(tx: &mut PgTransaction<'_>, id: EntryId) -> Result<(), DbError> {
    sqlx::query!(
        "/* journal.search_now */ UPDATE journal SET look_from = clock_timestamp(), searches = -1 WHERE id = $1",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Calls of an order whose outcome is unknown.
pub async fn unclear_of_order(pool: &PgPool, order: OrderId) -> Result<Vec<Entry>, DbError> {
    unclear(pool, Some(order), None).await
}

/// Calls of any order whose outcome is unknown and that create a record under this key.
pub async fn unclear_of_key(pool: &PgPool, account: AccountId, kind: &str, key: &str) -> Result<Vec<Entry>, DbError> {
    unclear(pool, None, Some((account, kind, key))).await
}

async fn unclear(
    pool: &PgPool,
    order: Option<OrderId>,
    of_key: Option<(AccountId, &str, &str)>,
) -> Result<Vec<Entry>, DbError> {
    let rows = sqlx::query!(
        r#"/* journal.unclear */ SELECT id, order_id, key, sign, sent_at, searches,
             greatest(0, extract(epoch FROM look_from - clock_timestamp()))::float8 AS "wait!"
           FROM journal WHERE state = 'sent' AND ($1::bigint IS NULL OR order_id = $1)
             AND ($2::bigint IS NULL OR (account_id = $2 AND kind = $3 AND key = $4)) ORDER BY id"#,
        order.map(OrderId::get),
        of_key.map(|(account, _, _)| account.get()),
        of_key.map(|(_, kind, _)| kind),
        of_key.map(|(_, _, key)| key)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let broken = |detail| DbError::Row { table: "journal", row: row.id.to_string(), column: "sign", detail };
            let sign: Row = serde_json::from_value(row.sign).map_err(|error| broken(crate::json::why(&error)))?;
            Ok(Entry {
                id: EntryId::new(row.id),
                order: OrderId::new(row.order_id),
                key: row.key,
                sign: sign.try_into().map_err(broken)?,
                sent_at: row.sent_at,
                wait: Duration::try_from_secs_f64(row.wait).unwrap_or_default(),
                searches: row.searches,
            })
        })
        .collect()
}

impl Sign {
    /// The word in the database.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Person { .. } => "person",
            Self::Product { .. } => "product",
            Self::WorkOrder { .. } => "work_order",
            Self::Line { .. } => "line",
            Self::Comment { .. } => "comment",
        }
    }
}

impl From<&Sign> for Row {
    fn from(sign: &Sign) -> Self {
        match sign.clone() {
            Sign::Person { token, buyer_key, name } => Self::Person { token, buyer_key, name: Some(name) },
            Sign::Product { token, article, title } => Self::Product { token, article, title },
            Sign::WorkOrder { client, buyer, place, head } => Self::WorkOrder {
                client: client.get(),
                buyer: buyer.map(BuyerRow::from),
                place: place.map(|(location, kind)| (location.get(), kind.get())),
                head: HeadRow::from(&head),
            },
            Sign::Line { work_order, before, product, values } => Self::Line {
                work_order: work_order.get(),
                before: before.into_iter().map(ItemId::get).collect(),
                product: product.get(),
                values: ValuesRow {
                    article: values.article,
                    quantity: values.quantity.to_string(),
                    price: values.price.to_string(),
                    discount: values.discount.to_string(),
                },
            },
            Sign::Comment { text } => Self::Comment { text },
        }
    }
}

impl TryFrom<Row> for Sign {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, String> {
        let decimal = |text: String| text.parse::<Decimal>().map_err(|error| format!("{text:?}: {error}"));
        Ok(match row {
            Row::Person { token, buyer_key, name } => {
                let known = Some(buyer::name_in(&buyer_key)).filter(|name| !name.is_empty());
                let name = name.unwrap_or_else(|| known.unwrap_or(recovery::NAMELESS).to_owned());
                Self::Person { token, buyer_key, name }
            }
            Row::Product { token, article, title } => Self::Product { token, article, title },
            Row::WorkOrder { client, buyer, place, head } => Self::WorkOrder {
                client: PersonId::new(client),
                buyer: buyer.map(Buyer::from),
                place: place.map(|(location, kind)| (LocationId::new(location), OrderTypeId::new(kind))),
                head: head.into(),
            },
            Row::Line { work_order, before, product, values } => Self::Line {
                work_order: WorkOrderId::new(work_order),
                before: before.into_iter().map(ItemId::new).collect(),
                product: ProductId::new(product),
                values: LineValues {
                    article: values.article,
                    quantity: decimal(values.quantity)?,
                    price: decimal(values.price)?,
                    discount: decimal(values.discount)?,
                },
            },
            Row::Comment { text } => Self::Comment { text },
        })
    }
}

/// Settles the calls for lines and comments of a work order that is gone: their outcome no longer matters.
pub(super) async fn settle_lost(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* journal.settle_lost */ UPDATE journal SET state = 'absent', settled_at = now()
         WHERE order_id = $1 AND state = 'sent' AND kind IN ('line', 'comment')",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
