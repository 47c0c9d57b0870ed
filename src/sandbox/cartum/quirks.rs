//! How this store answers where the contract only has an assumption (contract cartum 12 and the rules above it).

use std::time::Duration;

/// Answers to the open questions. The default is what the contract assumes. [`CartumQuirks::each`] has the alternatives that a
/// client must tolerate, [`CartumQuirks::refusals`] those that a client can only report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one open question of the contract")]
pub struct CartumQuirks {
    /// The order of rows in `orders/get`.
    pub sort: Sort,
    /// Most orders in an answer, whatever `limit` says.
    pub page_cap: usize,
    /// `offset` has no effect.
    pub offset_ignored: bool,
    /// `from` and `to` have no effect.
    pub dates_ignored: bool,
    /// `from` and `to` compare the last change of an order instead of its creation.
    pub dates_by_change: bool,
    /// What the date parameters accept.
    pub dates: Dates,
    /// A `to` without a time ends at the beginning of its day instead of including the day.
    pub bare_to_is_midnight: bool,
    /// An answer to several `ids` leaves out every third.
    pub ids_partial: bool,
    /// The body of an `EMPTY` answer.
    pub empty: EmptyShape,
    /// The form of an object without entries.
    pub empty_object: EmptyObject,
    /// Custom statuses and methods of delivery have no titles at all.
    pub untitled: bool,
    /// `response.statuses` is an array.
    pub statuses_as_array: bool,
    /// The form of amounts.
    pub amounts: Amounts,
    /// The form of flags.
    pub flags: Flags,
    /// The form of an empty text.
    pub empty_text: EmptyText,
    /// Lines have neither `storage_id` nor `parent_storage_id`.
    pub no_storage_ids: bool,
    /// Parts of a set count towards the totals.
    pub sets_counted: bool,
    /// Delivery and the surcharge of the payment method count towards the totals. Not in [`Self::each`]: a client can only hold
    /// such orders.
    pub extras_in_totals: bool,
    /// [`middle_order`](crate::sandbox::seed::ShopData::middle_order) cannot be decoded: its `products` is a text.
    pub broken_order: bool,
    /// How a dead token is refused.
    pub dead_token: DeadToken,
    /// How long a token is valid, if that is shorter than the store's own `token_life`.
    pub token_life: Option<Duration>,
    /// A token dies after this many calls.
    pub token_calls: Option<u32>,
    /// A new `auth` kills all older tokens.
    pub one_token: bool,
    /// The store is too old for `orders/get_available_statuses`.
    pub no_status_list: bool,
    /// `orders/update` names each order in its log, in an order of its own.
    pub log_names_orders: bool,
    /// `orders/update` reports success but changes nothing.
    pub updates_ignored: bool,
    /// `orders/update` refuses the whole call, with a status word of its own, if an item has this status.
    pub locked_status: Option<i64>,
    /// One in this many calls gets HTTP 429.
    pub busy_every: Option<u64>,
    /// The store's plan does not include the API.
    pub no_api: Option<NoApi>,
    /// The store has no webhooks.
    pub no_hooks: Option<NoHooks>,
}

/// The order of rows in `orders/get`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    Descending,
    /// Oldest first.
    Ascending,
    /// Different at every call: a walk by `offset` skips and repeats rows.
    Unstable,
}

/// What the date parameters accept (contract cartum 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// All four formats.
    All,
    /// `DD.MM.YYYY` is refused.
    NoDots,
    /// A platform before 3.30: the time of day has no effect.
    NoTimes,
}

/// The body of an `EMPTY` answer (contract cartum 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyShape {
    /// `[]`
    Array,
    /// `{}`
    Object,
    /// `{"message": …}`
    Message,
    /// No `response`.
    Absent,
}

/// The form of an object without entries (contract cartum 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyObject {
    /// `[]`
    Array,
    /// `{}`
    Object,
    /// `null`
    Null,
    /// The key is missing.
    Absent,
}

/// The form of amounts and quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amounts {
    /// `799`, `12.5`
    Number,
    /// `799.0`, `12.5`
    Fraction,
    /// `"799"`, `"12.5"`
    Text,
    /// `"799.00"`, `"12.50"`
    PaddedText,
}

/// The form of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flags {
    /// As published: `0`/`1`, but `order_without_callback` and `by_carrier` as booleans.
    Mixed,
    /// `true`/`false`
    Bool,
    /// `0`/`1`
    Number,
    /// `"0"`/`"1"`
    Text,
}

/// The form of an empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyText {
    /// `""`
    Blank,
    /// `null`
    Null,
    /// The key is missing.
    Absent,
}

/// How a dead token is refused (contract cartum 2.5). A token that never existed is always `UNAUTHORIZED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadToken {
    /// `UNAUTHORIZED`
    Unauthorized,
    /// HTTP 401 without a body.
    Http401,
    /// `AUTHORIZATION_ERROR`
    AuthorizationError,
    /// `AUTH_ERROR`
    AuthError,
    /// `ERROR`, "Token expired"
    Error,
    /// `ERROR`, in Ukrainian
    ErrorUkrainian,
    /// `HTTP_ERROR`, "Auth …"
    HttpError,
}

/// How a store refuses calls if its plan does not include the API (contract cartum 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoApi {
    /// HTTP 404 on `auth`.
    AuthNotFound,
    /// `UNDEFINED_FUNCTION` for `auth` and everything else.
    Undefined,
    /// `FORBIDDEN` for `auth` and everything else.
    Forbidden,
    /// `auth` works, everything else is `UNDEFINED_FUNCTION`.
    FunctionsUndefined,
    /// `auth` works, everything else is `FORBIDDEN`.
    FunctionsForbidden,
}

/// How a store without webhooks refuses them (contract cartum 2.1 and 10.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoHooks {
    /// `UNDEFINED_FUNCTION`
    Undefined,
    /// `FORBIDDEN`
    Forbidden,
    /// `ERROR`
    Error,
}

impl Default for CartumQuirks {
    fn default() -> Self {
        Self {
            sort: Sort::Descending,
            page_cap: 500,
            offset_ignored: false,
            dates_ignored: false,
            dates_by_change: false,
            dates: Dates::All,
            bare_to_is_midnight: false,
            ids_partial: false,
            empty: EmptyShape::Array,
            empty_object: EmptyObject::Array,
            untitled: false,
            statuses_as_array: false,
            amounts: Amounts::Number,
            flags: Flags::Mixed,
            empty_text: EmptyText::Blank,
            no_storage_ids: false,
            sets_counted: false,
            extras_in_totals: false,
            broken_order: false,
            dead_token: DeadToken::Unauthorized,
            token_life: None,
            token_calls: None,
            one_token: false,
            no_status_list: false,
            log_names_orders: false,
            updates_ignored: false,
            locked_status: None,
            busy_every: None,
            no_api: None,
            no_hooks: None,
        }
    }
}

impl CartumQuirks {
    /// Every alternative on its own, with a short name. A correct client gets every order right with each of them, with one
    /// exception: `unstable order` and `offset ignored` hide rows from a walk that neither narrows its window nor comes again.
    #[must_use]
    pub fn each() -> Vec<(&'static str, Self)> {
        let plain = Self::default;
        [Self::selection(), Self::shapes(), Self::tokens()]
            .into_iter()
            .flatten()
            .chain([
                ("no list of statuses", Self { no_status_list: true, ..plain() }),
                ("log names its orders", Self { log_names_orders: true, ..plain() }),
                ("429 now and then", Self { busy_every: Some(7), ..plain() }),
                ("one broken order", Self { broken_order: true, ..plain() }),
            ])
            .collect()
    }

    /// Every way in which the store refuses to serve at all, on its own, with a short name.
    #[must_use]
    pub fn refusals() -> Vec<(&'static str, Self)> {
        [
            ("404 on auth", NoApi::AuthNotFound),
            ("everything undefined", NoApi::Undefined),
            ("everything forbidden", NoApi::Forbidden),
            ("functions undefined", NoApi::FunctionsUndefined),
            ("functions forbidden", NoApi::FunctionsForbidden),
        ]
        .map(|(name, shape)| (name, Self { no_api: Some(shape), ..Self::default() }))
        .into()
    }

    fn selection() -> Vec<(&'static str, Self)> {
        let plain = Self::default;
        vec![
            ("oldest first", Self { sort: Sort::Ascending, ..plain() }),
            ("unstable order", Self { sort: Sort::Unstable, ..plain() }),
            ("pages of 40", Self { page_cap: 40, ..plain() }),
            ("offset ignored", Self { offset_ignored: true, ..plain() }),
            ("dates ignored", Self { dates_ignored: true, ..plain() }),
            ("dates of the last change", Self { dates_by_change: true, ..plain() }),
            ("no dotted dates", Self { dates: Dates::NoDots, ..plain() }),
            ("no times of day", Self { dates: Dates::NoTimes, ..plain() }),
            ("a bare to is midnight", Self { bare_to_is_midnight: true, ..plain() }),
            ("ids answered in part", Self { ids_partial: true, ..plain() }),
        ]
    }

    fn shapes() -> Vec<(&'static str, Self)> {
        let plain = Self::default;
        vec![
            ("empty as {}", Self { empty: EmptyShape::Object, ..plain() }),
            ("empty with a message", Self { empty: EmptyShape::Message, ..plain() }),
            ("empty without a response", Self { empty: EmptyShape::Absent, ..plain() }),
            ("empty objects as []", Self { untitled: true, ..plain() }),
            ("empty objects as {}", Self { empty_object: EmptyObject::Object, untitled: true, ..plain() }),
            ("empty objects as null", Self { empty_object: EmptyObject::Null, untitled: true, ..plain() }),
            ("empty objects absent", Self { empty_object: EmptyObject::Absent, untitled: true, ..plain() }),
            ("statuses as an array", Self { statuses_as_array: true, ..plain() }),
            ("amounts with a fraction", Self { amounts: Amounts::Fraction, ..plain() }),
            ("amounts as texts", Self { amounts: Amounts::Text, ..plain() }),
            ("amounts as padded texts", Self { amounts: Amounts::PaddedText, ..plain() }),
            ("flags as booleans", Self { flags: Flags::Bool, ..plain() }),
            ("flags as numbers", Self { flags: Flags::Number, ..plain() }),
            ("flags as texts", Self { flags: Flags::Text, ..plain() }),
            ("empty texts as null", Self { empty_text: EmptyText::Null, ..plain() }),
            ("empty texts absent", Self { empty_text: EmptyText::Absent, ..plain() }),
            ("no storage ids", Self { no_storage_ids: true, ..plain() }),
            ("parts of sets counted", Self { sets_counted: true, ..plain() }),
        ]
    }

    fn tokens() -> Vec<(&'static str, Self)> {
        // Tokens that die after a few calls make sure that each word for a dead token occurs.
        let dying = |dead_token| Self { dead_token, token_calls: Some(3), ..Self::default() };
        vec![
            ("tokens die early", dying(DeadToken::Unauthorized)),
            ("dead token: 401", dying(DeadToken::Http401)),
            ("dead token: AUTHORIZATION_ERROR", dying(DeadToken::AuthorizationError)),
            ("dead token: AUTH_ERROR", dying(DeadToken::AuthError)),
            ("dead token: ERROR", dying(DeadToken::Error)),
            ("dead token: ERROR in Ukrainian", dying(DeadToken::ErrorUkrainian)),
            ("dead token: HTTP_ERROR", dying(DeadToken::HttpError)),
            ("tokens live 5 s", Self { token_life: Some(Duration::from_secs(5)), ..Self::default() }),
            ("one token at a time", Self { one_token: true, ..Self::default() }),
        ]
    }
}
