//! How RO App may differ from the contract's assumptions (contract roapp 13), with one switch for each difference.

/// The body of a refusal (contract roapp 10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorShape {
    /// `{"errors":{"field":["…"]},"message":"…"}`.
    Errors,
    /// `{"success":false,"code":1,"message":"…"}`.
    MessageText,
    /// `{"success":false,"code":1,"message":{"validation":{"field":["…"]}}}`.
    MessageValidation,
    /// `{"validation":{"field":["…"]}}`.
    Validation,
    /// Plain text.
    PlainText,
    /// An HTML page.
    Html,
    /// An empty body.
    Empty,
    /// Each refusal takes the next of the other forms.
    Rotating,
}

/// The `Retry-After` header of a 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// This many seconds.
    Seconds(u32),
    /// An HTTP date this many seconds ahead.
    HttpDate(u32),
}

/// The answer to a create (contract roapp 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreatedShape {
    /// `{"id":N}`.
    Object,
    /// `N`.
    Number,
    /// `{"data":{"id":N}}`.
    DataObject,
    /// `{"data":[{"id":N}],"success":true}`.
    DataArray,
    /// An empty body.
    Empty,
}

/// The answer to the POST of a line, if [`CreatedShape::Object`] is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemAnswer {
    /// `{"id":N}`.
    Id,
    /// The whole row.
    Row,
    /// The row without product, price, quantity and discount.
    Sparse,
}

/// The envelope of a paged list (contract roapp 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListShape {
    /// v2: `data` and `paging`; un-versioned: `data`, `page`, `count`, `success`.
    Contract,
    /// `data`, `page`, `page_size`, `total_pages`, `count` at top level.
    TopLevel,
    /// `data` and `paging`, un-versioned lists too.
    Paging,
    /// `data` alone.
    DataOnly,
    /// A bare array.
    Bare,
}

/// The envelope of a dictionary: order statuses, types, custom fields, lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictionaryShape {
    /// A bare array.
    Bare,
    /// `{"data":[…]}`.
    Data,
}

/// How pages follow one another; no row is ever left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Each row once.
    Steady,
    /// Each page ends with its first row repeated.
    Repeated,
    /// Each later page begins with the last row of the page before.
    Shifted,
}

/// How `GET /products/` pages (contract roapp 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductPaging {
    /// By `page`.
    Pages,
    /// `page` is ignored: it is always the first page.
    SamePage,
    /// All rows at once, whatever `page` says.
    AllAtOnce,
}

/// The boundary of date filters; rows and bounds are compared in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBound {
    /// From the instant on.
    Inclusive,
    /// After the instant.
    Exclusive,
}

/// How `phones` and `client_phones` are compared with stored phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneMatch {
    /// The texts are equal.
    Exact,
    /// The stored text contains the requested one.
    Substring,
}

/// The key of a warranty's unit in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarrantyKey {
    /// `period_units`.
    PeriodUnits,
    /// `periodUnits`.
    PeriodUnitsCamel,
    /// `unit`.
    Unit,
}

/// How v2 writes amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyForm {
    /// Strings with the documented decimals.
    Strings,
    /// JSON numbers.
    Numbers,
    /// Strings without trailing zeros.
    Trimmed,
    /// Strings with six decimals.
    SixDecimals,
}

/// How v2 writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeForm {
    /// `2025-05-09T12:52:32Z`.
    Seconds,
    /// `2025-05-09T15:52:32+03:00`.
    Offset,
    /// `2025-05-09T12:52:32.123456Z`.
    Fractions,
    /// Epoch milliseconds, as a number.
    EpochMs,
    /// `2025-05-09`.
    Day,
}

/// The form of entries of `client.phone` in work orders and of `phones` in people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneForm {
    /// Texts in work orders, objects in people.
    Contract,
    /// Texts in both.
    Texts,
    /// Objects `{phone,title,…}` in both.
    Objects,
}

/// The form of a status's group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupForm {
    /// `{"type":1,"name":"New"}`.
    Object,
    /// `1`.
    Int,
    /// Missing in work orders, an object in the dictionary.
    Absent,
}

/// What an undocumented DELETE does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It works.
    Works,
    /// 404.
    NotFound,
    /// 405.
    NotAllowed,
}

/// The answer to the POST of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentAnswer {
    /// 204.
    NoContent,
    /// 200 with an empty body.
    EmptyOk,
    /// 400; not executed.
    Refused,
}

/// How a text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// As sent.
    AsSent,
    /// Without blanks at both ends and around lines; line ends as CR LF.
    Trimmed,
    /// `&`, `<`, `>` and quotes as entities.
    Escaped,
    /// All characters except letters, digits and blanks as numeric entities, including those of markers.
    Entities,
    /// Each run of blanks and line ends as one space.
    Collapsed,
    /// Without characters outside the basic plane.
    Basic,
    /// Without punctuation, except the characters that markers use.
    Lettered,
    /// Escaped, in the basic plane, collapsed.
    All,
}

impl TextForm {
    /// The stored form of this text.
    #[must_use]
    pub fn of(self, text: &str) -> String {
        let escaped = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text.replace('"', "&quot;").replace('\'', "&#39;")
        };
        match self {
            Self::AsSent => text.to_owned(),
            Self::Trimmed => text.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r\n"),
            Self::Escaped => escaped(text),
            Self::Entities => {
                let kept = |c: char| c.is_alphanumeric() || c.is_whitespace();
                text.chars().map(|c| if kept(c) { c.into() } else { format!("&#{};", u32::from(c)) }).collect()
            }
            Self::Collapsed => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::Basic => text.chars().filter(|c| u32::from(*c) < 0x1_0000).collect(),
            Self::Lettered => {
                let is_kept = |c: &char| c.is_alphanumeric() || c.is_whitespace() || "[]:/.-_#".contains(*c);
                text.chars().filter(is_kept).collect()
            }
            Self::All => escaped(&Self::Collapsed.of(&Self::Basic.of(text))),
        }
    }
}

/// The switches. The default is what the contract assumes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct RoAppQuirks {
    /// The body of a 400 or 415; a 404 is plain text, a 401 the documented object.
    pub errors: ErrorShape,
    /// The header of a 429.
    pub retry_after: RetryAfter,
    /// Every n-th call gets a 429 although it is below the limit.
    pub too_many_every: Option<u64>,
    /// The answer to creates.
    pub created: CreatedShape,
    /// The status of a create; `None` = 201 for people, otherwise 200.
    pub created_status: Option<u16>,
    /// The answer to the POST of a line.
    pub item_answer: ItemAnswer,
    /// PATCH, PUT, DELETE and status changes answer 200 with an empty body instead of `{"id":N}`.
    pub changed_empty: bool,
    /// Envelope of paged lists.
    pub lists: ListShape,
    /// Envelope of dictionaries.
    pub dictionaries: DictionaryShape,
    /// Rows on a page.
    pub page_size: usize,
    /// Repeated and shifted rows.
    pub rows: Rows,
    /// Locations, employees, categories, warehouses, units and campaigns come in one page; `page` is ignored.
    pub small_lists_whole: bool,
    /// Paging of `GET /products/`.
    pub product_paging: ProductPaging,
    /// A page after the last is 404 instead of empty.
    pub past_the_end_missing: bool,
    /// Query parameters that are accepted and silently ignored, as written (`clients_ids`, `articles[]`).
    pub ignored: &'static [&'static str],
    /// Boundary of date filters.
    pub date_bound: DateBound,
    /// Comparison of phone filters.
    pub phone_match: PhoneMatch,
    /// Unit of a warranty in answers.
    pub warranty_key: WarrantyKey,
    /// Warranty period in answers as text instead of a number.
    pub warranty_period_text: bool,
    /// Requests must use `unit` instead of `periodUnits`. Not in [`Self::each`]: a client must be configured for it.
    pub warranty_unit_in_requests: bool,
    /// `assignee_id` of lines is null in answers.
    pub item_assignee_null: bool,
    /// Answers show a cost that is one more than the sent one.
    pub item_cost_differs: bool,
    /// A `value` discount is taken off each unit instead of the whole line.
    pub discount_per_unit: bool,
    /// Totals of work orders are a fifth higher (taxes on top). Not in [`Self::each`]: a client can only report it.
    pub taxes_on_top: bool,
    /// Ids in answers are texts.
    pub ids_as_text: bool,
    /// Amounts in v2 answers.
    pub money: MoneyForm,
    /// Times in v2 answers.
    pub times: TimeForm,
    /// Phones in answers.
    pub phones: PhoneForm,
    /// Lists of people leave out `phones`; a person by id has them.
    pub phones_absent: bool,
    /// A PATCH of `phones` adds to the stored ones instead of replacing them.
    pub phones_merge: bool,
    /// Status groups in answers.
    pub group: GroupForm,
    /// Order types use `title` for `name`, custom fields `name` for `title`.
    pub names_swapped: bool,
    /// Rows of custom fields leave out `required`.
    pub required_absent: bool,
    /// Custom fields without a value are null, including text fields (otherwise `""`).
    pub custom_fields_null: bool,
    /// `custom_fields` as an object is refused with 400. Not in [`Self::each`]: a client can only report it.
    pub custom_fields_refused: bool,
    /// DELETE of a work order.
    pub order_delete: Deletion,
    /// DELETE of a line.
    pub item_delete: Deletion,
    /// POST of a comment.
    pub comments: CommentAnswer,
    /// Lines of closed or written-off work orders can be changed.
    pub closed_lines_change: bool,
    /// Deleted records stay in lists, and are 404 by id.
    pub deleted_listed: bool,
    /// Longest text in characters; a longer one gets 400. Shorter limits are not in [`Self::each`].
    pub text_limit: usize,
    /// Longest name, title or article in characters; a longer one gets 400.
    pub name_limit: usize,
    /// How the texts of work orders and their lines, and people's notes, are stored. Not in [`Self::each`], because oracles
    /// compare texts.
    pub texts: TextForm,
    /// A text that contains one of these characters gets 400; empty = every text is accepted. Not in [`Self::each`].
    pub refused_text: &'static str,
    /// Names of people consist of letters, blanks, hyphens, apostrophes and full stops only; others get 400. Not in
    /// [`Self::each`].
    pub plain_names: bool,
}

impl Default for RoAppQuirks {
    fn default() -> Self {
        Self {
            errors: ErrorShape::Errors,
            retry_after: RetryAfter::Absent,
            too_many_every: None,
            created: CreatedShape::Object,
            created_status: None,
            item_answer: ItemAnswer::Id,
            changed_empty: false,
            lists: ListShape::Contract,
            dictionaries: DictionaryShape::Bare,
            page_size: 50,
            rows: Rows::Steady,
            small_lists_whole: false,
            product_paging: ProductPaging::Pages,
            past_the_end_missing: false,
            ignored: &[],
            date_bound: DateBound::Inclusive,
            phone_match: PhoneMatch::Exact,
            warranty_key: WarrantyKey::Unit,
            warranty_period_text: false,
            warranty_unit_in_requests: false,
            item_assignee_null: false,
            item_cost_differs: false,
            discount_per_unit: false,
            taxes_on_top: false,
            ids_as_text: false,
            money: MoneyForm::Strings,
            times: TimeForm::Seconds,
            phones: PhoneForm::Contract,
            phones_absent: false,
            phones_merge: false,
            group: GroupForm::Object,
            names_swapped: false,
            required_absent: false,
            custom_fields_null: false,
            custom_fields_refused: false,
            order_delete: Deletion::Works,
            item_delete: Deletion::Works,
            comments: CommentAnswer::NoContent,
            closed_lines_change: false,
            deleted_listed: false,
            text_limit: 4000,
            name_limit: 255,
            texts: TextForm::AsSent,
            refused_text: "",
            plain_names: false,
        }
    }
}
