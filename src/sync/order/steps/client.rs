//! The client of a work order: it is changed to the right buyer when a person decided so, never automatically (invariant 6).

use std::time::Duration;

use crate::{
    domain::{
        ids::PersonId,
        plan::{Sent, Step},
        said::Said,
    },
    http::Verdict,
    roapp::OrderChange,
    sync::{
        account::Account,
        order::{Order, steps::work_order},
        outcome::{Outcome, Run},
    },
};

impl Order {
    /// Finds or makes the buyer's person, another one than the client that a person decided against, and gives it the work order.
    pub(in crate::sync::order) async fn give_to_buyer(&mut self, account: &Account<'_>, step: &Step) -> Run {
        let order = work_order(self)?;
        let before = self.head.as_ref().and_then(|head| head.client);
        self.decided_against = before;
        if self.person.is_none() || self.person == before {
            self.person = None;
            self.person(account).await?;
        }
        let Some(client) = self.person else {
            return Err(Outcome::trouble(Said::new("person-unknown"), Duration::ZERO));
        };
        let change = OrderChange { client: Some(client), ..OrderChange::default() };
        self.sending(account, Some(Sent::Client(client))).await?;
        let answer = account.roapp()?.change_order(order, &change).await;
        self.not_sent(account, &answer).await?;
        match answer {
            Ok(()) => {}
            Err(error) if error.verdict() == Verdict::Never => {
                if matches!(account.roapp()?.person(client).await, Ok(None)) {
                    // Gone in RO App, and looked for anew.
                    account.forget_person(client).await?;
                    return Err(Outcome::trouble(&error, Duration::ZERO));
                }
                return Err(not_given(client, Said::from(&error)));
            }
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
        }
        let shown = self.read_head(account, order).await?.client;
        if shown.is_some_and(|shown| shown != client) {
            self.sending(account, None).await?;
            return Err(not_given(client, Said::new("same-client-as-before")));
        }
        let what = match before {
            Some(before) => Said::new("client-set-instead").with("client", client).with("before", before),
            None => Said::new("client-set").with("client", client),
        };
        self.accepted(account, step, None, Some(&what)).await
    }
}

fn not_given(client: PersonId, why: Said) -> Outcome {
    Outcome::held(Said::new("client-not-set").with("client", client).with("why", why))
}
