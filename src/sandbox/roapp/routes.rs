//! The table of calls: their paths, what they accept, and their handlers.

use axum::http::Method;

use super::{
    answer::Answer,
    ask::{Ask, Param},
    check::Field,
    dictionaries, items, orders, people, products,
};

type Run = fn(&mut Ask<'_>) -> Answer;

/// A call of the contract.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) template: &'static str,
    pub(super) params: &'static [Param],
    /// The keys of the body; `None` = no body. A PATCH requires none of them.
    pub(super) fields: Option<&'static [Field]>,
    pub(super) run: Run,
}

/// What a method and a path match.
#[derive(Debug)]
pub(super) enum Found {
    Route(&'static Route, Vec<i64>),
    OtherMethod(&'static str),
    Unknown,
}

pub(super) fn find(method: &Method, path: &str) -> Found {
    let mut other = Found::Unknown;
    for route in ROUTES {
        let Some(ids) = ids(route.template, path) else { continue };
        if route.method == *method {
            return Found::Route(route, ids);
        }
        other = Found::OtherMethod(route.template);
    }
    other
}

/// The ids in a path, if it matches the template.
fn ids(template: &str, path: &str) -> Option<Vec<i64>> {
    let mut ids = Vec::new();
    let mut given = path.split('/');
    for segment in template.split('/') {
        let given = given.next()?;
        if segment.starts_with('{') {
            ids.push(given.parse().ok()?);
        } else if segment != given {
            return None;
        }
    }
    given.next().is_none().then_some(ids)
}

const fn get(template: &'static str, params: &'static [Param], run: Run) -> Route {
    Route { method: Method::GET, template, params, fields: None, run }
}

const fn delete(template: &'static str, run: Run) -> Route {
    Route { method: Method::DELETE, template, params: &[], fields: None, run }
}

const fn write(method: Method, template: &'static str, fields: &'static [Field], run: Run) -> Route {
    Route { method, template, params: &[], fields: Some(fields), run }
}

static ROUTES: &[Route] = &[
    get("/v2/orders", orders::LIST, orders::list),
    write(Method::POST, "/v2/orders", orders::FIELDS, orders::create),
    get("/v2/orders/{id}", &[], orders::get),
    write(Method::PATCH, "/v2/orders/{id}", orders::FIELDS, orders::change),
    delete("/v2/orders/{id}", orders::delete),
    write(Method::POST, "/v2/orders/{id}/status", orders::STATUS, orders::set_status),
    write(Method::POST, "/v2/orders/{id}/comments", orders::COMMENT, orders::comment),
    get("/v2/orders/{id}/items", &[], items::list),
    write(Method::POST, "/v2/orders/{id}/items", items::CREATE, items::create),
    write(Method::PATCH, "/v2/orders/{id}/items/{item_id}", items::CHANGE, items::change),
    delete("/v2/orders/{id}/items/{item_id}", items::delete),
    get("/v2/orders/statuses", &[], dictionaries::statuses),
    get("/v2/orders/types", &[], dictionaries::order_types),
    get("/v2/orders/custom-fields", &[], dictionaries::order_fields),
    get("/v2/contacts/people", people::LIST, people::list),
    write(Method::POST, "/v2/contacts/people", people::FIELDS, people::create),
    get("/v2/contacts/people/custom-fields", &[], dictionaries::people_fields),
    get("/v2/contacts/people/{id}", &[], people::get),
    write(Method::PATCH, "/v2/contacts/people/{id}", people::FIELDS, people::change),
    delete("/v2/contacts/people/{id}", people::delete),
    get("/v2/company", &[], dictionaries::company),
    get("/v2/company/locations", dictionaries::LOCATIONS, dictionaries::locations),
    get("/v2/company/employees", dictionaries::EMPLOYEES, dictionaries::employees),
    get("/v2/catalog/products", products::CATALOG, products::catalog),
    get("/v2/catalog/products/categories", dictionaries::PAGED, dictionaries::catalog_categories),
    get("/v2/catalog/products/{id}", &[], products::catalog_get),
    get("/products/", products::LIST, products::list),
    write(Method::POST, "/products/", products::CREATE, products::create),
    get("/products/{id}", &[], products::get),
    write(Method::PUT, "/products/{id}", products::CHANGE, products::change),
    get("/warehouse/", dictionaries::WAREHOUSES, dictionaries::warehouses),
    get("/warehouse/categories/", dictionaries::PAGED, dictionaries::warehouse_categories),
    get("/catalogs/uoms", dictionaries::PAGED, dictionaries::uoms),
    get("/margins/", dictionaries::PAGED, dictionaries::margins),
    get("/marketing/campaigns/", dictionaries::PAGED, dictionaries::campaigns),
];
