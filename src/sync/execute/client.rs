//! Whose a work order is: it is given to its buyer when a person decided so, never by itself (invariant 6).

use std::time::Duration;

use super::{
    Writer,
    job::Job,
    rest::{Rest, Stop},
    steps::work_order,
};
use crate::{
    domain::{
        ids::PersonId,
        plan::{Sent, Step},
    },
    http::Verdict,
    roapp::OrderChange,
};

impl Writer<'_> {
    /// Finds or makes the buyer's person, another one than the client that a person decided against, and gives it the work order.
    pub(super) async fn give_to_buyer(&mut self, job: &mut Job, step: &Step) -> Result<(), Stop> {
        let order = work_order(job)?;
        let before = job.head.as_ref().and_then(|head| head.client);
        job.decided_against = before;
        if job.person.is_none() || job.person == before {
            job.person = None;
            self.person(job).await?;
        }
        let Some(client) = job.person else {
            return Err(Rest::Trouble("the buyer's person is not known".into(), Duration::ZERO).into());
        };
        let change = OrderChange { client: Some(client), ..OrderChange::default() };
        self.sending(job, Some(Sent::Client(client))).await?;
        let answer = self.roapp()?.change_order(order, &change).await;
        self.not_sent(job, &answer).await?;
        match answer {
            Ok(()) => {}
            Err(error) if error.verdict() == Verdict::Never => {
                if matches!(self.roapp()?.person(client).await, Ok(None)) {
                    // Gone in RO App, and looked for anew.
                    self.forget_person(client).await?;
                    return Err(Rest::Trouble(error.to_string(), Duration::ZERO).into());
                }
                return Err(not_given(client, &error.to_string()));
            }
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        }
        let shown = self.read_head(job, order).await?.client;
        if shown.is_some_and(|shown| shown != client) {
            self.sending(job, None).await?;
            return Err(not_given(client, "it took the change, and the work order has the same client as before"));
        }
        let was = before.map_or_else(String::new, |before| format!(" instead of {before}"));
        self.accepted(job, step, None, Some(&format!("the work order has client {client} now{was}"))).await
    }
}

fn not_given(client: PersonId, why: &str) -> Stop {
    let reason = format!(
        "RO App does not give the work order to client {client} of the store's buyer ({why}); do it there, then `order retry`"
    );
    Rest::Held(reason).into()
}
