//! Writes store files: a complete one for a new store, with all valid choices, and the settings of an existing store.
//!
//! `country.rs` guesses the country, `statuses.rs` the status maps; `sheet.rs` writes the file.

mod country;
mod sheet;
mod statuses;

use chrono_tz::Tz;
use sqlx::PgPool;
use url::Url;

use self::{sheet::Notes, statuses::Wanted};

use crate::{
    admin::{Admin, AdminError, accounts::AccountLists, host_of, read_site},
    cartum::StatusList,
    check::{AccountView, Fault, Faults, ShopView, read_shop},
    db::{accounts::Account, dictionary, stores::Store},
    domain::{
        dictionary::Names,
        ids::{Id, StoreStatusId},
        store::{
            DiscountSponsor, FieldText, LineExecutor, Managers, NameOrder, ProductKeyKind, Settings, UnknownProducts,
        },
    },
    roapp::{CustomField, FieldKind},
    secrets::Secret,
};

/// Delivered (contract cartum 5): left out of a first import.
const DELIVERED: i64 = 3;
/// Titles of shops are suggested in the first of these that a shop has.
const LANGUAGES: [&str; 7] = ["uk", "ua", "ro", "pl", "pt", "en", "ru"];
/// Where nothing can be chosen from RO App's lists yet.
const NOTHING: i64 = 0;

/// Where a shop is at home.
pub(super) struct Home {
    region: &'static str,
    zone: Tz,
    why: &'static str,
}

/// How a shop is reached for a template.
#[derive(Debug)]
pub struct Reached<'a> {
    /// Its address.
    pub site_url: &'a str,
    /// The user.
    pub login: &'a str,
    /// The password.
    pub password: Secret,
    /// How the file names the password's own.
    pub password_file: String,
}

impl Admin {
    /// A complete store file for a shop, after both sides were asked; nothing is saved.
    ///
    /// # Errors
    /// [`AdminError::Faults`] with what is wrong on either side.
    pub async fn template(&self, account: &Account, reached: Reached<'_>) -> Result<String, AdminError> {
        let site = read_site(reached.site_url).map_err(|problem| Faults::from(Fault::new("site_url", problem)))?;
        let shop = self.clients.new_store(&site.url, reached.login, reached.password.clone())?;
        let (shop, lists) = tokio::join!(read_shop(&shop), self.account_lists(account));
        let shop = shop.map_err(Faults::from)?;
        let lists = lists?;
        let settings = suggest(&site.url, reached.login, &shop, &lists.view);
        let mut names = Names::default();
        let listed = lists.view.names().into_iter().chain(shop.names(&settings.language));
        listed.for_each(|named| names.add(named));
        let notes = notes(&settings, &shop, &lists, reached.password_file);
        let head = format!(
            "# A store file for {}. Check every line: a suggestion may not be what you want.\n\
             # Then: cartum-roapp store add FILE.toml\n",
            site.host
        );
        Ok(head + &sheet::write(&account.name, &settings, &names, &notes))
    }
}

/// The settings of a store as a store file, without the password, which may stay as it is.
///
/// # Errors
/// When the database fails.
pub async fn settings_toml(pool: &PgPool, store: &Store) -> Result<String, AdminError> {
    let names = dictionary::names(pool, store.account, store.id).await?;
    Ok(sheet::write(&store.account_name, &store.settings, &names, &Notes::default()))
}

/// What fits most shops, of what both sides show.
pub(super) fn suggest(site_url: &str, login: &str, shop: &ShopView, account: &AccountView) -> Settings {
    let host = Url::parse(site_url).map_or_else(|_| site_url.to_owned(), |url| host_of(&url));
    let language =
        LANGUAGES.iter().find(|language| shop.languages.contains(**language)).map(|language| (*language).to_owned());
    let language = language.or_else(|| shop.languages.first().cloned()).unwrap_or_else(|| "en".to_owned());
    let currency = shop.currencies.first().map_or_else(|| "UAH".to_owned(), |currency| currency.iso.clone());
    let Home { region, zone, .. } = country::home(&host, &currency, &language);
    let wanted = wanted(shop, &language);
    let status_map = statuses::map(&wanted, &account.statuses);
    let name: String = host.strip_prefix("www.").unwrap_or(&host).chars().take(64).collect();
    let executor = account.employees.iter().find(|row| row.is_active).map_or(Id::new(NOTHING), |row| row.id);
    Settings {
        enabled: true,
        name,
        site_url: site_url.to_owned(),
        login: login.to_owned(),
        location_id: account.locations.iter().find(|row| !row.is_archived).map_or(Id::new(NOTHING), |row| row.id),
        order_type_id: account.order_types.first().map_or(Id::new(NOTHING), |row| row.id),
        language,
        identify_products_by: ProductKeyKind::Sku,
        managers: Managers::All,
        line_executor: LineExecutor::Employee(executor),
        product_category_id: account.categories.first().map_or(Id::new(NOTHING), |row| row.id),
        unknown_products: UnknownProducts::Create,
        write_back: statuses::back(&status_map),
        status_map,
        excluded_statuses: wanted.iter().map(|status| status.id).filter(|id| id.get() == DELIVERED).collect(),
        import_months: 2,
        time_zone: zone,
        phone_region: region.to_owned(),
        currency,
        name_order: NameOrder::FirstLast,
        due_in_days: None,
        custom_fields: account.custom_fields.iter().filter_map(required).collect(),
        discount_sponsor: DiscountSponsor::Staff,
        ad_campaign_id: None,
    }
}

/// The store's statuses; the stock ones of a store that is too old to list its own.
fn wanted(shop: &ShopView, language: &str) -> Vec<Wanted> {
    let is_successful = |id: StoreStatusId| match &shop.statuses {
        StatusList::Listed(rows) => rows.iter().any(|row| row.id == id && row.is_successful),
        StatusList::TooOld => false,
    };
    let rows = crate::check::status_rows(&shop.statuses, language);
    rows.into_iter().map(|(id, title)| Wanted { is_successful: is_successful(id), id, title }).collect()
}

/// A field that RO App requires is filled with what it can hold.
fn required(field: &CustomField) -> Option<(i64, FieldText)> {
    let text = match field.kind {
        FieldKind::Boolean => return None,
        FieldKind::Time => FieldText::PlacedAt,
        _ => FieldText::OrderNumber,
    };
    (field.required == Some(true)).then_some((field.id, text))
}

/// What stands above the settings: what there is to choose from, and what a suggestion goes by.
fn notes(settings: &Settings, shop: &ShopView, lists: &AccountLists, password_file: String) -> Notes {
    let view = &lists.view;
    let choices =
        |rows: Vec<(i64, &str)>| rows.into_iter().map(|(id, name)| format!("  {id}  {name}")).collect::<Vec<_>>();
    let with = |head: &str, rows: Vec<(i64, &str)>| [vec![head.to_owned()], choices(rows)].concat();
    let active =
        || view.employees.iter().filter(|row| row.is_active).map(|row| (row.id.get(), row.name.as_str())).collect();
    let host = Url::parse(&settings.site_url).map_or_else(|_| String::new(), |url| host_of(&url));
    let home = country::home(&host, &settings.currency, &settings.language);
    let mut above = std::collections::BTreeMap::new();
    let mut note = |key, lines: Vec<String>| above.insert(key, [vec![String::new()], lines].concat());
    let line = |text: &str| vec![text.to_owned()];
    note("name", line("Your name for the store, 1 to 64 characters."));
    note("enabled", line("false = no calls to the store at all."));
    note("password_file", line("A file that holds nothing but the password, beside this one."));
    let open = view.locations.iter().filter(|row| !row.is_archived).map(|row| (row.id.get(), row.name.as_str()));
    note("location_id", with("Where work orders go. Valid choices:", open.collect()));
    let types = view.order_types.iter().map(|row| (row.id.get(), row.name.as_str()));
    note("order_type_id", with("The type of work orders. Valid choices:", types.collect()));
    note(
        "managers",
        with(
            "\"all\": no manager is set; or a list like [21, 22]: new orders go to each in turn. Valid choices:",
            active(),
        ),
    );
    note(
        "line_executor_id",
        line(
            "RO App requires an employee on each line and may pay that person for it: choose one of the employees above; or \
             \"manager\": the order's own manager, if managers are selected.",
        ),
    );
    note("identify_products_by", line("\"sku\", \"code\", \"barcode\" or \"title\"."));
    let categories = view.categories.iter().map(|row| (row.id.get(), row.title.as_str()));
    note(
        "product_category_id",
        with("For products that RO App does not have yet. Valid choices:", categories.collect()),
    );
    note("unknown_products", line("\"create\", \"placeholder\" or \"hold\"."));
    let languages = shop.languages.iter().cloned().collect::<Vec<_>>().join(", ");
    note("language", vec![format!("The language of product titles. The store has: {languages}")]);
    note(
        "time_zone",
        vec![format!(
            "The store's zone, and the country of phone numbers without a country code: suggested by {}.",
            home.why
        )],
    );
    let currencies = shop.currencies.iter().map(|row| row.iso.as_str()).collect::<Vec<_>>().join(", ");
    note("currency", vec![format!("The store's and RO App's; nothing is converted. The store has: {currencies}")]);
    note("name_order", line("Or \"last_first\"."));
    note("import_months", line("How far the first import goes back, 1 to 24 months."));
    let successful = wanted(shop, &settings.language).into_iter().filter(|status| status.is_successful);
    let successful =
        successful.map(|status| format!("{} ({})", status.id, status.title)).collect::<Vec<_>>().join(", ");
    note(
        "excluded_statuses",
        vec![format!("Store statuses that the first import leaves out. Successful ones: {successful}")],
    );
    note("due_in_days", line("If RO App's form requires a due date, write: due_in_days = 3"));
    note("discount_sponsor", line("Or \"company\": whether staff's pay follows the discounted sum."));
    note(
        "ad_campaign_id",
        match &lists.campaigns {
            Ok(rows) => with(
                "Optional: ad_campaign_id = ID. Valid choices:",
                rows.iter().map(|row| (row.id.get(), row.name.as_str())).collect(),
            ),
            Err(why) => vec![format!("Optional: ad_campaign_id = ID. The campaigns could not be read: {why}")],
        },
    );
    let work = view.statuses.iter().filter(|row| statuses::is_work(row)).map(|row| (row.id.get(), row.name.as_str()));
    let head = "Store status = RO App status, or \"initial\": the order type's first one. Suggested by names and meanings. RO App has:";
    note("status_map", with(head, work.collect()));
    note(
        "write_back",
        line(
            "Optional: RO App status = store status. A status that a person sets in RO App is written to the store. Remove the lines that you do not want.",
        ),
    );
    let fields = view.custom_fields.iter().map(|row| format!("  f{}  {}", row.id, row.title));
    let head = "Optional: f followed by the field's id = \"{order_number}\", {placed_at}, {payment}, {paid}, {delivery}, {tracking_number}, \
                {store_name} or a text. The fields are:";
    note("custom_fields", [vec![head.to_owned()], fields.collect()].concat());
    Notes { above, password_file: Some(password_file) }
}
