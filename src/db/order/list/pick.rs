//! Chooses the orders of a page: their ids, newest first. Each kind of choice walks an index in the order of the list.

use chrono::{Datelike as _, NaiveDateTime};
use sqlx::PgPool;

use super::{About, Choice};
use crate::{
    db::DbError,
    domain::{
        ids::{OrderId, OrderNumber, StoreId},
        order_state::OrderState,
    },
};

/// Where a page begins: by date of placing, number and id, all descending.
#[derive(Debug)]
pub(super) struct Begin {
    /// As the database writes it, because that form can express infinity.
    placed_at: String,
    number: i64,
    id: i64,
}

impl Begin {
    /// Begins with the newest matching order. A walk from the newest order of all would step over every order that was placed
    /// too late.
    pub(super) fn newest(choice: &Choice) -> Self {
        match choice.until.filter(|until| (1..=9999).contains(&until.year())) {
            Some(until) => Self { placed_at: until.to_string(), number: i64::MIN, id: i64::MIN },
            None => Self { placed_at: "infinity".into(), number: i64::MAX, id: i64::MAX },
        }
    }

    /// Begins after an order; `None` if there is no such order.
    pub(super) async fn after(pool: &PgPool, order: OrderId) -> Result<Option<Self>, DbError> {
        let begin = sqlx::query_as!(
            Self,
            r#"/* order_list.place_of */ SELECT coalesce(placed_at, '-infinity')::text AS "placed_at!", number, id
               FROM store_order WHERE id = $1"#,
            order.get()
        );
        Ok(begin.fetch_optional(pool).await?)
    }
}

/// At most `limit` matching orders, from `begin` on.
pub(super) async fn pick(pool: &PgPool, choice: &Choice, begin: &Begin, limit: i64) -> Result<Vec<i64>, DbError> {
    let pick = Pick::new(choice, begin, limit);
    match (choice.number, choice.about, &choice.accounts) {
        (Some(number), ..) => pick.numbered(pool, number).await,
        (None, About::Conflicts, _) => pick.conflicts(pool).await,
        (None, About::Reviews, _) => pick.reviews(pool).await,
        (None, About::ForYou, _) => pick.for_you(pool).await,
        (None, About::All, Some(_)) if choice.store.is_none() => pick.of_accounts(pool).await,
        (None, About::All, _) => pick.all(pool).await,
    }
}

/// Fits every text that has this part.
fn pattern(part: &str) -> String {
    format!("%{}%", part.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

/// The values of a choice, as the statements take them.
struct Pick<'a> {
    store: Option<i64>,
    accounts: Option<Vec<i64>>,
    state: Option<&'static str>,
    about: About,
    from: Option<NaiveDateTime>,
    until: Option<NaiveDateTime>,
    /// Patterns that the buyer fits, all of them.
    buyer: Vec<String>,
    begin: &'a Begin,
    limit: i64,
}

impl<'a> Pick<'a> {
    fn new(choice: &Choice, begin: &'a Begin, limit: i64) -> Self {
        Self {
            store: choice.store.map(StoreId::get),
            accounts: choice.accounts.as_ref().map(|ids| ids.iter().map(|id| id.get()).collect()),
            state: choice.state.map(OrderState::word),
            about: choice.about,
            from: choice.from,
            until: choice.until,
            buyer: choice.buyer.iter().map(|part| pattern(part)).collect(),
            begin,
            limit,
        }
    }

    async fn all(&self, pool: &PgPool) -> Result<Vec<i64>, DbError> {
        let ids = sqlx::query_scalar!(
            "/* order_list.all */ SELECT o.id FROM store_order o JOIN store s ON s.id = o.store_id
             WHERE s.removed_at IS NULL AND ($8::bigint IS NULL OR o.store_id = $8) AND ($9::bigint[] IS NULL OR s.account_id = ANY($9))
               AND ($1::text IS NULL OR o.state = $1) AND o.buyer LIKE ALL ($10::text[])
               AND coalesce(o.placed_at, '-infinity') >= coalesce($2::timestamp, '-infinity')
               AND coalesce(o.placed_at, '-infinity') < coalesce($3::timestamp, 'infinity')
               AND (coalesce(o.placed_at, '-infinity'), o.number, o.id) < ($4::text::timestamp, $5, $6)
             ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.number DESC, o.id DESC LIMIT $7",
            self.state,
            self.from,
            self.until,
            self.begin.placed_at,
            self.begin.number,
            self.begin.id,
            self.limit,
            self.store,
            self.accounts.as_deref(),
            &self.buyer
        );
        Ok(ids.fetch_all(pool).await?)
    }

    /// Takes the newest orders of each store of the accounts, and the newest among those.
    async fn of_accounts(&self, pool: &PgPool) -> Result<Vec<i64>, DbError> {
        let ids = sqlx::query_scalar!(
            "/* order_list.of_accounts */ SELECT o.id FROM store s CROSS JOIN LATERAL (
                 SELECT coalesce(o.placed_at, '-infinity') AS placed_at, o.number, o.id FROM store_order o
                 WHERE o.store_id = s.id AND ($1::text IS NULL OR o.state = $1) AND o.buyer LIKE ALL ($9::text[])
                   AND coalesce(o.placed_at, '-infinity') >= coalesce($2::timestamp, '-infinity')
                   AND coalesce(o.placed_at, '-infinity') < coalesce($3::timestamp, 'infinity')
                   AND (coalesce(o.placed_at, '-infinity'), o.number, o.id) < ($4::text::timestamp, $5, $6)
                 ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.number DESC, o.id DESC LIMIT $7) o
             WHERE s.removed_at IS NULL AND s.account_id = ANY($8)
             ORDER BY o.placed_at DESC, o.number DESC, o.id DESC LIMIT $7",
            self.state,
            self.from,
            self.until,
            self.begin.placed_at,
            self.begin.number,
            self.begin.id,
            self.limit,
            self.accounts.as_deref().unwrap_or_default(),
            &self.buyer
        );
        Ok(ids.fetch_all(pool).await?)
    }

    async fn conflicts(&self, pool: &PgPool) -> Result<Vec<i64>, DbError> {
        let ids = sqlx::query_scalar!(
            "/* order_list.conflicts */ SELECT o.id FROM store_order o JOIN store s ON s.id = o.store_id
             WHERE (o.pending_change IS NOT NULL OR o.conflicts <> '[]' OR o.refused)
               AND s.removed_at IS NULL AND ($8::bigint IS NULL OR o.store_id = $8) AND ($9::bigint[] IS NULL OR s.account_id = ANY($9))
               AND ($1::text IS NULL OR o.state = $1) AND o.buyer LIKE ALL ($10::text[])
               AND coalesce(o.placed_at, '-infinity') >= coalesce($2::timestamp, '-infinity')
               AND coalesce(o.placed_at, '-infinity') < coalesce($3::timestamp, 'infinity')
               AND (coalesce(o.placed_at, '-infinity'), o.number, o.id) < ($4::text::timestamp, $5, $6)
             ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.number DESC, o.id DESC LIMIT $7",
            self.state,
            self.from,
            self.until,
            self.begin.placed_at,
            self.begin.number,
            self.begin.id,
            self.limit,
            self.store,
            self.accounts.as_deref(),
            &self.buyer
        );
        Ok(ids.fetch_all(pool).await?)
    }

    async fn for_you(&self, pool: &PgPool) -> Result<Vec<i64>, DbError> {
        let ids = sqlx::query_scalar!(
            "/* order_list.for_you */ SELECT o.id FROM store_order o JOIN store s ON s.id = o.store_id
             WHERE (o.state = ANY ('{held,failed,incomplete,unreadable}') OR o.pending_change IS NOT NULL OR o.conflicts <> '[]' OR o.refused)
               AND s.removed_at IS NULL AND ($8::bigint IS NULL OR o.store_id = $8) AND ($9::bigint[] IS NULL OR s.account_id = ANY($9))
               AND ($1::text IS NULL OR o.state = $1) AND o.buyer LIKE ALL ($10::text[])
               AND coalesce(o.placed_at, '-infinity') >= coalesce($2::timestamp, '-infinity')
               AND coalesce(o.placed_at, '-infinity') < coalesce($3::timestamp, 'infinity')
               AND (coalesce(o.placed_at, '-infinity'), o.number, o.id) < ($4::text::timestamp, $5, $6)
             ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.number DESC, o.id DESC LIMIT $7",
            self.state,
            self.from,
            self.until,
            self.begin.placed_at,
            self.begin.number,
            self.begin.id,
            self.limit,
            self.store,
            self.accounts.as_deref(),
            &self.buyer
        );
        Ok(ids.fetch_all(pool).await?)
    }

    /// `to_review` says that an order once had a reason; it counts while its link still has one.
    async fn reviews(&self, pool: &PgPool) -> Result<Vec<i64>, DbError> {
        let ids = sqlx::query_scalar!(
            "/* order_list.reviews */ SELECT o.id FROM store_order o JOIN store s ON s.id = o.store_id
             WHERE o.to_review AND EXISTS (SELECT FROM link l WHERE l.order_id = o.id AND l.kind = 'person' AND l.review IS NOT NULL)
               AND s.removed_at IS NULL AND ($8::bigint IS NULL OR o.store_id = $8) AND ($9::bigint[] IS NULL OR s.account_id = ANY($9))
               AND ($1::text IS NULL OR o.state = $1) AND o.buyer LIKE ALL ($10::text[])
               AND coalesce(o.placed_at, '-infinity') >= coalesce($2::timestamp, '-infinity')
               AND coalesce(o.placed_at, '-infinity') < coalesce($3::timestamp, 'infinity')
               AND (coalesce(o.placed_at, '-infinity'), o.number, o.id) < ($4::text::timestamp, $5, $6)
             ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.number DESC, o.id DESC LIMIT $7",
            self.state,
            self.from,
            self.until,
            self.begin.placed_at,
            self.begin.number,
            self.begin.id,
            self.limit,
            self.store,
            self.accounts.as_deref(),
            &self.buyer
        );
        Ok(ids.fetch_all(pool).await?)
    }

    /// At most one order of each store.
    async fn numbered(&self, pool: &PgPool, number: OrderNumber) -> Result<Vec<i64>, DbError> {
        let ids = sqlx::query_scalar!(
            "/* order_list.of_number */ SELECT o.id FROM store_order o JOIN store s ON s.id = o.store_id
             WHERE o.number = $11 AND (NOT $12 OR o.pending_change IS NOT NULL OR o.conflicts <> '[]' OR o.refused)
               AND (NOT $13 OR EXISTS (SELECT FROM link l WHERE l.order_id = o.id AND l.kind = 'person' AND l.review IS NOT NULL))
               AND (NOT $14 OR o.state = ANY ('{held,failed,incomplete,unreadable}') OR o.pending_change IS NOT NULL OR o.conflicts <> '[]' OR o.refused)
               AND s.removed_at IS NULL AND ($8::bigint IS NULL OR o.store_id = $8) AND ($9::bigint[] IS NULL OR s.account_id = ANY($9))
               AND ($1::text IS NULL OR o.state = $1) AND o.buyer LIKE ALL ($10::text[])
               AND coalesce(o.placed_at, '-infinity') >= coalesce($2::timestamp, '-infinity')
               AND coalesce(o.placed_at, '-infinity') < coalesce($3::timestamp, 'infinity')
               AND (coalesce(o.placed_at, '-infinity'), o.number, o.id) < ($4::text::timestamp, $5, $6)
             ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.id DESC LIMIT $7",
            self.state,
            self.from,
            self.until,
            self.begin.placed_at,
            self.begin.number,
            self.begin.id,
            self.limit,
            self.store,
            self.accounts.as_deref(),
            &self.buyer,
            number.get(),
            self.about == About::Conflicts,
            self.about == About::Reviews,
            self.about == About::ForYou
        );
        Ok(ids.fetch_all(pool).await?)
    }
}
