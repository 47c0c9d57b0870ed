//! The people who buy: a buyer follows from the seed and a number.

use rand::RngExt;

use super::{SeedOptions, Topic, names, phones, stream};

/// Somebody who buys, once or often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Counts from 0; the same number is always the same person.
    pub number: u32,
    /// First name in the nation's own script.
    pub first_name: String,
    /// Last name in the nation's own script.
    pub last_name: String,
    /// Decides the language, phone and address.
    pub nation: Nation,
    /// In E.164 form; some guests give none, a few share one with somebody else.
    pub phone: Option<String>,
    /// Some guests give none.
    pub email: Option<String>,
    /// They have an account in the shop.
    pub registered: bool,
}

/// Where a buyer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nation {
    /// Reads `ua`.
    Ukraine,
    /// Reads `ro`.
    Romania,
    /// Reads `pl`.
    Poland,
    /// Reads `en`.
    Britain,
    /// Reads `en`.
    Germany,
}

impl Nation {
    const ALL: [Self; 5] = [Self::Ukraine, Self::Romania, Self::Poland, Self::Britain, Self::Germany];

    /// The language key that its people choose if the shop has it.
    #[must_use]
    pub fn language(self) -> &'static str {
        match self {
            Self::Ukraine => "ua",
            Self::Romania => "ro",
            Self::Poland => "pl",
            Self::Britain | Self::Germany => "en",
        }
    }
}

/// Buyer number `number` of the shop.
pub(super) fn buyer(seed: &SeedOptions, number: u32) -> Buyer {
    let mut rng = stream(seed.seed, Topic::Buyer, number);
    let nation =
        if rng.random_bool(0.6) { home(&seed.currency) } else { Nation::ALL[rng.random_range(0..Nation::ALL.len())] };
    let (first_name, last_name) = names::draw(&mut rng, nation);
    let (no_phone, no_email) = (number % 17 == 12 || number % 29 == 13, number % 13 == 4 || number % 29 == 13);
    let phone = if no_phone { None } else { Some(phone(seed, nation, number)) };
    let email = (!no_email).then(|| email(&first_name, &last_name, number));
    let registered = number.is_multiple_of(10) && email.is_some() && phone.is_some();
    Buyer { number, first_name, last_name, nation, phone, email, registered }
}

/// Most buyers have their own phone; every 19th uses that of the buyer before, who is somebody else (a couple, an office).
fn phone(seed: &SeedOptions, nation: Nation, number: u32) -> String {
    if number % 19 == 7
        && let Some(shared) = buyer(seed, number - 1).phone
    {
        return shared;
    }
    phones::number(nation, number, seed.seed)
}

fn email(first: &str, last: &str, number: u32) -> String {
    const HOSTS: [&str; 3] = ["example.com", "example.org", "mail.example.net"];
    let plain = |name: &str| -> String {
        names::latin(name).to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
    };
    format!("{}.{}{number}@{}", plain(first), plain(last), HOSTS[number as usize % HOSTS.len()])
}

fn home(currency: &str) -> Nation {
    match currency {
        "UAH" => Nation::Ukraine,
        "RON" | "MDL" => Nation::Romania,
        "PLN" => Nation::Poland,
        "GBP" => Nation::Britain,
        _ => Nation::Germany,
    }
}
