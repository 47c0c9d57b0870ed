//! The data of a sandbox account before its first call.

use rust_decimal::Decimal;

use super::data::{Person, Phone, Product};

/// People and products that exist already; empty by default.
#[derive(Debug, Clone, Default)]
pub struct RoAppSeed {
    /// Clients.
    pub people: Vec<SeedPerson>,
    /// Catalogue.
    pub products: Vec<SeedProduct>,
}

/// An existing client, stored as typed.
#[derive(Debug, Clone, Default)]
pub struct SeedPerson {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Phones in any spelling.
    pub phones: Vec<String>,
    /// E-mail; may be empty.
    pub email: String,
}

impl SeedPerson {
    pub(super) fn into_person(self) -> Person {
        let phones = self.phones.into_iter().map(|phone| Phone { phone, ..Phone::default() }).collect();
        Person {
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phones,
            ..Person::default()
        }
    }
}

/// An existing catalogue entry.
#[derive(Debug, Clone, Default)]
pub struct SeedProduct {
    /// Title.
    pub title: String,
    /// Article, the SKU.
    pub article: String,
    /// Code.
    pub code: String,
    /// Barcodes.
    pub barcodes: Vec<String>,
    /// Category, 5 or 6.
    pub category_id: i64,
    /// Purchase cost.
    pub cost: Decimal,
}

impl SeedProduct {
    pub(super) fn into_product(self) -> Product {
        Product {
            title: self.title,
            article: self.article,
            code: self.code,
            barcodes: self.barcodes,
            category_id: self.category_id,
            cost: self.cost,
            uom_id: 1,
            ..Product::default()
        }
    }
}
