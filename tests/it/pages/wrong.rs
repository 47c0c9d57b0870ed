//! What both sides say against settings stands at the field that it is about, and nothing is saved.

use cartum_roapp::domain::user::{Reach, Role};
use serde_json::json;

use super::{
    browser::{Browser, View, is_there},
    set_up::{fields_of, set},
    site::Site,
    slips::pairs,
};
use crate::support::{
    eventually,
    world::{World, small},
};

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
fn faults(page: &str) -> (String, String) {
    let all = |class: &str| {
        let begins = format!("<p class=\"{class}\"");
        let parts = page.split(&begins).skip(1);
        parts.map(|part| part.split("</p>").next().unwrap()).collect::<Vec<_>>().join("\n")
    };
    (all("wrong"), all("fault"))
}

/// Checks that a refused page says this where the field is; what is missing of a table is told once for all of it.
fn is_told(page: &str, field: &str, value: &str, has_field: bool, said: &str) {
    let (at_fields, above) = faults(page);
    let is_of_one = has_field && field != "managers" && !value.is_empty();
    let found = if is_of_one { at_fields.clone() } else { format!("{at_fields}{above}") };
    assert!(found.to_lowercase().contains(&said.to_lowercase()), "{field} = {value}: {at_fields} / {above}");
    assert!(!page.contains("sandbox-password"), "{field}: a password is never shown");
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
        is_told(&refused.text, field, value, has_field, said);
        assert_eq!(world.store().await.settings, before, "{field} = {value}");
    }
}

/// Enters a value past the browser's own checks, as an old browser would send it, sends the form, and tells whether the form has the field.
const SEND: &str = "const [name, value] = arguments, form = [...document.forms].pop(); \
    const fields = [...form.elements].filter(field => field.name === name); \
    const field = fields.find(field => !['checkbox', 'radio'].includes(field.type)); \
    fields.forEach(field => field.checked = false); \
    if (field && field.tagName === 'SELECT' && ![...field.options].some(option => option.value === value)) \
        field.add(new Option(value, value)); \
    if (field) field.value = value; \
    else form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value})); \
    if (name === 'login') form.elements.password.value = 'sandbox-password'; \
    document.body.id = 'sent'; form.noValidate = true; form.requestSubmit(); return fields.length > 0";

/// Whether another page has taken the place of the one that was sent.
const IS_ANSWERED: &str = "return document.readyState === 'complete' && document.body.id !== 'sent'";

/// What a refused page says that nobody can see, such as below a closed "More".
const UNSEEN: &str = "return [...document.querySelectorAll('p.wrong, p.fault')].filter(p => !p.checkVisibility()) \
    .map(p => p.textContent)";

/// What stands in a text field now; for a choice, what was entered.
const KEPT: &str = "const [name, value] = arguments, field = document.getElementsByName(name)[0]; \
    return field?.tagName === 'INPUT' && field.type !== 'checkbox' ? field.value : value";

async fn in_a_browser(has_script: bool) {
    let world = World::imported_already(small(2)).await;
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    let before = world.store().await.settings;
    let browser = Browser::start(View { has_script, ..View::default() }).await;
    browser.sign_in(&site.url, "owner").await;
    browser.shows("Sandbox shop").await;
    for (page, field, value, said) in WRONG {
        browser.goto(&format!("{}/stores/{}/{page}", site.url, world.store)).await;
        let has_field = browser.page.execute(SEND, vec![json!(field), json!(value)]).await.unwrap() == true;
        let refused = eventually(&format!("the answer to {field} = {value}"), async || {
            let is_new = browser.page.execute(IS_ANSWERED, vec![]).await.ok()?;
            if is_new == true { browser.page.source().await.ok() } else { None }
        })
        .await;
        is_told(&refused, field, value, has_field, said);
        let kept = browser.page.execute(KEPT, vec![json!(field), json!(value)]).await.unwrap();
        assert_eq!(kept, json!(value), "{field} is typed only once");
        assert_eq!(browser.run(UNSEEN).await, json!([]), "{field} = {value}");
        assert_eq!(world.store().await.settings, before, "{field} = {value}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_value_that_does_not_fit_is_told_where_it_is_seen_in_a_browser() {
    if is_there() {
        in_a_browser(true).await;
        in_a_browser(false).await;
    }
}
