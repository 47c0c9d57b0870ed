//! Finds what a peer quotes in an error message: the values of a query, a name, a record.

use std::{collections::HashSet, sync::LazyLock};

/// The signs that a quoted thing begins with.
const OPENING: [char; 16] = ['"', '\'', '`', '(', '[', '{', '«', '»', '“', '”', '„', '‘', '’', '‚', '‹', '『'];
/// Words that a program uses for a fault and nobody has for a name, in small letters.
const TECHNICAL: &str = "\
    a access allowed and api argument at auth authorization authorized available bad be broke busy call cannot client closed \
    connection could data database deadlock defined denied deprecated disabled does doesn't down empty enough error exceeded \
    exception exist exists expired failed fatal fields for forbidden format found function gone has have http https id ids in \
    incorrect incorrectly index input internal invalid is it json key later length limit list lock locked lost maintenance many \
    maximum memory method missing must no not number object of off offset on only open operation or order orders out overloaded page \
    param parameter parameters params parse permission permissions php please query range rate read record records reached refused \
    request requests required response result rights row server service site size something sql status statuses store syntax table temporarily \
    the this time timed timeout to token too try type unable unavailable undefined unexpected unknown unsupported url used user \
    value values was were while with write wrong xml you your \
    авторизации авторизації авторизация авторизація баз база базы бази блокировка блокування в време времени время временно \
    внутренняя внутрішня встановлено данные данных дані даних для до доступ доступа доступен доступний доступу ему есть є запит \
    запиту запитів запрещен запрещена запрещено запрещён запрос запроса запросов заказ заказа заказов заказы заборонено замовлення \
    замовлень з за знайдено и і или або истек истёк исчерпан к ліміт лимит магазин магазину много надто найден найдена найдено немає \
    необходима неверный неверно невірний невірно невідома невідомий неизвестная неизвестный недоступен недоступна недоступний \
    недоступно нет не обмежено ограничено ошибка ошибки перевищено перевантажено перегружен пізніше позже помилка помилки попробуйте \
    потрібна права прав превышен превышено сервер сервера сервіс сервис слишком спробуйте статус статуса статусу статусы статуси \
    таблица таблиця тимчасово токен токена токену требуется у уже функция функції функція функции час часу";

/// The text up to the first sign of quotes, brackets or parentheses, whatever closes it: what stands behind may be anybody's. An
/// apostrophe within a word is none, nor is what stands in a tag of HTML.
#[must_use]
pub fn without_quoted(text: &str) -> String {
    let mut before = None;
    let mut in_tag = false;
    let last_end = text.rfind('>').unwrap_or(0);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        in_tag = (in_tag && c != '>') || (c == '<' && at < last_end && opens_tag(rest));
        if !in_tag && OPENING.contains(&c) && !is_apostrophe(before, c, rest) {
            return format!("{}…", text[..at].trim_end());
        }
        before = Some(c);
    }
    text.to_owned()
}

/// Whether a text holds nothing but words for a fault of a program, so that it names nobody.
#[must_use]
pub fn is_technical(text: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| TECHNICAL.split_whitespace().collect());
    text.split_whitespace().all(|word| {
        let word = word.trim_matches([',', '.', ':', ';', '!']).replace('’', "'").to_lowercase();
        word.is_empty() || WORDS.contains(word.as_str())
    })
}

/// A word of a peer's, such as a code: shown where it is one of at most `longest` plain letters and digits; else its length.
#[must_use]
pub fn short_word(text: &str, longest: usize) -> String {
    if is_short_word(text, longest) { text.to_owned() } else { length_of(text) }
}

/// Whether a text is one short word, so that it holds nothing of a person that could be recognised.
#[must_use]
pub fn is_short_word(text: &str, longest: usize) -> bool {
    text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Stands for a text that is not shown.
#[must_use]
pub fn length_of(text: &str) -> String {
    format!("a text of {} characters", text.chars().count())
}

fn is_apostrophe(before: Option<char>, c: char, rest: &str) -> bool {
    matches!(c, '\'' | '’')
        && before.is_some_and(char::is_alphabetic)
        && rest.chars().next().is_some_and(char::is_alphabetic)
}

fn opens_tag(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_before_what_it_quotes() {
        for (text, left) in [
            ("Access denied", "Access denied"),
            ("Access denied for user 'Olha'@'localhost'", "Access denied for user…"),
            ("SQLSTATE[23000]: VALUES ('Olha')", "SQLSTATE…"),
            ("the user doesn't exist: \"Olha\"", "the user doesn't exist:…"),
            ("об’єкт «Ольга»", "об’єкт…"),
            ("<a href=\"x\">Just a moment</a> 'Olha'", "<a href=\"x\">Just a moment</a>…"),
            ("a < b 'Olha'", "a < b…"),
            ("<b 'Olha'", "<b…"),
            ("'Olha", "…"),
            ("", ""),
        ] {
            assert_eq!(without_quoted(text), left, "{text}");
        }
    }

    #[test]
    fn words_for_a_fault_name_nobody() {
        for text in [
            "Access denied",
            "No access to API.",
            "Доступ заборонено",
            "the order doesn’t exist",
            "Internal error: deadlock found; try later!",
            "Помилка бази даних",
            "",
        ] {
            assert!(is_technical(text), "{text}");
        }
        let names = ["Ivanenko not found", "ivanenko not found", "Order of Olha", "Замовлення від -Ольга", "Олег"];
        let others = ["order 5", "near \"x\"", "to olha@example.com", "order:Olha", "error\u{a0}olha", "x"];
        for text in names.into_iter().chain(others) {
            assert!(!is_technical(text), "{text}");
        }
    }

    #[test]
    fn only_a_short_word_is_shown_as_it_is() {
        assert_eq!(short_word("UAH", 8), "UAH");
        assert_eq!(short_word("", 8), "");
        for text in ["Secret Person", "UAH-UAH-U", "грн"] {
            assert_eq!(short_word(text, 8), format!("a text of {} characters", text.chars().count()));
        }
    }

    #[test]
    fn a_long_text_is_gone_through_once() {
        let text = "<a ".repeat(10_000);
        assert_eq!(without_quoted(&text), text);
    }
}
