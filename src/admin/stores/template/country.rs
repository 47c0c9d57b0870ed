//! Guesses a shop's country from its address, its currency and its languages: a suggestion for a person to check.

use chrono_tz::Tz;

use super::Home;

/// Ending of the host, currency, language, region, zone.
type Country = (&'static str, &'static str, &'static str, &'static str, Tz);

/// Earlier rows win.
const COUNTRIES: [Country; 17] = [
    ("ua", "UAH", "uk", "UA", Tz::Europe__Kyiv),
    ("ro", "RON", "ro", "RO", Tz::Europe__Bucharest),
    ("pl", "PLN", "pl", "PL", Tz::Europe__Warsaw),
    ("pt", "", "pt", "PT", Tz::Europe__Lisbon),
    ("md", "MDL", "", "MD", Tz::Europe__Chisinau),
    ("kz", "KZT", "kk", "KZ", Tz::Asia__Almaty),
    ("uk", "GBP", "", "GB", Tz::Europe__London),
    ("bg", "BGN", "bg", "BG", Tz::Europe__Sofia),
    ("cz", "CZK", "cs", "CZ", Tz::Europe__Prague),
    ("hu", "HUF", "hu", "HU", Tz::Europe__Budapest),
    ("de", "", "de", "DE", Tz::Europe__Berlin),
    ("es", "", "es", "ES", Tz::Europe__Madrid),
    ("it", "", "it", "IT", Tz::Europe__Rome),
    ("fr", "", "fr", "FR", Tz::Europe__Paris),
    ("br", "BRL", "", "BR", Tz::America__Sao_Paulo),
    ("us", "USD", "", "US", Tz::America__New_York),
    ("eu", "EUR", "", "DE", Tz::Europe__Berlin),
];

/// What is suggested for a shop of this host, with this currency and this language of titles.
pub(super) fn home(host: &str, currency: &str, language: &str) -> Home {
    let ending = host.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let language = if language == "ua" { "uk" } else { language };
    let by = |fits: &dyn Fn(&Country) -> bool| COUNTRIES.iter().find(|row| fits(row));
    let (why, found) = if let Some(row) = by(&|row| row.0 == ending) {
        ("the address", row)
    } else if let Some(row) = by(&|row| row.1 == currency && !currency.is_empty() && currency != "EUR") {
        ("the currency", row)
    } else if let Some(row) = by(&|row| row.2 == language && !language.is_empty()) {
        ("the language", row)
    } else {
        ("a mere guess", &COUNTRIES[16])
    };
    Home { region: found.3, zone: found.4, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_goes_before_currency_and_currency_before_language() {
        for (host, currency, language, region) in [
            ("shop.com.ua", "EUR", "en", "UA"),
            ("shop12.cartum.io", "UAH", "en", "UA"),
            ("shop12.cartum.io", "EUR", "pt", "PT"),
            ("shop12.cartum.io", "EUR", "ua", "UA"),
            ("127.0.0.1:8091", "RON", "", "RO"),
            ("shop.example.com", "", "", "DE"),
        ] {
            assert_eq!(home(host, currency, language).region, region, "{host} {currency} {language}");
        }
    }
}
