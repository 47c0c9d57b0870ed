//! Products of RO App: linked ones, and those that a search finds.

use std::time::Duration;

use crate::{
    db::{
        DbError,
        links::{self, LinkKind},
    },
    domain::{ids::ProductId, product::ProductWant, remote::ProductCard, store::ProductKeyKind},
    sync::{account::Account, outcome::Run},
};

impl Account<'_> {
    pub(in crate::sync) async fn linked_product(&self, key: &str) -> Result<Option<ProductId>, DbError> {
        Ok(links::find(&self.engine.pool, self.id, LinkKind::Product, key).await?.map(ProductId::new))
    }

    pub(in crate::sync) async fn search(&self, want: &ProductWant) -> Run<Vec<ProductCard>> {
        let ahead = match want.kind {
            ProductKeyKind::Sku => self.found_ahead(want).await?,
            ProductKeyKind::Code | ProductKeyKind::Barcode | ProductKeyKind::Title => None,
        };
        let roapp = self.roapp()?;
        let key = std::slice::from_ref(&want.key);
        let found = match want.kind {
            _ if let Some(ahead) = ahead => Ok(ahead),
            ProductKeyKind::Sku => roapp.products_by_article(key).await,
            ProductKeyKind::Code => roapp.products_by_text(&want.key).await,
            ProductKeyKind::Barcode => roapp.products_by_barcode(key).await,
            ProductKeyKind::Title => roapp.products_by_title(&want.key).await,
        };
        match found {
            Ok(mut cards) => {
                // One that was deleted may be listed still (contract roapp unknown 29).
                self.seen(|seen| cards.retain(|card| !seen.gone_products.has(&card.id)));
                Ok(cards)
            }
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }
}
