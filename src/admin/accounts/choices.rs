//! The valid choices that a RO App account offers for a store's settings.

use serde::{Serialize, Serializer};

use crate::{
    admin::{Admin, AdminError},
    check::{AccountView, Fault, Faults, read_account, roapp_reason},
    db::{self, accounts::Account, dictionary},
    domain::{
        dictionary::{Kind, Named},
        ids::Id,
        said::Said,
    },
    http::Fence,
    roapp::{Campaign, FieldKind},
};

/// The valid choices that a RO App account offers, list by list.
#[derive(Debug, Clone, Serialize)]
pub struct Choices {
    /// For `location_id`.
    pub locations: Vec<LocationRow>,
    /// For `order_type_id`.
    pub order_types: Vec<NamedRow>,
    /// For `status_map` and `write_back`.
    pub statuses: Vec<StatusRow>,
    /// For `managers` and `line_executor_id`.
    pub employees: Vec<EmployeeRow>,
    /// For `product_category_id`.
    pub categories: Vec<CategoryRow>,
    /// For `custom_fields`.
    pub custom_fields: Vec<FieldRow>,
    /// For `ad_campaign_id`; `Err` = why they cannot be read, which is no obstacle: no store needs them.
    #[serde(serialize_with = "readable")]
    pub campaigns: Result<Vec<NamedRow>, Said>,
}

/// An entry that has only a name.
#[derive(Debug, Clone, Serialize)]
pub struct NamedRow {
    /// RO App's id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// A location.
#[derive(Debug, Clone, Serialize)]
pub struct LocationRow {
    /// RO App's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// An archived location accepts no work orders.
    pub archived: bool,
}

/// A status.
#[derive(Debug, Clone, Serialize)]
pub struct StatusRow {
    /// RO App's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is for (contract roapp 4.6).
    pub group: Option<i64>,
}

/// An employee.
#[derive(Debug, Clone, Serialize)]
pub struct EmployeeRow {
    /// RO App's id.
    pub id: i64,
    /// The employee's name.
    pub name: String,
    /// Inactive employees take no orders.
    pub active: bool,
}

/// A category of products.
#[derive(Debug, Clone, Serialize)]
pub struct CategoryRow {
    /// RO App's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The category it is in.
    pub parent: Option<i64>,
}

/// A custom field of work orders.
#[derive(Debug, Clone, Serialize)]
pub struct FieldRow {
    /// `f` and RO App's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it holds: `yes/no`, `text`, `choice`, `time`, `number` or `other`.
    pub kind: &'static str,
    /// Whether the form requires it, if RO App says so.
    pub required: Option<bool>,
}

/// What was read from an account.
#[derive(Debug)]
pub(in crate::admin) struct AccountLists {
    /// What every store needs.
    pub(in crate::admin) view: AccountView,
    /// Campaigns; `Err` = why they cannot be read.
    pub(in crate::admin) campaigns: Result<Vec<Campaign>, Said>,
}

impl Admin {
    /// The valid choices for a store's settings.
    ///
    /// # Errors
    /// [`AdminError::Faults`] when RO App does not answer.
    pub async fn choices(&self, account: &Account) -> Result<Choices, AdminError> {
        Ok(choices(self.account_lists(account).await?))
    }

    /// Reads the choices that an account offers, and saves the names.
    pub(in crate::admin) async fn account_lists(&self, account: &Account) -> Result<AccountLists, AdminError> {
        let roapp = self.clients.roapp(&self.pool, &self.keyring, account, Fence::open())?;
        let fault = |error| Faults::from(Fault::new("account", roapp_reason(&error)));
        let view = read_account(&roapp).await.map_err(fault)?;
        let campaigns = roapp.campaigns().await.map_err(|error| roapp_reason(&error));
        let mut names = view.names();
        names.extend(campaigns.iter().flatten().map(|row| Named::new(Kind::Campaign, row.id.get(), &row.name)));
        let mut tx = db::begin(&self.pool).await?;
        dictionary::keep(&mut tx, account.id, None, &names).await?;
        tx.commit().await?;
        Ok(AccountLists { view, campaigns })
    }
}

fn choices(AccountLists { view, campaigns }: AccountLists) -> Choices {
    let named = |id: i64, name: String| NamedRow { id, name };
    let locations = view.locations.into_iter();
    let statuses = view.statuses.into_iter();
    let employees = view.employees.into_iter();
    let categories = view.categories.into_iter();
    let fields = view.custom_fields.into_iter();
    Choices {
        locations: locations
            .map(|at| LocationRow { id: at.id.get(), name: at.name, archived: at.is_archived })
            .collect(),
        order_types: view.order_types.into_iter().map(|at| named(at.id.get(), at.name)).collect(),
        statuses: statuses.map(|at| StatusRow { id: at.id.get(), name: at.name, group: at.group }).collect(),
        employees: employees.map(|at| EmployeeRow { id: at.id.get(), name: at.name, active: at.is_active }).collect(),
        categories: categories
            .map(|at| CategoryRow { id: at.id.get(), name: at.title, parent: at.parent.map(Id::get) })
            .collect(),
        custom_fields: fields
            .map(|at| FieldRow {
                id: format!("f{}", at.id),
                name: at.title,
                kind: kind(at.kind),
                required: at.required,
            })
            .collect(),
        campaigns: campaigns.map(|rows| rows.into_iter().map(|at| named(at.id.get(), at.name)).collect()),
    }
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Boolean => "yes/no",
        FieldKind::Text => "text",
        FieldKind::Choice => "choice",
        FieldKind::Time => "time",
        FieldKind::Number => "number",
        FieldKind::Other => "other",
    }
}

fn readable<S: Serializer>(rows: &Result<Vec<NamedRow>, Said>, serializer: S) -> Result<S::Ok, S::Error> {
    rows.as_ref().ok().serialize(serializer)
}
