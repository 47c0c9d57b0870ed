//! What of the products RO App has, by each key that could be chosen.

use super::{ImportError, MOST_PAGES, Sides};
use crate::{
    domain::{
        rehearsal::{ProductsFound, Shelf},
        store::ProductKeyKind,
    },
    roapp::RoApp,
};

/// Products that are searched for one by one, at most, where the catalogue is too long to be read.
const MOST_SEARCHED: usize = 100;

/// Looks for what is wanted: in the whole catalogue where that is not too long, else by searching for what most lines want.
pub(super) async fn find(sides: &Sides<'_>, shelf: &mut Shelf) -> Result<ProductsFound, ImportError> {
    let wanted = u64::try_from(shelf.len()).unwrap_or(u64::MAX);
    if !shelf.is_empty() {
        let (first, pages) = sides.roapp.products_page(1).await?;
        if let Some(pages) = pages.filter(|pages| *pages <= MOST_PAGES) {
            shelf.see_all(&first);
            for page in 2..=pages {
                sides.did(page, Some(pages));
                shelf.see_all(&sides.roapp.products_page(page).await?.0);
            }
        } else {
            search(sides, shelf).await?;
        }
    }
    Ok(ProductsFound { wanted, compared: shelf.compared(), rates: shelf.rates() })
}

async fn search(sides: &Sides<'_>, shelf: &mut Shelf) -> Result<(), ImportError> {
    shelf.keep_most_wanted(MOST_SEARCHED);
    let roapp: &RoApp = sides.roapp;
    let mut found = roapp.products_by_article(&shelf.keys(ProductKeyKind::Sku)).await?;
    found.extend(roapp.products_by_barcode(&shelf.keys(ProductKeyKind::Barcode)).await?);
    let (codes, titles) = (shelf.keys(ProductKeyKind::Code), shelf.keys(ProductKeyKind::Title));
    let all = u64::try_from(codes.len() + titles.len()).unwrap_or(u64::MAX);
    for (done, code) in (1..).zip(&codes) {
        found.extend(roapp.products_by_text(code).await?);
        sides.did(done, Some(all));
    }
    for (done, title) in (1 + u64::try_from(codes.len()).unwrap_or_default()..).zip(&titles) {
        found.extend(roapp.products_by_title(title).await?);
        sides.did(done, Some(all));
    }
    shelf.see_all(&found);
    Ok(())
}
