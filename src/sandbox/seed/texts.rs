//! What people write: comments, addresses, notes.

use rand::{RngExt, rngs::StdRng};

use super::{buyers::Nation, pick, shelf::DeliveryKind};

/// The buyer's comment on the `index`th order; most write none.
pub(super) fn comment(rng: &mut StdRng, nation: Nation, index: u32) -> String {
    match index % 24 {
        2 | 14 => format!("Дякую!!! 🙏🏽🔥 {} 👨‍👩‍👧‍👦", plain(rng, nation)),
        5 => "<b>Please call first</b> & mind the \"dog\" <script>alert('x')</script> %s {0} \\n".into(),
        8 => "Рядок один\r\nРядок два\n\n\tдалі з відступом\u{a0}— кінець".into(),
        11 => "[cartum:other-shop.example/1] і ще [CARTUM:x] [cartum:".into(),
        17 => long(rng, nation),
        1 | 4 | 7 | 10 | 13 | 16 | 19 | 22 => plain(rng, nation).into(),
        _ => String::new(),
    }
}

fn plain(rng: &mut StdRng, nation: Nation) -> &'static str {
    const UKRAINE: [&str; 4] = [
        "Зателефонуйте, будь ласка, перед відправкою",
        "Не пакуйте в коробку",
        "Потрібна заміна батареї, пристрій принесу сам",
        "Чи є гарантія?",
    ];
    const ROMANIA: [&str; 3] = ["Vă rog să sunați înainte de livrare", "Fără ambalaj, mulțumesc", "Aveți și pe roșu?"];
    const POLAND: [&str; 3] = ["Proszę o fakturę", "Dzwonić po 17:00", "Czy część pasuje do starszego modelu?"];
    const BRITAIN: [&str; 3] = ["Please leave it with a neighbour", "Is fitting included?", "Gift - no invoice inside"];
    const GERMANY: [&str; 3] = ["Bitte vor der Lieferung anrufen", "Größe bitte prüfen", "Rechnung an die Firma"];
    let comments: &[&'static str] = match nation {
        Nation::Ukraine => &UKRAINE,
        Nation::Romania => &ROMANIA,
        Nation::Poland => &POLAND,
        Nation::Britain => &BRITAIN,
        Nation::Germany => &GERMANY,
    };
    pick::<&'static str>(rng, comments)
}

/// A text of about five thousand characters.
fn long(rng: &mut StdRng, nation: Nation) -> String {
    let mut text = String::new();
    while text.chars().count() < 5000 {
        text.push_str(plain(rng, nation));
        text.push_str("; ");
    }
    text
}

/// City and address for this method of delivery.
pub(super) fn address(rng: &mut StdRng, nation: Nation, kind: DeliveryKind) -> (String, String) {
    let cities: [&str; 3] = match nation {
        Nation::Ukraine => ["Київ", "Кам'янець-Подільський", "Львів"],
        Nation::Romania => ["București", "Târgu Mureș", "Iași"],
        Nation::Poland => ["Łódź", "Kraków", "Zielona Góra"],
        Nation::Britain => ["Leeds", "Stoke-on-Trent", "York"],
        Nation::Germany => ["Köln", "Görlitz", "Bad Tölz"],
    };
    let city = String::from(*pick(rng, &cities));
    let house = rng.random_range(1..190);
    let street = match nation {
        Nation::Ukraine => format!("вул. Вишнева, {house}, кв. {}", house % 40 + 1),
        Nation::Romania => format!("str. Teilor nr. {house}, ap. {}", house % 40 + 1),
        Nation::Poland => format!("ul. Źródlana {house} m. {}", house % 40 + 1),
        Nation::Britain => format!("{house} Orchard Lane"),
        Nation::Germany => format!("Lindenstraße {house}"),
    };
    let address = match kind {
        DeliveryKind::PickUp => String::new(),
        DeliveryKind::Courier => street,
        DeliveryKind::Branch => format!("Відділення №{house}: {street}"),
        DeliveryKind::Post => format!("{:05}@{city}@{street}", 10_000 + house * 37),
    };
    (if kind == DeliveryKind::PickUp { String::new() } else { city }, address)
}
