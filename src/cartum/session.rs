//! The token: one for each process, obtained by one login at a time, renewed before it expires (contract cartum 3).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    client::Cartum,
    envelope::{Reply, word},
    error::{CartumError, DecodeError},
    fields,
};
use crate::{http::Fence, secrets::Secret};

/// A token is valid for 600 s; it is renewed after 540 s.
pub(super) const TOKEN_LIFE: Duration = Duration::from_mins(9);
/// The function that issues tokens.
pub(super) const AUTH: &str = "auth";

/// The present token, if any.
#[derive(Debug, Default)]
pub(super) struct Session(Option<Token>);

#[derive(Debug)]
struct Token {
    text: Secret,
    /// The time before the login was sent, so that the token is at most this old.
    since: Instant,
}

impl Session {
    /// The token, unless it is `life` or older at `now`.
    pub(super) fn token(&self, now: Instant, life: Duration) -> Option<Secret> {
        let token = self.0.as_ref()?;
        (now.duration_since(token.since) < life).then(|| token.text.clone())
    }

    /// Drops the token: the store no longer accepts it.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }

    fn keep(&mut self, text: Secret, since: Instant) {
        self.0 = Some(Token { text, since });
    }
}

impl Cartum {
    /// Logs in and keeps the token.
    pub(super) async fn log_in(&self, session: &mut Session) -> Result<Secret, CartumError> {
        session.forget();
        let since = Instant::now();
        let body = json!({"login": self.login, "password": self.password.expose()});
        let reply = self.post(AUTH, body, None, &Fence::open(), None).await?;
        let token = self.token_of(reply)?;
        session.keep(token.clone(), since);
        Ok(token)
    }

    fn token_of(&self, reply: Reply) -> Result<Secret, CartumError> {
        if reply.word == word::OK {
            return match fields::get(&reply.value(), "token").and_then(Value::as_str) {
                Some(token) => Ok(Secret::new(token.to_owned())),
                None => Err(CartumError::Contract {
                    host: self.host.clone(),
                    function: AUTH,
                    place: "response",
                    source: DecodeError::new("token", "a text", "something else"),
                }),
            };
        }
        if reply.word == word::ERROR || reply.refuses_token() {
            let is_email = self.login.contains('@');
            return Err(CartumError::LoginRefused { host: self.host.clone(), message: reply.said(), is_email });
        }
        Err(reply.failure())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_at_540_seconds_and_not_before() {
        let mut session = Session::default();
        let start = Instant::now();
        assert!(session.token(start, TOKEN_LIFE).is_none());
        session.keep(Secret::new("t".to_owned()), start);
        assert!(session.token(start + Duration::from_secs(539), TOKEN_LIFE).is_some());
        assert!(session.token(start + Duration::from_mins(9), TOKEN_LIFE).is_none());
        session.forget();
        assert!(session.token(start, TOKEN_LIFE).is_none());
    }
}
