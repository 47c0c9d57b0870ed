//! Tokens: 32 hexadecimal digits, valid for a fixed time (contract cartum 3).

use std::{collections::HashMap, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::time::Instant;

use super::{
    quirks::{CartumQuirks, DeadToken},
    reply::Reply,
};

/// All tokens ever given out.
#[derive(Debug)]
pub(super) struct Tokens {
    rng: StdRng,
    life: Duration,
    given: HashMap<String, Token>,
}

#[derive(Debug)]
struct Token {
    dies_at: Instant,
    calls: u32,
    killed: bool,
}

impl Tokens {
    pub(super) fn new(seed: u64, life: Duration) -> Self {
        Self { rng: StdRng::seed_from_u64(seed ^ 0x746F_6B65_6E73), life, given: HashMap::new() }
    }

    /// Gives out a new token.
    pub(super) fn give(&mut self, quirks: &CartumQuirks) -> String {
        if quirks.one_token {
            self.kill();
        }
        let token = format!("{:032x}", self.rng.random::<u128>());
        let life = quirks.token_life.map_or(self.life, |life| life.min(self.life));
        self.given.insert(token.clone(), Token { dies_at: Instant::now() + life, calls: 0, killed: false });
        token
    }

    /// Invalidates every token given out so far.
    pub(super) fn kill(&mut self) {
        self.given.values_mut().for_each(|token| token.killed = true);
    }

    /// Counts a call with this token.
    ///
    /// # Errors
    /// The refusal, when the token is missing, unknown or dead.
    pub(super) fn check(&mut self, sent: Option<&str>, quirks: &CartumQuirks) -> Result<(), Reply> {
        let Some(sent) = sent.filter(|sent| !sent.is_empty()) else {
            return Err(Reply::refusal("AUTHORIZATION_ERROR", "Auth required.\n"));
        };
        let Some(token) = self.given.get_mut(sent) else {
            return Err(Reply::refusal("UNAUTHORIZED", "Invalid token"));
        };
        let used_up = quirks.token_calls.is_some_and(|calls| token.calls >= calls);
        if token.killed || used_up || Instant::now() >= token.dies_at {
            return Err(dead(quirks.dead_token));
        }
        token.calls += 1;
        Ok(())
    }
}

fn dead(shape: DeadToken) -> Reply {
    match shape {
        DeadToken::Unauthorized => Reply::refusal("UNAUTHORIZED", "Invalid token"),
        DeadToken::Http401 => Reply::bare(401),
        DeadToken::AuthorizationError => Reply::refusal("AUTHORIZATION_ERROR", "Auth required.\n"),
        DeadToken::AuthError => Reply::refusal("AUTH_ERROR", "Please log in"),
        DeadToken::Error => Reply::error("Token expired"),
        DeadToken::ErrorUkrainian => Reply::error("Помилка авторизації"),
        DeadToken::HttpError => Reply::http_error(403, "Authentication needed"),
    }
}
