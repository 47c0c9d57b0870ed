//! What both sides say against settings stands at the field that it is about, and nothing is saved.

use super::{
    set_up::{fields_of, set},
    site::{Answer, Site},
    slips::pairs,
};
use crate::support::world::{World, small};

/// The page with the field, the field, a value, and what is said of it.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("edit", "login", "somebody", "refused the login"),
    ("edit", "login", "", "missing"),
    ("edit", "name", "", "missing"),
    ("edit", "site_url", "ftp://shop", "http"),
    ("edit", "location_id", "99", "no location 99"),
    ("edit", "location_id", "13", "archived"),
    ("edit", "order_type_id", "99", "no order type 99"),
    ("edit", "language", "uk", "did you mean"),
    ("edit", "managers", "99", "no employee 99"),
    ("edit", "managers", "23", "not active"),
    ("edit", "line_executor_id", "99", "no employee 99"),
    ("edit", "line_executor_id", "23", "not active"),
    ("edit", "product_category_id", "99", "no product category 99"),
    ("edit", "currency", "EUR", "sells in UAH"),
    ("edit", "time_zone", "Europe/Kiew", "time zone"),
    ("edit", "phone_region", "Ukraine", "country"),
    ("edit", "import_months", "0", "1 to"),
    ("edit", "due_in_days", "400", "0 to 365"),
    ("edit", "ad_campaign_id", "99", "no campaign 99"),
    ("edit", "custom_fields.f602", "many", "takes a number"),
    ("edit", "custom_fields.f603", "{payment}", "takes a date and time"),
    ("edit", "custom_fields.f604", "{paid}", "yes/no"),
    ("statuses", "status_map.5", "", "no RO App status"),
    ("statuses", "status_map.5", "599", "no status 599"),
    ("statuses", "status_map.7", "501", "no status 7"),
    ("statuses", "write_back.599", "6", "no status 599"),
    ("statuses", "write_back.505", "7", "no status 7"),
    ("statuses", "excluded_statuses", "7", "no status 7"),
];

/// What stands at fields of a page, and what stands above the form.
fn faults(page: &Answer) -> (String, String) {
    let all = |class: &str| {
        let begins = format!("<p class=\"{class}\"");
        let parts = page.text.split(&begins).skip(1);
        parts.map(|part| part.split("</p>").next().unwrap()).collect::<Vec<_>>().join("\n")
    };
    (all("wrong"), all("fault"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_value_that_does_not_fit_is_told_at_its_field_and_nothing_is_saved() {
    let world = World::imported_already(small(2)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let before = world.store().await.settings;
    for (page, field, value, said) in WRONG {
        let page = format!("/stores/{}/{page}", world.store);
        let mut fields = fields_of(&owner.get(&page).await.text);
        let has_field = fields.iter().any(|(name, _)| name == field);
        set(&mut fields, field, value);
        if *field == "login" {
            set(&mut fields, "password", "sandbox-password");
        }
        let refused = owner.post_raw(&page, &pairs(&fields)).await;
        assert_eq!(refused.status, 422, "{field} = {value}: {}", refused.text);
        let (at_fields, above) = faults(&refused);
        // What is missing of a table is told once for all of it.
        let is_of_one = has_field && *field != "managers" && !value.is_empty();
        let found = if is_of_one { at_fields.clone() } else { format!("{at_fields}{above}") };
        assert!(found.to_lowercase().contains(&said.to_lowercase()), "{field} = {value}: {at_fields} / {above}");
        assert!(!refused.text.contains("sandbox-password"), "{field}: a password is never shown");
        assert_eq!(world.store().await.settings, before, "{field} = {value}");
    }
}
