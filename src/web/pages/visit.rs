//! Who requests a page, and in which language: what handlers take, and every template shows.

use std::{
    borrow::{Borrow, Cow},
    fmt,
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, Uri, header, request::Parts},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use fluent_bundle::FluentValue;
use sha2::{Digest, Sha256};

use super::{
    DemoPlaces, Pages,
    error::PageError,
    exposure::Origin,
    words::{self, say, say_with},
};
use crate::{
    admin::{self, ConflictRow, Told, User},
    domain::{
        locale::Locale,
        user::{Reach, Role},
    },
};

/// The cookie of a session.
pub(in crate::web) const SESSION: &str = "session";
/// The cookie of a browser that has none yet: what its forms are bound to.
pub(super) const GUEST: &str = "guest";
/// The cookie of a browser in which somebody signed in before.
pub(super) const DEVICE: &str = "device";
/// The cookie of the language that a person chose.
pub(super) const LANGUAGE: &str = "language";

/// One request for a page. It has no `Debug`: cookies and forms hold secrets.
#[derive(Clone)]
pub(super) struct Visit {
    /// The language of the page.
    pub(super) locale: Locale,
    /// Who is signed in.
    pub(super) user: Option<User>,
    /// What every form of the page sends along.
    pub(super) form_token: String,
    /// Where the page is, with its query.
    pub(super) place: String,
    /// When it was requested.
    pub(super) now: DateTime<Utc>,
    /// What the last request did: a key of the words, with a count.
    told: Option<(String, i64)>,
    pub(super) cookies: CookieJar,
    pub(super) origin: Origin,
    /// What the browser calls this server.
    pub(super) host: String,
    /// Where the shop and the RO App of a demo can be watched.
    pub(super) demo: Option<DemoPlaces>,
}

impl Visit {
    /// Who requests it, as its cookies show.
    pub(super) async fn new(parts: &Parts, pages: &Pages) -> Result<Self, PageError> {
        let cookies = CookieJar::from_headers(&parts.headers);
        let value = |name: &str| cookies.get(name).map(|cookie| cookie.value().to_owned());
        let session = value(SESSION);
        let user = match &session {
            Some(token) => admin::session_user(pages.pool(), token).await?,
            None => None,
        };
        let bound_to = session.filter(|_| user.is_some()).or_else(|| value(GUEST)).unwrap_or_default();
        Ok(Self {
            locale: locale(&parts.headers),
            user,
            form_token: form_token(&bound_to),
            place: match parts.uri.path_and_query() {
                Some(place) if parts.method == Method::GET => place.to_string(),
                _ => "/".to_owned(),
            },
            now: pages.now(),
            told: told(&parts.uri),
            cookies,
            demo: pages.demo().cloned(),
            host: parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned(),
            origin: parts.extensions.get::<Origin>().copied().unwrap_or_default(),
        })
    }

    /// The message of a key.
    pub(super) fn say(&self, key: impl AsRef<str>) -> Cow<'static, str> {
        say(self.locale, key.as_ref())
    }

    /// The message of a key with one value.
    pub(super) fn with(&self, key: &str, name: &str, value: impl fmt::Display) -> Cow<'static, str> {
        say_with(self.locale, key, &[(name, FluentValue::from(value.to_string()))])
    }

    /// The message of a key with several values.
    pub(super) fn with_all(&self, key: &str, values: &[(&str, &str)]) -> Cow<'static, str> {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        say_with(self.locale, key, &values)
    }

    /// The message of a key with `$count`, which may choose by it.
    pub(super) fn count(&self, key: &str, count: impl Count) -> Cow<'static, str> {
        let count = count.count();
        let shown = self.locale.number(count);
        say_with(self.locale, key, &[("count", FluentValue::from(count)), ("shown", FluentValue::from(shown))])
    }

    /// A whole number.
    pub(super) fn number(&self, number: impl Count) -> String {
        self.locale.number(number.count())
    }

    /// An amount that a peer wrote as a number.
    pub(super) fn amount(&self, text: impl AsRef<str>) -> String {
        let text = text.as_ref();
        text.parse().map_or_else(|_| text.to_owned(), |amount| self.locale.money(amount, ""))
    }

    /// What the last request did, in words.
    pub(super) fn told(&self) -> Option<Cow<'static, str>> {
        let (key, count) = self.told.as_ref()?;
        let shown = self.locale.number(*count);
        words::find(
            self.locale,
            &format!("told-{key}"),
            &[("count", FluentValue::from(*count)), ("shown", FluentValue::from(shown))],
        )
    }

    /// A message of the program.
    pub(super) fn sentence(&self, told: &Told) -> String {
        capitalised(&told.on_page(self.locale))
    }

    /// A point in time, as a clock in the zone shows it.
    pub(super) fn at(&self, at: impl Borrow<DateTime<Utc>>, zone: impl Borrow<Tz>) -> String {
        self.locale.near(*at.borrow(), self.now, *zone.borrow())
    }

    /// A moment of a store, in its zone.
    pub(super) fn moment(&self, at: impl Borrow<NaiveDateTime>) -> String {
        self.locale.moment(*at.borrow())
    }

    /// Which part of an order both sides have differently, and what each has.
    pub(super) fn sides(&self, conflict: &ConflictRow) -> [String; 3] {
        [&conflict.what, &conflict.store, &conflict.roapp].map(|words| words.on_page(self.locale))
    }

    /// How long ago something was.
    pub(super) fn ago(&self, at: impl Borrow<DateTime<Utc>>) -> Cow<'static, str> {
        let minutes = (self.now - *at.borrow()).num_minutes().max(0);
        match minutes {
            0 => self.say("ago-now"),
            1..60 => self.count("ago-minutes", minutes),
            60..2_880 => self.count("ago-hours", minutes / 60),
            _ => self.count("ago-days", minutes / 1_440),
        }
    }

    /// A length of time, to the minute.
    pub(super) fn span(&self, time: TimeDelta) -> String {
        let (hours, minutes) = (time.num_hours(), time.num_minutes() % 60);
        match (hours, minutes) {
            (0, 0) => self.say("span-less").into_owned(),
            (0, minutes) => self.with("span-minutes", "minutes", minutes).into_owned(),
            (hours, minutes) => {
                let (hours, minutes) = (self.locale.number(hours), minutes.to_string());
                self.with_all("span-hours", &[("hours", &hours), ("minutes", &minutes)]).into_owned()
            }
        }
    }

    /// Whether this user may change anything.
    pub(super) fn is_admin(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.role == Role::Admin)
    }

    /// Whether this user reaches every account, and may change things.
    pub(super) fn is_over_all(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.role == Role::Admin && user.reach == Reach::Every)
    }

    /// Whether the page is below this place.
    pub(super) fn is_at(&self, place: &str) -> bool {
        self.place.starts_with(place)
    }

    /// Where the page is, without what the last request did.
    pub(super) fn plain_place(&self) -> String {
        let Some((path, query)) = self.place.split_once('?') else { return self.place.clone() };
        let kept: Vec<_> =
            query.split('&').filter(|part| !part.starts_with("told=") && !part.starts_with("n=")).collect();
        if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name).map(|cookie| cookie.value().to_owned())
    }
}

impl FromRequestParts<Pages> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, PageError> {
        Self::new(parts, pages).await
    }
}

/// A count, however a template passes it.
pub(super) trait Count {
    fn count(self) -> i64;
}

impl Count for i64 {
    fn count(self) -> i64 {
        self
    }
}

impl Count for u64 {
    fn count(self) -> i64 {
        i64::try_from(self).unwrap_or(i64::MAX)
    }
}

impl Count for usize {
    fn count(self) -> i64 {
        i64::try_from(self).unwrap_or(i64::MAX)
    }
}

impl<C: Count + Copy> Count for &C {
    fn count(self) -> i64 {
        (*self).count()
    }
}

/// The language that a person chose, else the browser's.
pub(super) fn locale(headers: &HeaderMap) -> Locale {
    let chosen = CookieJar::from_headers(headers).get(LANGUAGE).and_then(|cookie| Locale::of(cookie.value()));
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    chosen.unwrap_or_else(|| Locale::accepted(text(header::ACCEPT_LANGUAGE)))
}

/// What a form is bound to is a secret of the browser; who does not know it cannot make a form that is taken.
pub(super) fn form_token(bound_to: &str) -> String {
    if bound_to.is_empty() {
        return String::new();
    }
    let digest = Sha256::new().chain_update("form of a page").chain_update(bound_to).finalize();
    crate::secrets::hex(&digest)
}

/// `?told=paused&n=3`, where a form was carried out.
fn told(uri: &Uri) -> Option<(String, i64)> {
    let pairs = || url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let value = |wanted: &str| pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    Some((value("told")?, value("n").and_then(|count| count.parse().ok()).unwrap_or_default()))
}

/// Sentences of the program begin with a small letter, since other sentences contain them.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A request by somebody who is signed in.
pub(super) struct SignedIn {
    pub(super) visit: Visit,
    pub(super) user: User,
}

impl FromRequestParts<Pages> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, PageError> {
        let visit = Visit::new(parts, pages).await?;
        let place = visit.place.clone();
        let user = visit.user.clone().ok_or(PageError::NotSignedIn(place))?;
        Ok(Self { visit, user })
    }
}
