#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod sources;
mod wrong;

use std::{fs, path::Path};

use super::*;
use crate::domain::{
    ids::{EmployeeId, Id, StatusId, StoreStatusId},
    store::{FieldText, LineExecutor, Managers, MappedStatus, UnknownProducts},
};

/// A file with every key, one a line.
const FULL: &str = r#"name = "Крамниця №1 — тест!"
account = "main"
site_url = "https://shop.example.com"
login = "sync-manager"
password = "not in any message"
location_id = 11
order_type_id = 71
language = "en"
identify_products_by = "sku"
managers = [21, 22]
line_executor_id = 21
product_category_id = 5
unknown_products = "hold"
time_zone = "Europe/Kyiv"
phone_region = "UA"
currency = "UAH"
name_order = "last_first"
enabled = false
platform = "cartum"
import_months = 24
excluded_statuses = [3, 8]
due_in_days = 0
discount_sponsor = "company"
ad_campaign_id = 31
allow_store_status_4 = true
[custom_fields]
f601 = "{order_number}"
f603 = "{ placed_at }"
f602 = "7"
[status_map]
1 = "initial"
3 = 506
[write_back]
507 = 4
"#;

/// The full file with the line of a key replaced, or taken out where `line` is empty.
fn with(key: &str, line: &str) -> String {
    let is_key = |text: &str| text.split(" = ").next() == Some(key);
    assert!(FULL.lines().any(is_key), "the file has no {key}");
    FULL.lines().map(|text| if is_key(text) { line } else { text }).collect::<Vec<_>>().join("\n")
}

fn parse(text: &str) -> Result<Draft, Faults> {
    parse_by(text, PasswordRule::Needed)
}

fn parse_by(text: &str, rule: PasswordRule) -> Result<Draft, Faults> {
    whole(Draft::parse(text, Source::Files(Path::new(""), AllowedPath::Beside), rule))
}

/// A file without any fault.
fn whole(read: Result<Draft, Faults>) -> Result<Draft, Faults> {
    let draft = read?;
    if draft.faults.is_empty() { Ok(draft) } else { Err(Faults(draft.faults)) }
}

#[test]
fn a_file_with_every_key_is_read() {
    let file = parse(FULL).unwrap();
    let settings = &file.settings;
    assert_eq!((file.account.as_deref().unwrap(), settings.name.as_str()), ("main", "Крамниця №1 — тест!"));
    assert_eq!(file.password.unwrap().expose(), "not in any message");
    assert_eq!(settings.managers, Managers::Selected(vec![EmployeeId::new(21), EmployeeId::new(22)]));
    assert_eq!(settings.line_executor, LineExecutor::Employee(EmployeeId::new(21)));
    assert_eq!(settings.unknown_products, UnknownProducts::Hold);
    assert_eq!((settings.enabled, settings.import_months, settings.due_in_days), (false, 24, Some(0)));
    let fields: Vec<_> = settings.custom_fields.values().cloned().collect();
    assert_eq!(fields, [FieldText::OrderNumber, FieldText::Constant("7".to_owned()), FieldText::PlacedAt]);
    let map: Vec<_> = settings.status_map.iter().map(|(store, status)| (store.get(), *status)).collect();
    assert_eq!(map, [(1, MappedStatus::Initial), (3, MappedStatus::Status(StatusId::new(506)))]);
    assert_eq!(settings.write_back, [(Id::new(507), StoreStatusId::new(4))].into());
    assert!(file.warnings.is_empty());
}

#[test]
fn what_may_be_left_out_has_the_defaults_of_the_design() {
    let optional = ["unknown_products", "name_order", "enabled", "platform", "import_months", "excluded_statuses"];
    let more = ["due_in_days", "discount_sponsor", "ad_campaign_id", "allow_store_status_4", "507"];
    let left_out = |line: &&str| !optional.iter().chain(&more).any(|key| line.starts_with(key));
    let text = FULL.lines().filter(left_out).collect::<Vec<_>>().join("\n");
    let settings = parse(&text).unwrap().settings;
    assert_eq!(settings.unknown_products, UnknownProducts::Create);
    assert_eq!(settings.excluded_statuses, [StoreStatusId::new(3)].into());
    assert_eq!((settings.enabled, settings.import_months, settings.due_in_days), (true, 2, None));
    assert_eq!((settings.ad_campaign_id, settings.write_back.len()), (None, 0));
}

#[test]
fn every_required_key_that_is_missing_is_named() {
    let required = [
        "name",
        "account",
        "site_url",
        "login",
        "location_id",
        "order_type_id",
        "language",
        "identify_products_by",
        "managers",
        "line_executor_id",
        "product_category_id",
        "time_zone",
        "phone_region",
        "currency",
    ];
    for key in required {
        let Faults(faults) = parse(&with(key, "")).unwrap_err();
        assert_eq!(faults.len(), 1, "{key}: {faults:?}");
        assert!(faults[0].key == key && faults[0].message.to_string().starts_with("is missing"), "{key}: {faults:?}");
    }
    let Faults(all) = parse("").unwrap_err();
    let named: Vec<_> = all.iter().map(|fault| fault.key.as_str()).collect();
    for key in required.into_iter().chain(["password_file", "status_map"]) {
        assert!(named.contains(&key), "{key} in one answer with the rest: {named:?}");
    }
    assert_eq!(named.len(), required.len() + 2, "{named:?}");
}

#[test]
fn every_wrong_value_is_named_with_its_key_and_the_fix() {
    for (replaced, line, key, part) in wrong::WRONG {
        let Err(Faults(faults)) = parse(&with(replaced, line)) else { panic!("{line} is taken") };
        let fits = |fault: &Fault| fault.key == *key && fault.message.to_string().contains(part);
        assert!(faults.iter().any(fits), "{line}\n  wanted {key}: …{part}…\n  got {faults:#?}");
        let text = Faults(faults).to_string();
        assert!(!text.contains("not in any message") && !text.contains("12345"), "{text}");
    }
}

#[test]
fn the_order_s_manager_cannot_be_on_the_lines_where_no_manager_is_set() {
    let text =
        with("managers", "managers = \"all\"").replace("line_executor_id = 21", "line_executor_id = \"manager\"");
    let Faults(faults) = parse(&text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].key == "line_executor_id" && faults[0].message.to_string().contains("needs selected managers"),
        "{faults:?}"
    );
    let text = FULL.replace("line_executor_id = 21", "line_executor_id = \"manager\"");
    assert_eq!(parse(&text).unwrap().settings.line_executor, LineExecutor::Manager);
}

#[test]
fn a_table_that_is_none_is_named() {
    for (heading, line, key) in [
        ("[status_map]\n1 = \"initial\"\n3 = 506\n", "status_map = 5\n", "status_map"),
        ("[write_back]\n507 = 4\n", "write_back = \"507\"\n", "write_back"),
        (
            "[custom_fields]\nf601 = \"{order_number}\"\nf603 = \"{ placed_at }\"\nf602 = \"7\"\n",
            "custom_fields = []\n",
            "custom_fields",
        ),
    ] {
        let text = format!("{line}{}", FULL.replace(heading, ""));
        let Faults(faults) = parse(&text).unwrap_err();
        assert!(
            faults.iter().any(|fault| fault.key == key && fault.message.to_string().contains("a heading")),
            "{key}: {faults:?}"
        );
    }
}

#[test]
fn names_and_constants_have_a_length() {
    assert!(parse(&with("name", &format!("name = \"{}\"", "ї".repeat(64)))).is_ok());
    let Faults(faults) = parse(&with("name", &format!("name = \"{}\"", "ї".repeat(65)))).unwrap_err();
    assert!(faults[0].message.to_string().contains("65 characters; at most 64"), "{faults:?}");
    let Faults(faults) = parse(&with("f601", &format!("f601 = \"{}\"", "x".repeat(1_001)))).unwrap_err();
    assert!(
        faults[0].key == "custom_fields.f601" && faults[0].message.to_string().contains("longer than"),
        "{faults:?}"
    );
}

#[test]
fn what_is_not_toml_is_told_by_its_line_and_never_by_its_content() {
    for (text, line) in [
        ("name = \"a\"\npassword = \"hunter2\nlogin = \"x\"", "line 2 is not TOML"),
        ("name = \"a\"\nname = \"b\"", "line 2 is not TOML"),
        ("name = \"a\"\n\nlogin = hunter2", "line 3 is not TOML"),
        ("name: a", "line 1 is not TOML"),
        ("[status_map\n1 = 2", "line 1 is not TOML"),
    ] {
        let told = parse(text).unwrap_err().to_string();
        assert!(told.contains(line) && !told.contains("hunter2"), "{text}: {told}");
    }
}

#[test]
fn several_faults_come_in_one_answer() {
    let text = with("currency", "currency = \"hryvnia\"").replace("import_months = 24", "import_months = 99");
    let Faults(faults) = parse(&text.replace("3 = 506", "3 = \"Closed\"")).unwrap_err();
    let keys: Vec<_> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["currency", "import_months", "status_map.3"]);
}

#[test]
fn case_and_blanks_that_mean_nothing_are_forgiven() {
    for (key, line) in [
        ("currency", "currency = \" uah \""),
        ("phone_region", "phone_region = \"ua\""),
        ("time_zone", "time_zone = \"europe/kyiv\""),
        ("identify_products_by", "identify_products_by = \"SKU\""),
        ("platform", "platform = \"Cartum\""),
        ("managers", "managers = \"ALL\""),
        ("1", "1 = \"Initial\""),
    ] {
        assert!(parse(&with(key, line)).is_ok(), "{line}: {:?}", parse(&with(key, line)));
    }
}

#[test]
fn a_password_file_lies_next_to_the_store_file_and_its_last_line_end_is_no_part_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.toml");
    let read = |password: &str, rule| {
        fs::write(folder.path().join("shop.password"), password).unwrap();
        fs::write(&file, with("password", "password_file = \"shop.password\"")).unwrap();
        whole(Draft::read(&file, rule))
    };
    for (written, wanted) in [("geheim\n", "geheim"), ("geheim\r\n", "geheim"), (" geheim ", " geheim ")] {
        assert_eq!(read(written, PasswordRule::Needed).unwrap().password.unwrap().expose(), wanted);
    }
    for (written, part) in [("", "is empty"), ("\n", "is empty"), ("a\nb\n", "several lines")] {
        let told = read(written, PasswordRule::Needed).unwrap_err().to_string();
        assert!(told.contains("password_file: ") && told.contains(part), "{written:?}: {told}");
    }
}

#[test]
fn a_password_may_stay_where_one_is_saved() {
    let text = with("password", "");
    assert!(parse_by(&text, PasswordRule::MayStay).unwrap().password.is_none());
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none.toml"), folder.path().to_owned()] {
        let told = Draft::read(&path, PasswordRule::Needed).unwrap_err().to_string();
        assert!(told.contains("cannot read") && told.contains(&path.display().to_string()), "{told}");
    }
    let path = folder.path().join("latin.toml");
    fs::write(&path, b"name = \"\xe9\"").unwrap();
    assert!(Draft::read(&path, PasswordRule::Needed).unwrap_err().to_string().contains("not UTF-8"));
}

#[test]
fn an_e_mail_address_as_the_login_is_a_warning() {
    let file = parse(&with("login", "login = \"boss@example.com\"")).unwrap();
    assert_eq!(file.settings.login, "boss@example.com");
    let [warning] = file.warnings.as_slice() else { panic!("{:?}", file.warnings) };
    assert!(warning.key == "login" && warning.message.to_string().contains("user name"), "{warning:?}");
}

#[test]
fn what_is_left_out_of_an_address_is_a_warning() {
    let file = parse(&with("site_url", "site_url = \"http://shop.example.com/admin\"")).unwrap();
    assert_eq!(file.settings.site_url, "http://shop.example.com");
    assert!(
        file.warnings.iter().all(|warning| warning.key == "site_url") && file.warnings.len() == 2,
        "{:?}",
        file.warnings
    );
}
