//! Single people of RO App, fetched by id.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    db::{
        DbError,
        links::{self, LinkKind},
    },
    domain::{ids::PersonId, remote::PersonCard},
    http::Verdict,
    sync::{
        account::Account,
        outcome::{Halt, Run},
    },
};

/// People of one search who are read by themselves, at most.
const MOST_READ: usize = 10;

impl Account<'_> {
    /// RO App does not have the person any more: they are looked for anew.
    pub(in crate::sync) async fn forget_person(&self, id: PersonId) -> Result<(), DbError> {
        self.commit("people.forget_person", |mut tx| async move {
            links::forget(&mut tx, self.id, LinkKind::Person, id.get()).await
        })
        .await?;
        self.seen(|seen| seen.gone_people.note(id));
        self.forget_listed(id);
        Ok(())
    }

    /// Rows of a list may leave phones out, which the record itself shows (contract roapp unknown 17). A search that brings many
    /// such rows did not look for the phone.
    pub(in crate::sync) async fn read_phones(&self, found: &mut BTreeMap<PersonId, PersonCard>) -> Run {
        let mut silent: Vec<_> = found.values_mut().filter(|person| person.phones.is_empty()).collect();
        if silent.len() > MOST_READ {
            return Ok(());
        }
        for person in &mut silent {
            match self.roapp()?.person(person.id).await {
                Ok(Some(shown)) => **person = shown,
                Ok(None) => {}
                Err(error) if error.verdict() == Verdict::Never => {}
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            }
        }
        Ok(())
    }

    /// Custom fields that RO App may require of people, asked for when it refuses one; none where it does not tell.
    pub(in crate::sync) async fn required_of_people(&self) -> Result<Vec<i64>, Halt> {
        let fields = match self.roapp()?.people_custom_fields().await {
            Ok(fields) => fields,
            Err(error) => self.concerns_it_alone(error).await.map(|()| Vec::new())?,
        };
        Ok(fields.iter().filter(|field| field.required != Some(false)).map(|field| field.id).collect())
    }
}
