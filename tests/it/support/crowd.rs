//! What an account holds already: people who buy in no shop.

use cartum_roapp::sandbox::roapp::{Person, Phone};

use super::world::World;

/// Adds so many people with a phone each.
pub(crate) fn add_people(world: &World, count: i64) {
    world.sandbox.roapp.staff().edit(|data, now| {
        let first = data.people.keys().next_back().copied().unwrap_or(300_000) + 1;
        for id in first..first + count {
            let phone = Phone { phone: format!("+38099{id:07}"), ..Phone::default() };
            let person = Person {
                id,
                first_name: "Guest".into(),
                phones: vec![phone],
                created_at: now - chrono::Duration::days(900),
                modified_at: now - chrono::Duration::days(900),
                ..Person::default()
            };
            data.people.insert(id, person);
        }
    });
}
