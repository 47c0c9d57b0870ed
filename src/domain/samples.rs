//! An order and settings for the tests of `domain`.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    ids::{CategoryId, EmployeeId, LocationId, OrderNumber, OrderTypeId, StoreStatusId},
    order::{Buyer, Delivery, Line, LineKey, LineKind, Payment, StoreOrder},
    store::{DiscountSponsor, LineExecutor, Managers, NameOrder, ProductKeyKind, Settings, UnknownProducts},
};

/// One line of 799.00, a coupon of 200.00, and something in every text.
pub(crate) fn order() -> StoreOrder {
    StoreOrder {
        number: OrderNumber::new(1042),
        placed_at: chrono::NaiveDateTime::default(),
        status: StoreStatusId::new(1),
        currency: "UAH".into(),
        buyer: Buyer { name: "Olha Test".into(), phone: "050 000 00 00".into(), email: "olha@example.com".into() },
        lines: vec![Line {
            key: LineKey("s1".into()),
            article: "A-1".into(),
            title: "Thing".into(),
            quantity: Decimal::ONE,
            price: Decimal::new(799, 0),
            total: Some(Decimal::new(799, 0)),
            kind: LineKind::Product,
        }],
        total_default: Decimal::new(799, 0),
        total_sum: Decimal::new(599, 0),
        coupon: "SPRING".into(),
        manager_discount_title: "Regular".into(),
        delivery: Delivery {
            method: "Nova Poshta".into(),
            price: None,
            recipient: "Olha Test".into(),
            city: "Kyiv".into(),
            address: "Branch 7".into(),
            tracking: "20400000000000".into(),
        },
        payment: Payment { method: "Card".into(), surcharge: Decimal::new(1250, 2), paid: false },
        comment: "Ring twice".into(),
        manager_comment: "Pack well".into(),
        no_callback: true,
    }
}

/// Settings of a shop in Kyiv.
pub(crate) fn settings() -> Settings {
    Settings {
        enabled: true,
        name: "Shop".into(),
        site_url: "https://shop.example.com".into(),
        login: "api".into(),
        location_id: LocationId::new(1),
        order_type_id: OrderTypeId::new(2),
        language: "en".into(),
        identify_products_by: ProductKeyKind::Sku,
        managers: Managers::All,
        line_executor: LineExecutor::Employee(EmployeeId::new(3)),
        product_category_id: CategoryId::new(4),
        unknown_products: UnknownProducts::Create,
        status_map: BTreeMap::new(),
        write_back: BTreeMap::new(),
        excluded_statuses: BTreeSet::from([StoreStatusId::new(3)]),
        import_months: 2,
        time_zone: chrono_tz::Europe::Kyiv,
        phone_region: "UA".into(),
        currency: "UAH".into(),
        name_order: NameOrder::FirstLast,
        due_in_days: None,
        custom_fields: BTreeMap::new(),
        discount_sponsor: DiscountSponsor::Staff,
        ad_campaign_id: None,
    }
}
