//! Forms: taken from our own pages only, by whoever may change things.

use axum::extract::{FromRequest, Request};
use sha2::{Digest, Sha256};

use super::{
    Pages,
    error::PageError,
    visit::{SESSION, Visit},
};
use crate::{
    admin::{AdminError, By, Fault, Faults, Store, User, settings_json},
    domain::{said::Said, user::Role},
    secrets::{Secret, hex},
};

/// The field of a form that shows that it is from one of our pages.
const TOKEN: &str = "form_token";
/// The field of a form that shows which settings it was made from.
const VERSION: &str = "version";
/// The longest form, in bytes.
const MAX_FORM: usize = 256 << 10;

/// A form that was sent from one of our pages.
pub(super) struct Posted {
    pub(super) visit: Visit,
    pub(super) fields: Fields,
}

impl FromRequest<Pages> for Posted {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let visit = Visit::new(&parts, pages).await?;
        let body = axum::body::to_bytes(body, MAX_FORM).await.map_err(|_| PageError::LongForm)?;
        let fields = Fields(url::form_urlencoded::parse(&body).into_owned().collect());
        if visit.form_token.is_empty() || fields.get(TOKEN) != visit.form_token {
            return Err(if visit.user.is_some() || visit.cookie(SESSION).is_none() {
                PageError::OldForm
            } else {
                PageError::NotSignedIn("/".to_owned())
            });
        }
        Ok(Self { visit, fields })
    }
}

/// A form that was sent by somebody who may change things.
pub(super) struct Change {
    pub(super) visit: Visit,
    pub(super) user: User,
    pub(super) fields: Fields,
}

impl Change {
    /// Who changes something.
    pub(super) fn by(&self) -> By {
        By::User(self.user.name.clone())
    }
}

impl FromRequest<Pages> for Change {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, PageError> {
        let Posted { visit, fields } = Posted::from_request(request, pages).await?;
        let user = visit.user.clone().ok_or_else(|| PageError::NotSignedIn("/".to_owned()))?;
        if user.role != Role::Admin {
            return Err(PageError::OnlyLook);
        }
        Ok(Self { visit, user, fields })
    }
}

/// The settings that a form shows, in short: another value means that somebody changed them since.
pub(super) fn version(store: &Store) -> String {
    hex(&Sha256::digest(settings_json(&store.account_name, &store.settings).to_string())[..8])
}

/// What was typed into a form.
#[derive(Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Refuses a form that was made from other settings than those of now, so that nobody overwrites what they never saw.
    pub(super) fn check_version(&self, store: &Store) -> Result<(), AdminError> {
        if self.get(VERSION) == version(store) {
            return Ok(());
        }
        Err(Faults::from(Fault::new("", Said::new("settings-changed-meanwhile"))).into())
    }

    /// The value of a field; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field, such as the boxes that are ticked.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Nothing was typed yet.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// A key, without the blanks that come along when it is copied.
    pub(super) fn trimmed_secret(&self, name: &str) -> Secret {
        Secret::new(self.get(name).trim().to_owned())
    }

    /// Adds a value.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// A password, exactly as it was typed.
    pub(super) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.get(name).to_owned())
    }

    /// All but what the form says of itself.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| name != TOKEN && name != VERSION)
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
