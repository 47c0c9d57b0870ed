//! Tests a store's settings against both sides: when a person sets a store up, all faults of both sides are reported at once; the
//! daemon watches for settings that no longer match.
//!
//! `look.rs` reads the choices of both sides, `shop.rs` compares with the store, `account.rs` with RO App, `fault.rs` holds the
//! faults, `matters.rs` the mismatches that the watch finds.

mod account;
mod fault;
mod fields;
mod look;
mod matters;
mod shop;

pub(crate) use self::{
    fault::meant,
    look::{roapp_reason, status_names},
    shop::rows as status_rows,
};
pub use self::{
    fault::{Fault, Faults},
    look::{AccountView, ShopView, read_account, read_shop},
    matters::{Matters, of_account, of_shop, owns},
};
use crate::{
    cartum::Cartum,
    domain::{
        said::{Said, Value},
        store::Settings,
    },
    roapp::{Campaign, RoApp},
};

/// What both sides showed about settings that match.
#[derive(Debug, Clone)]
pub struct Report {
    /// The store.
    pub shop: ShopView,
    /// The account.
    pub account: AccountView,
    /// What a person should know although it is not a fault.
    pub warnings: Vec<Fault>,
}

/// Tests settings against both sides at once. If one side does not answer, or cannot be asked, the other is still compared.
///
/// # Errors
/// With every fault of both sides; with none if one side could not be asked and the other has none.
pub async fn check(settings: &Settings, cartum: Option<&Cartum>, roapp: Option<&RoApp>) -> Result<Report, Faults> {
    let shop = async { Some(read_shop(cartum?).await) };
    let account = async { Some(read_options(settings, roapp?).await) };
    let (shop, account) = tokio::join!(shop, account);
    let mut findings = Findings::default();
    match &shop {
        Some(Ok(view)) => shop::compare(settings, view, &mut findings),
        Some(Err(fault)) => findings.faults.push(fault.clone()),
        None => {}
    }
    match &account {
        Some(Ok((view, campaigns))) => account::compare(settings, view, campaigns.as_deref(), &mut findings),
        Some(Err(fault)) => findings.faults.push(fault.clone()),
        None => {}
    }
    match (shop, account) {
        (Some(Ok(shop)), Some(Ok((account, _)))) if findings.faults.is_empty() => {
            Ok(Report { shop, account, warnings: findings.warnings })
        }
        _ => Err(Faults(findings.faults)),
    }
}

/// RO App's older paths no longer exist: the notice of the account.
pub const OLDER_API_ENDED: Said = Said::new("older-api-ended");

/// What RO App offers; campaigns only if the settings name one.
async fn read_options(settings: &Settings, roapp: &RoApp) -> Result<(AccountView, Option<Vec<Campaign>>), Fault> {
    let fault = |error| Fault::new("account", Said::new("roapp-unreadable").with("error", roapp_reason(&error)));
    let view = read_account(roapp).await.map_err(fault)?;
    let campaigns = match settings.ad_campaign_id {
        Some(_) if view.older_api => Some(roapp.campaigns().await.map_err(fault)?),
        _ => None,
    };
    Ok((view, campaigns))
}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings {
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl Findings {
    fn refuse(&mut self, key: impl Into<String>, message: Said) {
        self.faults.push(Fault::new(key, message));
    }

    fn warn(&mut self, key: impl Into<String>, message: Said) {
        self.warnings.push(Fault::new(key, message));
    }
}

/// The valid choices: at most twenty ids with their names.
fn choices<'a>(rows: impl IntoIterator<Item = (i64, &'a str)>) -> Said {
    const SHOWN: usize = 20;
    let rows: Vec<_> = rows.into_iter().map(|(id, name)| format!("{id} {name}").trim_end().to_owned()).collect();
    let shown: Value = rows.iter().take(SHOWN).map(String::as_str).collect();
    match rows.len() {
        0 => Said::new("choose-none"),
        count if count > SHOWN => Said::new("choose-and-more").with("choices", shown).with("more", count - SHOWN),
        _ => Said::new("choose").with("choices", shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_twenty_choices_are_listed() {
        let text = choices((1..=23).map(|id| (id, "x"))).to_string();
        assert!(text.starts_with("choose from 1 x, 2 x,") && text.ends_with("20 x and 3 more"), "{text}");
        assert_eq!(choices([(7, "")]).to_string(), "choose from 7");
        assert_eq!(choices([]).to_string(), "none available");
    }
}
