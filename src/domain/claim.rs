//! A marker is a claim, not a proof: anybody can copy or paste one. Decides whether a work order that carries an order's marker
//! belongs to that order.

use chrono::{DateTime, Utc};

use super::{
    ids::{LocationId, OrderTypeId},
    marker::Marker,
    matching::email_key,
    name,
    order::Buyer,
    phone::Phone,
    remote::{Head, PersonCard},
    said::{Said, Value},
};

/// Reasons to doubt that a work order belongs to the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Its notes hold more than one marker.
    OtherMarkers,
    /// It belongs to another client.
    Client,
    /// It is in another location.
    Location,
    /// It is of another type.
    OrderType,
    /// It was created before the order was placed, or before we asked for it.
    TooOld,
    /// No call of ours was under way that could have created it.
    Unexpected,
    /// RO App does not show it.
    NotShown,
}

impl From<&Doubt> for Said {
    fn from(doubt: &Doubt) -> Self {
        match doubt {
            Doubt::OtherMarkers => Said::new("doubt-other-markers"),
            Doubt::Client => Said::new("doubt-client"),
            Doubt::Location => Said::new("doubt-location"),
            Doubt::OrderType => Said::new("doubt-order-type"),
            Doubt::TooOld => Said::new("doubt-too-old"),
            Doubt::Unexpected => Said::new("doubt-unexpected"),
            Doubt::NotShown => Said::new("doubt-not-shown"),
        }
    }
}

/// A work order that carries the order's marker, with the reasons to doubt that it is the order's own.
#[must_use]
pub fn about(work_order: Value, doubts: &[Doubt]) -> Said {
    if doubts.is_empty() {
        return Said::new("claim").with("work_order", work_order);
    }
    let doubts: Value = doubts.iter().map(Said::from).collect();
    Said::new("claim-in-doubt").with("work_order", work_order).with("doubts", doubts)
}

/// What the order's own work order must have. `None` = not known.
#[derive(Debug, Clone)]
pub struct Own<'a> {
    /// The order's marker.
    pub marker: &'a Marker,
    /// The location.
    pub location: Option<LocationId>,
    /// The order type.
    pub order_type: Option<OrderTypeId>,
    /// The earliest creation time that RO App may show.
    pub not_before: DateTime<Utc>,
}

impl Own<'_> {
    /// The doubts that the head raises; what an answer leaves out raises none.
    #[must_use]
    pub fn doubts(&self, head: &Head) -> Vec<Doubt> {
        fn is_other<T: PartialEq>(shown: Option<T>, own: Option<T>) -> bool {
            shown.zip(own).is_some_and(|(shown, own)| shown != own)
        }
        let doubts = [
            (Doubt::OtherMarkers, Marker::find_all(&head.manager_notes).len() > 1),
            (Doubt::Location, is_other(head.location, self.location)),
            (Doubt::OrderType, is_other(head.order_type, self.order_type)),
            (Doubt::TooOld, head.created_at.is_some_and(|at| at < self.not_before)),
        ];
        doubts.into_iter().filter_map(|(doubt, is_there)| is_there.then_some(doubt)).collect()
    }
}

/// Whether the client of a work order is the buyer, where no link says so: the same phone; else the same e-mail with a
/// compatible name; else a compatible name where there is nothing of both sides to compare. `region` reads RO App's phones.
#[must_use]
pub fn is_buyer(card: &PersonCard, buyer: &Buyer, phones: &[Phone], region: &str) -> bool {
    let has_the_name = || name::compatible(&buyer.name, &format!("{} {}", card.first_name, card.last_name));
    if card.phones.iter().any(|own| phones.iter().any(|phone| phone.is(own, region))) {
        return true;
    }
    let (email, theirs) = (email_key(&buyer.email), email_key(&card.email));
    if email.is_some() && email == theirs {
        return has_the_name();
    }
    let differs = (!phones.is_empty() && !card.phones.is_empty()) || (email.is_some() && theirs.is_some());
    !differs && has_the_name()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{
        ids::{OrderNumber, PersonId, WorkOrderId},
        phone_field,
    };

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + hour * 3600, 0).unwrap_or_default()
    }

    fn marker() -> Marker {
        Marker { host: "shop.example.com".into(), number: OrderNumber::new(10), generation: 1 }
    }

    fn head() -> Head {
        Head {
            id: WorkOrderId::new(1),
            number: "A001".into(),
            status: None,
            group: None,
            created_at: Some(at(5)),
            modified_at: None,
            client: Some(PersonId::new(1)),
            client_card: None,
            location: Some(LocationId::new(11)),
            order_type: Some(OrderTypeId::new(71)),
            total: None,
            malfunction: String::new(),
            manager_notes: marker().to_string(),
            estimated_price: String::new(),
            custom_fields: BTreeMap::new(),
        }
    }

    fn doubts(change: impl FnOnce(&mut Head)) -> Vec<Doubt> {
        let marker = marker();
        let own = Own {
            marker: &marker,
            location: Some(LocationId::new(11)),
            order_type: Some(OrderTypeId::new(71)),
            not_before: at(5),
        };
        let mut head = head();
        change(&mut head);
        own.doubts(&head)
    }

    #[test]
    fn what_fits_or_is_not_shown_is_in_no_doubt() {
        assert_eq!(doubts(|_| {}), []);
        assert_eq!(doubts(|head| (head.location, head.order_type, head.created_at) = (None, None, None)), []);
    }

    #[test]
    fn each_thing_that_does_not_fit_is_a_doubt() {
        assert_eq!(doubts(|head| head.location = Some(LocationId::new(12))), [Doubt::Location]);
        assert_eq!(doubts(|head| head.order_type = Some(OrderTypeId::new(72))), [Doubt::OrderType]);
        assert_eq!(doubts(|head| head.created_at = Some(at(4))), [Doubt::TooOld]);
        assert_eq!(doubts(|head| head.manager_notes += " [cartum:shop.example.com/11]"), [Doubt::OtherMarkers]);
    }

    fn card(name: &str, phone: &str, email: &str) -> PersonCard {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        PersonCard {
            id: PersonId::new(1),
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            phones: Some(phone.to_owned()).into_iter().filter(|phone| !phone.is_empty()).collect(),
            notes: String::new(),
            created_at: None,
            modified_at: None,
        }
    }

    #[test]
    fn a_client_is_the_buyer_by_phone_else_by_e_mail_and_name_else_by_name() {
        let buyer = |name: &str, phone: &str, email: &str| Buyer {
            name: name.into(),
            phone: phone.into(),
            email: email.into(),
        };
        let is =
            |card: &PersonCard, buyer: &Buyer| is_buyer(card, buyer, &phone_field::phones(&buyer.phone, "UA"), "UA");
        let ann = buyer("Ann Lee", "067 123 45 01", "ann@example.com");
        for (theirs, expected) in [
            (card("Somebody Else", "+380671234501", ""), true),
            (card("Ann Lee", "+380671234502", ""), false),
            (card("Ann Lee", "+380671234502", "Ann@Example.com"), true),
            (card("Bob Ray", "", "ann@example.com"), false),
            (card("Lee Ann", "", ""), true),
            (card("Bob Ray", "", ""), false),
        ] {
            assert_eq!(is(&theirs, &ann), expected, "{theirs:?}");
        }
        assert!(is(&card("A guest", "", ""), &buyer("A guest", "", "")));
        assert!(!is(&card("Bob Ray", "+380671234501", ""), &buyer("A guest", "", "")));
    }
}
