//! Why there is no page, or nothing was done, in the language of whoever asked.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{visit::locale, words::say};
use crate::{
    admin::{AdminError, DbError, Fault, Faults, Told},
    domain::{dictionary::Names, locale::Locale},
};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// Somebody has to sign in first; the page is then shown.
    #[error("not signed in")]
    NotSignedIn(String),
    /// There is no such page, or nothing of that id that this user can reach.
    #[error("no such page")]
    NotFound,
    /// The user may only look.
    #[error("the user may only look")]
    OnlyLook,
    /// The form is of another session, or of another site.
    #[error("the form is not from a page of this session")]
    OldForm,
    /// The form is longer than any of ours.
    #[error("the form is too long")]
    LongForm,
    /// The page would be sent unencrypted.
    #[error("the page would be sent unencrypted")]
    Unencrypted,
    /// Too many tries of passwords wait already.
    #[error("too many tries")]
    TooManyTries,
    /// It was not carried out.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// A template failed: a mistake in the program.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

/// An error on its way to [`show`], which knows the language.
#[derive(Clone)]
struct Unshown(Arc<PageError>);

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let Self::NotSignedIn(place) = &self {
            let next: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
            return Redirect::to(&format!("/sign-in?next={next}")).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Unshown(Arc::new(self)));
        response
    }
}

impl PageError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn(_) => StatusCode::SEE_OTHER,
            Self::NotFound | Self::Admin(AdminError::NotFound(_)) => StatusCode::NOT_FOUND,
            Self::OnlyLook | Self::OldForm | Self::Unencrypted => StatusCode::FORBIDDEN,
            Self::LongForm => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            Self::Admin(AdminError::Refused(_) | AdminError::Faults(_) | AdminError::Db(DbError::Taken { .. })) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Admin(AdminError::Db(error)) if error.is_away() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Admin(_) | Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::NotSignedIn(_) | Self::NotFound => "error-not-found",
            Self::OnlyLook => "error-only-look",
            Self::OldForm => "error-old-form",
            Self::LongForm => "error-long-form",
            Self::Unencrypted => "error-unencrypted",
            Self::TooManyTries => "error-too-many-tries",
            Self::Admin(AdminError::Db(DbError::Row { .. })) => "error-unreadable",
            Self::Admin(AdminError::Db(error)) if error.is_away() => "error-database",
            Self::Admin(
                AdminError::Refused(_)
                | AdminError::Faults(_)
                | AdminError::NotFound(_)
                | AdminError::Db(DbError::Taken { .. }),
            ) => "error-refused",
            Self::Admin(_) | Self::Template(_) => "error-internal",
        }
    }

    /// What the program says about it.
    fn sentences(&self, locale: Locale) -> Vec<String> {
        match self {
            Self::Admin(error) => sentences(error, locale),
            _ => Vec::new(),
        }
    }
}

/// What is wrong with a form, if that is it.
///
/// # Errors
/// The error, if it is another.
pub(super) fn faults_of(error: AdminError) -> Result<Faults, AdminError> {
    match error {
        AdminError::Faults(faults) => Ok(faults),
        AdminError::Db(DbError::Taken { key, why }) => Ok(Fault::new(key, why).into()),
        error => Err(error),
    }
}

/// What the program says about an error, in sentences.
pub(super) fn sentences(error: &AdminError, locale: Locale) -> Vec<String> {
    match error {
        AdminError::Faults(faults) => {
            faults.0.iter().map(|fault| Told::new(&fault.message, &Names::default()).on_page(locale)).collect()
        }
        AdminError::Refused(said) | AdminError::NotFound(said) | AdminError::Db(DbError::Taken { why: said, .. }) => {
            vec![Told::new(said, &Names::default()).on_page(locale)]
        }
        _ => Vec::new(),
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    locale: Locale,
    key: &'static str,
    sentences: Vec<String>,
}

impl Page {
    fn say(&self, key: &str) -> std::borrow::Cow<'static, str> {
        say(self.locale, key)
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Shows errors as pages.
pub(super) async fn show(request: Request, next: Next) -> Response {
    let locale = locale(request.headers());
    let mut response = next.run(request).await;
    let status = response.status();
    let page = match response.extensions_mut().remove::<Unshown>() {
        Some(Unshown(error)) => {
            if status.is_server_error() {
                tracing::warn!(error = &*error as &dyn std::error::Error, "a page could not be shown");
            }
            Page { locale, key: error.key(), sentences: error.sentences(locale) }
        }
        // What the router and the layers refuse comes without a page.
        None if status.is_client_error() && !is_page(&response) => {
            let key = if status == StatusCode::FORBIDDEN { "error-old-form" } else { "error-not-found" };
            Page { locale, key, sentences: Vec::new() }
        }
        None => return response,
    };
    let mut shown = match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    };
    shown.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    shown
}
