//! What stands for a buyer in link keys: one place, since whoever looks a link up must spell it as whoever made it.

use super::{marker::Marker, matching, name, order::Buyer, phone::Phone, text};

/// What a new person is claimed under: phone, else e-mail, else the order itself, so that it is a person of its own.
#[must_use]
pub fn claim_key(buyer: &Buyer, phone: Option<&Phone>, marker: &Marker) -> String {
    let contact = matching::contact_key(buyer, phone);
    contact.map_or_else(|| format!("order:{}/{}", marker.host, marker.number), |key| text::key(&key))
}

/// The name in a link key, in the form in which names are compared; empty for a buyer who gave none.
#[must_use]
pub fn name_in(link_key: &str) -> &str {
    link_key.rsplit_once('|').map_or("", |(_, name)| name)
}

/// What a buyer is linked with a person under: that and the name.
#[must_use]
pub fn link_key(buyer: &Buyer, phone: Option<&Phone>, marker: &Marker) -> String {
    format!("{}|{}", claim_key(buyer, phone, marker), text::key(&name::fold(&buyer.name)))
}
