//! Reads the valid choices from both sides, and explains why a side does not answer.

use std::collections::BTreeSet;

use super::Fault;
use crate::{
    cartum::{Cartum, CartumError, Currency, StatusList, StoreStatus},
    causes::chain,
    domain::{
        dictionary::{Kind, Named},
        ids::OrderNumber,
        said::Said,
    },
    http::SendError,
    roapp::{Category, CustomField, Employee, Location, OrderStatus, OrderType, RoApp, RoAppError},
};

/// What a store shows about itself.
#[derive(Debug, Clone)]
pub struct ShopView {
    /// Its statuses.
    pub statuses: StatusList,
    /// Language keys under which a title is filled in.
    pub languages: BTreeSet<String>,
    /// Its currencies.
    pub currencies: Vec<Currency>,
    /// What could not be read although the rest could.
    pub warnings: Vec<Fault>,
}

/// What a RO App account offers.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// Locations that the key's employee can see.
    pub locations: Vec<Location>,
    /// Types of work orders.
    pub order_types: Vec<OrderType>,
    /// Statuses of work orders.
    pub statuses: Vec<OrderStatus>,
    /// Employees, inactive ones too.
    pub employees: Vec<Employee>,
    /// Categories of products.
    pub categories: Vec<Category>,
    /// Custom fields of work orders.
    pub custom_fields: Vec<CustomField>,
    /// Whether the older, un-versioned paths answer: only they create products and list campaigns.
    pub older_api: bool,
}

impl ShopView {
    /// The names of its statuses, in this language.
    #[must_use]
    pub fn names(&self, language: &str) -> Vec<Named> {
        status_names(&self.statuses, language)
    }
}

/// The names of a store's statuses, in this language; none for a store that is too old.
pub(crate) fn status_names(statuses: &StatusList, language: &str) -> Vec<Named> {
    let StatusList::Listed(statuses) = statuses else { return Vec::new() };
    let name = |status: &StoreStatus| {
        Named::new(Kind::StoreStatus, status.id.get(), status.title(language).unwrap_or_default())
    };
    statuses.iter().map(name).collect()
}

impl AccountView {
    /// The names of everything in it.
    #[must_use]
    pub fn names(&self) -> Vec<Named> {
        let locations = self.locations.iter().map(|row| Named::new(Kind::Location, row.id.get(), &row.name));
        let types = self.order_types.iter().map(|row| Named::new(Kind::OrderType, row.id.get(), &row.name));
        let statuses = self.statuses.iter().map(|row| Named::new(Kind::Status, row.id.get(), &row.name));
        let employees = self.employees.iter().map(|row| Named::new(Kind::Employee, row.id.get(), &row.name));
        let categories = self.categories.iter().map(|row| Named::new(Kind::Category, row.id.get(), &row.title));
        let fields = self.custom_fields.iter().map(|row| Named::new(Kind::Field, row.id, &row.title));
        locations.chain(types).chain(statuses).chain(employees).chain(categories).chain(fields).collect()
    }
}

/// Logs in and reads what a store shows about itself.
///
/// # Errors
/// Why not, at `login` or at `site_url`.
pub async fn read_shop(cartum: &Cartum) -> Result<ShopView, Fault> {
    cartum.sign_in().await.map_err(|error| shop_fault(&error))?;
    let statuses = cartum.statuses().await.map_err(|error| shop_fault(&error))?;
    let currencies = match cartum.currencies().await {
        Ok(currencies) => currencies,
        // This alone is not to be had. Orders name their currency: one in another than that of the settings is held.
        Err(CartumError::NotOnPlan { .. }) if matches!(statuses, StatusList::Listed(_)) => Vec::new(),
        Err(error @ CartumError::NotOnPlan { .. }) => {
            // A store that is too old for both lists has orders all the same.
            cartum.orders_at_once(&[OrderNumber::new(1)]).await.map_err(|_| shop_fault(&error))?;
            Vec::new()
        }
        Err(error) => return Err(shop_fault(&error)),
    };
    let mut languages = BTreeSet::new();
    let mut warnings = Vec::new();
    if let StatusList::Listed(statuses) = &statuses {
        languages.extend(statuses.iter().flat_map(|status| filled(&status.titles)));
    }
    match cartum.titles_sample().await {
        Ok(entries) => {
            let titles = entries.iter().flat_map(|entry| [&entry.titles, &entry.variant_titles]);
            languages.extend(titles.flat_map(filled));
        }
        Err(error) => {
            warnings.push(Fault::new("language", Said::new("titles-unreadable").with("error", error.with_causes())));
        }
    }
    Ok(ShopView { statuses, languages, currencies, warnings })
}

/// Reads what a RO App account offers.
///
/// # Errors
/// A [`RoAppError`].
pub async fn read_account(roapp: &RoApp) -> Result<AccountView, RoAppError> {
    Ok(AccountView {
        locations: roapp.locations().await?,
        order_types: roapp.order_types().await?,
        statuses: roapp.order_statuses().await?,
        employees: roapp.employees().await?,
        categories: roapp.categories().await?,
        custom_fields: roapp.order_custom_fields().await?,
        older_api: roapp.older_api_answers().await?,
    })
}

/// Why a store cannot be used, at the key that fixes it.
fn shop_fault(error: &CartumError) -> Fault {
    match error {
        CartumError::LoginRefused { .. } => Fault::new("login", error),
        CartumError::Send { source, .. } => Fault::new("site_url", unreachable(source)),
        CartumError::Temporary { .. } | CartumError::NotJson { .. } => {
            Fault::new("site_url", Said::new("try-again").with("error", Said::from(error)))
        }
        _ => Fault::new("site_url", error.with_causes()),
    }
}

/// Why RO App cannot be used.
pub(crate) fn roapp_reason(error: &RoAppError) -> Said {
    match error {
        RoAppError::Send { source, .. } => unreachable(source),
        RoAppError::NotJson { .. } | RoAppError::Garbled { .. } | RoAppError::Missing { .. } => {
            Said::new("not-like-roapp").with("error", error.with_causes())
        }
        RoAppError::Unavailable { .. } | RoAppError::TooMany { .. } => {
            Said::new("try-again").with("error", error.with_causes())
        }
        _ => error.with_causes(),
    }
}

fn unreachable(error: &SendError) -> Said {
    match error {
        SendError::PrivateHost { .. } | SendError::NoFiles { .. } => {
            Said::new("internal").with("error", error.to_string())
        }
        SendError::NotSent { .. } => Said::new("host-unreachable").with("error", chain(error)),
        _ => Said::new("address-unreachable").with("error", chain(error)),
    }
}

fn filled(titles: &std::collections::BTreeMap<String, String>) -> impl Iterator<Item = String> {
    titles.iter().filter(|(_, title)| !title.is_empty()).map(|(language, _)| language.clone())
}
