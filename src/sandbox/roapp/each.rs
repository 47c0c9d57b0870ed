//! Every tolerated alternative on its own, by name.

use super::quirks::{
    CommentAnswer, CreatedShape, DateBound, Deletion, DictionaryShape, ErrorShape, GroupForm, ItemAnswer, ListShape,
    MoneyForm, PhoneForm, PhoneMatch, ProductPaging, RetryAfter, RoAppQuirks, Rows, TimeForm, WarrantyKey,
};

/// Changes one switch.
type Change = fn(&mut RoAppQuirks);

impl RoAppQuirks {
    /// Every alternative of the contract's section 13 that a correct client can handle, each on its own, with a short name.
    /// Left out are those that a client can only report: `custom_fields_refused`, `taxes_on_top`, shorter texts and
    /// `warranty_unit_in_requests`.
    #[must_use]
    pub fn each() -> Vec<(&'static str, Self)> {
        let alone = |change: Change| {
            let mut quirks = Self::default();
            change(&mut quirks);
            quirks
        };
        EACH.iter().map(|(name, change)| (*name, alone(*change))).collect()
    }
}

const EACH: &[(&str, Change)] = &[
    ("errors-message-text", |q| q.errors = ErrorShape::MessageText),
    ("errors-message-validation", |q| q.errors = ErrorShape::MessageValidation),
    ("errors-validation", |q| q.errors = ErrorShape::Validation),
    ("errors-plain-text", |q| q.errors = ErrorShape::PlainText),
    ("errors-html", |q| q.errors = ErrorShape::Html),
    ("errors-empty", |q| q.errors = ErrorShape::Empty),
    ("errors-rotating", |q| q.errors = ErrorShape::Rotating),
    ("retry-after-seconds", |q| q.retry_after = RetryAfter::Seconds(1)),
    ("retry-after-date", |q| q.retry_after = RetryAfter::HttpDate(2)),
    ("too-many-below-the-limit", |q| q.too_many_every = Some(9)),
    ("created-number", |q| q.created = CreatedShape::Number),
    ("created-data-object", |q| q.created = CreatedShape::DataObject),
    ("created-data-array", |q| q.created = CreatedShape::DataArray),
    ("created-empty", |q| q.created = CreatedShape::Empty),
    ("created-200", |q| q.created_status = Some(200)),
    ("created-201", |q| q.created_status = Some(201)),
    ("item-answer-row", |q| q.item_answer = ItemAnswer::Row),
    ("item-answer-sparse", |q| q.item_answer = ItemAnswer::Sparse),
    ("changed-empty", |q| q.changed_empty = true),
    ("lists-top-level", |q| q.lists = ListShape::TopLevel),
    ("lists-paging", |q| q.lists = ListShape::Paging),
    ("lists-data-only", |q| q.lists = ListShape::DataOnly),
    ("lists-bare", |q| q.lists = ListShape::Bare),
    ("dictionaries-data", |q| q.dictionaries = DictionaryShape::Data),
    ("page-size-3", |q| q.page_size = 3),
    ("rows-repeated", |q| q.rows = Rows::Repeated),
    ("rows-shifted", |q| (q.rows, q.page_size) = (Rows::Shifted, 4)),
    ("small-lists-whole", |q| q.small_lists_whole = true),
    ("products-same-page", |q| q.product_paging = ProductPaging::SamePage),
    ("products-all-at-once", |q| q.product_paging = ProductPaging::AllAtOnce),
    ("past-the-end-404", |q| {
        (q.past_the_end_missing, q.page_size, q.lists) = (true, 3, ListShape::DataOnly);
    }),
    ("clients-ids-ignored", |q| q.ignored = &["clients_ids"]),
    ("client-ids-ignored-too", |q| q.ignored = &["clients_ids", "client_ids"]),
    ("dates-ignored", |q| q.ignored = &["created_at", "modified_at"]),
    ("ids-ignored", |q| q.ignored = &["ids"]),
    ("phones-ignored", |q| q.ignored = &["phones"]),
    ("emails-ignored", |q| q.ignored = &["emails"]),
    ("articles-ignored", |q| q.ignored = &["articles[]"]),
    ("dates-exclusive", |q| q.date_bound = DateBound::Exclusive),
    ("phones-substring", |q| q.phone_match = PhoneMatch::Substring),
    ("warranty-camel", |q| q.warranty_key = WarrantyKey::PeriodUnitsCamel),
    ("warranty-period-units", |q| q.warranty_key = WarrantyKey::PeriodUnits),
    ("warranty-period-text", |q| q.warranty_period_text = true),
    ("item-assignee-null", |q| q.item_assignee_null = true),
    ("item-cost-differs", |q| q.item_cost_differs = true),
    ("discount-per-unit", |q| q.discount_per_unit = true),
    ("ids-as-text", |q| q.ids_as_text = true),
    ("money-numbers", |q| q.money = MoneyForm::Numbers),
    ("money-trimmed", |q| q.money = MoneyForm::Trimmed),
    ("money-six-decimals", |q| q.money = MoneyForm::SixDecimals),
    ("times-offset", |q| q.times = TimeForm::Offset),
    ("times-fractions", |q| q.times = TimeForm::Fractions),
    ("times-epoch-ms", |q| q.times = TimeForm::EpochMs),
    ("times-day", |q| q.times = TimeForm::Day),
    ("phones-as-text", |q| q.phones = PhoneForm::Texts),
    ("phones-as-objects", |q| q.phones = PhoneForm::Objects),
    ("phones-absent", |q| q.phones_absent = true),
    ("phones-merge", |q| q.phones_merge = true),
    ("group-int", |q| q.group = GroupForm::Int),
    ("group-absent", |q| q.group = GroupForm::Absent),
    ("names-swapped", |q| q.names_swapped = true),
    ("required-absent", |q| q.required_absent = true),
    ("custom-fields-null", |q| q.custom_fields_null = true),
    ("order-delete-404", |q| q.order_delete = Deletion::NotFound),
    ("order-delete-405", |q| q.order_delete = Deletion::NotAllowed),
    ("item-delete-404", |q| q.item_delete = Deletion::NotFound),
    ("item-delete-405", |q| q.item_delete = Deletion::NotAllowed),
    ("comments-empty", |q| q.comments = CommentAnswer::EmptyOk),
    ("comments-refused", |q| q.comments = CommentAnswer::Refused),
    ("closed-lines-change", |q| q.closed_lines_change = true),
    ("deleted-listed", |q| q.deleted_listed = true),
];
