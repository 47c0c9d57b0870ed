//! A file and a form say the same, and are refused for the same reasons.

use super::*;

/// A store as a form has it.
const FORM: &[(&str, &str)] = &[
    ("name", "Крамниця №1 — тест!"),
    ("account", "main"),
    ("site_url", "https://shop.example.com"),
    ("login", "sync-manager"),
    ("password", "not in any message"),
    ("location_id", "11"),
    ("order_type_id", "71"),
    ("language", "en"),
    ("identify_products_by", "sku"),
    ("managers", "21"),
    ("managers", "22"),
    ("line_executor_id", "21"),
    ("product_category_id", "5"),
    ("unknown_products", "hold"),
    ("time_zone", "Europe/Kyiv"),
    ("phone_region", "UA"),
    ("currency", "UAH"),
    ("name_order", "last_first"),
    ("enabled", "false"),
    ("platform", "cartum"),
    ("import_months", "24"),
    ("excluded_statuses", "3"),
    ("excluded_statuses", "8"),
    ("due_in_days", "0"),
    ("discount_sponsor", "company"),
    ("ad_campaign_id", "31"),
    ("allow_store_status_4", "true"),
    ("custom_fields.f601", "{order_number}"),
    ("custom_fields.f603", "{ placed_at }"),
    ("custom_fields.f602", "7"),
    ("status_map.1", "initial"),
    ("status_map.3", "506"),
    ("write_back.507", "4"),
];

/// The form with other values at a name; none = the field is left out.
fn form(name: &str, values: &[&'static str]) -> Draft {
    let (replaced, others) = (values.iter().map(|value| (name, *value)), FORM.iter().filter(|(key, _)| *key != name));
    Draft::from_form(others.map(|(key, value)| (*key, *value)).chain(replaced), PasswordRule::Needed)
}

fn file(key: &str, line: &str) -> Draft {
    let text = with(key, line);
    Draft::parse(&text, Source::Files(Path::new(""), AllowedPath::Beside), PasswordRule::Needed).unwrap()
}

fn by_key(faults: &[Fault]) -> Vec<String> {
    let mut faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    faults.sort();
    faults
}

#[test]
fn a_form_says_what_a_file_says() {
    let (form, file) = (form("none", &[]), parse(FULL).unwrap());
    assert_eq!((&form.account, &form.settings), (&file.account, &file.settings));
    assert_eq!(form.password.unwrap().expose(), file.password.unwrap().expose());
    assert_eq!((form.faults, form.warnings), (file.faults, file.warnings));
}

#[test]
fn a_form_is_refused_for_the_reasons_that_a_file_is_refused_for() {
    for (name, value, key, line) in [
        ("name", "", "name", ""),
        ("name", "two\nlines", "name", "name = \"two\\nlines\""),
        ("site_url", "shop.example.com", "site_url", "site_url = \"shop.example.com\""),
        ("login", "", "login", ""),
        ("location_id", "main", "location_id", "location_id = \"main\""),
        ("location_id", "\"11\"", "location_id", "location_id = \"11\""),
        ("location_id", "11.5", "location_id", "location_id = 11.5"),
        ("location_id", "0", "location_id", "location_id = 0"),
        ("location_id", "", "location_id", ""),
        ("order_type_id", "true", "order_type_id", "order_type_id = true"),
        ("identify_products_by", "article", "identify_products_by", "identify_products_by = \"article\""),
        ("managers", "everybody", "managers", "managers = \"everybody\""),
        ("managers", "[]", "managers", "managers = []"),
        ("managers", "0", "managers", "managers = [0]"),
        ("managers", "[21, 21]", "managers", "managers = [21, 21]"),
        ("managers", "", "managers", ""),
        ("line_executor_id", "me", "line_executor_id", "line_executor_id = \"me\""),
        ("time_zone", "Kyiv", "time_zone", "time_zone = \"Kyiv\""),
        ("currency", "980", "currency", "currency = \"980\""),
        ("enabled", "yes", "enabled", "enabled = \"yes\""),
        ("enabled", "1", "enabled", "enabled = 1"),
        ("import_months", "25", "import_months", "import_months = 25"),
        ("import_months", "soon", "import_months", "import_months = \"soon\""),
        ("excluded_statuses", "Delivered", "excluded_statuses", "excluded_statuses = \"Delivered\""),
        ("due_in_days", "2026-01-01", "due_in_days", "due_in_days = 2026-01-01"),
        ("allow_store_status_4", "", "allow_store_status_4", ""),
        ("custom_fields.f601", "{number}", "f601", "f601 = \"{number}\""),
        ("custom_fields.601", "x", "f601", "f601 = \"{order_number}\"\n601 = \"x\""),
        ("status_map.1", "New", "1", "1 = \"New\""),
        ("status_map.1", "0", "1", "1 = 0"),
        ("status_map.New", "501", "1", "1 = \"initial\"\nNew = 501"),
        ("write_back.507", "initial", "507", "507 = \"initial\""),
        ("locaton_id", "5", "name", "name = \"Крамниця №1 — тест!\"\nlocaton_id = 5"),
        ("zzzz", "5", "name", "name = \"Крамниця №1 — тест!\"\nzzzz = 5"),
    ] {
        let (form, file) = (form(name, &[value]), file(key, line));
        assert!(!form.faults.is_empty(), "{name}={value} is taken");
        assert_eq!(by_key(&form.faults), by_key(&file.faults), "{name}={value}");
        assert_eq!(form.settings, file.settings, "{name}={value}");
    }
}

#[test]
fn a_doubled_key_is_named_in_both_with_the_fix() {
    let pairs = FORM.iter().copied().chain([("status_map.3", "501"), ("currency", "UAH")]);
    let draft = Draft::from_form(pairs, PasswordRule::Needed);
    let keys: Vec<_> = draft.faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["status_map.3", "currency"]);
    assert!(draft.faults.iter().all(|fault| fault.message.to_string() == "appears twice; use each key only once"));

    for (key, line, named) in [
        ("currency", "currency = \"UAH\"\ncurrency = \"UAH\"", "currency"),
        ("3", "3 = 506\n3 = 501", "status_map.3"),
        ("password", "password = \"a\"\npassword = \"a\"", "password"),
        ("name", "x = \"a\"\nx = \"a\"", ""),
    ] {
        let Faults(faults) = parse(&with(key, line)).unwrap_err();
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert!(fault.key == named && fault.message.to_string().contains("is not TOML"), "{fault:?}");
        assert!(fault.message.to_string().ends_with("use each key only once"), "{fault:?}");
    }
}

#[test]
fn a_form_that_does_not_fit_a_setting_is_told_how_to_write_it() {
    for (name, told) in [
        ("status_map", "name a key in it, like status_map.5=VALUE"),
        ("name.first", "name is not a table; write name=VALUE"),
        ("password_file", "put the password itself into password"),
    ] {
        let draft = Draft::from_form(FORM.iter().copied().chain([(name, "1")]), PasswordRule::Needed);
        let [fault] = draft.faults.as_slice() else { panic!("{name}: {:?}", draft.faults) };
        assert!(fault.key == name && fault.message.to_string().contains(told), "{fault:?}");
    }
}

#[test]
fn a_password_in_a_form_is_taken_as_it_is_and_may_be_left_out_where_one_is_saved() {
    for password in [" with blanks ", "\"quoted\"", "123", "[a]"] {
        assert_eq!(form("password", &[password]).password.unwrap().expose(), password);
    }
    let missing = form("password", &[""]);
    assert_eq!(by_key(&missing.faults), ["password: is missing"]);
    let without = FORM.iter().copied().filter(|(key, _)| *key != "password");
    let draft = Draft::from_form(without, PasswordRule::MayStay);
    assert!(draft.faults.is_empty() && draft.password.is_none(), "{:?}", draft.faults);
}
