//! Calls one function of a store: one call at a time, paced, with a valid token, and again after a brief failure of the store.

use std::{
    hash::{DefaultHasher, Hash, Hasher, RandomState},
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable};
use chrono::TimeDelta;
use chrono_tz::Tz;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::{
    catalogue::EXPORT,
    envelope::{AnswerPrint, Call, Reply},
    error::{CartumError, Trouble},
    lists::STATUSES,
    orders::ORDERS_GET,
    session::{AUTH, Session, TOKEN_LIFE},
};
use crate::{
    domain::moment::milliseconds,
    http::{Fence, Http, Pace, Request, Urgency},
    json,
    secrets::Secret,
};

/// A call is tried three times in all before its caller gets the error.
const RETRIES: usize = 2;
/// The first pause before a retry, in gaps; it doubles each time and is extended by a random part.
const FIRST_PAUSE: u32 = 2;
/// If a store asks for a longer wait, the caller gets the error.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Functions that change nothing in the store, although every call is a POST.
const READING: [&str; 4] = [AUTH, ORDERS_GET, EXPORT, STATUSES];

/// What to do about an answer that is too large or cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// Repeat the same call: the answer may have been cut off.
    Again,
    /// Return the error: the caller requests less.
    Less,
    /// Return the error, as for `Less`, because the call asks for less already: a failure that may concern a single order is
    /// not repeated either.
    Piece,
}

impl TooMuch {
    fn asks_again(self, error: &CartumError) -> bool {
        match self {
            Self::Again => true,
            Self::Less => error.too_much().is_none(),
            Self::Piece => error.too_much().is_none() && !error.may_be_of_one(),
        }
    }
}

/// How a store is called.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The time from the first byte sent to the last byte read; the contract advises 20 to 60 s.
    pub request_timeout: Duration,
    /// Shortest time between two calls; the contract advises 1 s. Pauses before a retry are multiples of it.
    pub min_gap: Duration,
}

/// A store's API. One for each store and process: it holds the single token and lets one call out at a time.
#[derive(Debug)]
pub struct Cartum {
    http: Http,
    site: Url,
    pub(super) host: String,
    pub(super) login: String,
    pub(super) password: Secret,
    options: Options,
    pub(super) zone: Tz,
    pace: Pace,
    session: Mutex<Session>,
    prints: RandomState,
    pub(super) token_life: Duration,
}

impl Cartum {
    /// `site` is the store's scheme and host; a path in it is ignored. `login` is the admin's user name.
    #[must_use]
    pub fn new(http: Http, site: Url, login: String, password: Secret, options: Options) -> Self {
        let name = site.host_str().unwrap_or_default();
        let host = site.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        let pace = Pace::local(options.min_gap);
        let (session, prints) = (Mutex::new(Session::default()), RandomState::new());
        Self {
            http,
            site,
            host,
            login,
            password,
            options,
            zone: Tz::UTC,
            pace,
            session,
            prints,
            token_life: TOKEN_LIFE,
        }
    }

    /// Sets the zone of the store's clock, for times that name an offset of their own; UTC if it is not known yet.
    #[must_use]
    pub fn in_zone(self, zone: Tz) -> Self {
        Self { zone, ..self }
    }

    /// Tries the credentials with a fresh login, once and without retries, because a person is waiting.
    ///
    /// # Errors
    /// [`CartumError::LoginRefused`], or whatever kept the login from being tried.
    pub async fn sign_in(&self) -> Result<(), CartumError> {
        let mut session = self.session.lock().await;
        self.log_in(&mut session).await?;
        Ok(())
    }

    /// How far the store's clock is ahead of ours, if the difference is worth a notice, see [`Http::clock_off`].
    #[must_use]
    pub fn clock_off(&self) -> Option<TimeDelta> {
        self.http.clock_off(&self.site)
    }

    /// Calls a function that reads. Transport faults, 429, 5xx and answers without JSON are retried here; an answer that is too
    /// much is retried only if the caller cannot ask for less.
    pub(super) async fn call(
        &self,
        function: &'static str,
        params: &Value,
        too_much: TooMuch,
    ) -> Result<Reply, CartumError> {
        self.call_unless(function, params, too_much, None).await
    }

    /// The same; if it is the answer that is known, its body is not read.
    pub(super) async fn call_unless(
        &self,
        function: &'static str,
        params: &Value,
        too_much: TooMuch,
        known: Option<AnswerPrint>,
    ) -> Result<Reply, CartumError> {
        let host_seed = {
            let mut hasher = DefaultHasher::new();
            self.host.hash(&mut hasher);
            hasher.finish()
        };
        let pauses = ExponentialBuilder::new()
            .with_min_delay(self.options.min_gap * FIRST_PAUSE)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(RETRIES)
            .with_jitter()
            .with_jitter_seed(host_seed);
        // Any process may read, with or without the lease.
        let open = Fence::open();
        (|| self.call_with_token(function, params, &open, known))
            .retry(pauses)
            .when(|error| error.passes_soon() && too_much.asks_again(error))
            .adjust(|error, pause| {
                let wait = error.retry_after().unwrap_or_default();
                pause.filter(|_| wait <= LONGEST_WAIT).map(|pause| pause.max(wait))
            })
            .notify(|error, pause| tracing::debug!(host = self.host, function, %error, pause_ms = milliseconds(pause), "retrying"))
            .await
    }

    /// One call of a function that changes something, which needs the fence of the lease.
    pub(super) async fn call_once(
        &self,
        function: &'static str,
        params: &Value,
        fence: &Fence,
    ) -> Result<Reply, CartumError> {
        self.call_with_token(function, params, fence, None).await
    }

    /// One call by the rule of contract cartum 2.5: a refused token is renewed once and the call repeated once.
    async fn call_with_token(
        &self,
        function: &'static str,
        params: &Value,
        fence: &Fence,
        known: Option<AnswerPrint>,
    ) -> Result<Reply, CartumError> {
        let mut session = self.session.lock().await;
        let token = match session.token(Instant::now(), self.token_life) {
            Some(token) => token,
            None => self.log_in(&mut session).await?,
        };
        let reply = self.post(function, params.clone(), Some(&token), fence, known).await?;
        if !reply.refuses_token() {
            return Ok(reply);
        }
        let token = self.log_in(&mut session).await?;
        let reply = self.post(function, params.clone(), Some(&token), fence, known).await?;
        if !reply.refuses_token() {
            return Ok(reply);
        }
        session.forget();
        Err(CartumError::Temporary {
            host: self.host.clone(),
            function,
            trouble: Trouble::TokenRefused { message: reply.said() },
            retry_after: None,
        })
    }

    /// Sends one POST, if the lease outlives it (invariant 4). The caller holds the session, so that calls run one after
    /// another.
    #[tracing::instrument(name = "cartum.request", skip_all, fields(host = self.host, function))]
    pub(super) async fn post(
        &self,
        function: &'static str,
        mut body: Value,
        token: Option<&Secret>,
        fence: &Fence,
        known: Option<AnswerPrint>,
    ) -> Result<Reply, CartumError> {
        if let (Value::Object(params), Some(token)) = (&mut body, token) {
            params.insert("token".to_owned(), json!(token.expose()));
        }
        let url = self.address(function);
        let request = Request {
            method: Method::POST,
            reads: READING.contains(&function),
            url: url.clone(),
            bearer: None,
            body: Some(body),
            timeout: self.options.request_timeout,
        };
        self.pace.wait(Urgency::default()).await?;
        fence.check(self.options.request_timeout)?;
        let answer = self.http.send(request).await.map_err(|source| CartumError::Send { function, source })?;
        let secrets = [token.cloned().unwrap_or_else(|| Secret::new(String::new())), self.password.clone()];
        let call = Call { host: self.host.clone(), url, function, secrets, prints: self.prints.clone(), known };
        json::off_runtime(answer.body.len(), move || call.sort(answer)).await
    }

    /// `/api/{function}/`, always with the trailing slash: without it, a store may redirect.
    fn address(&self, function: &str) -> Url {
        let mut url = self.site.clone();
        url.set_path(&format!("/api/{function}/"));
        url.set_query(None);
        url.set_fragment(None);
        url
    }
}
