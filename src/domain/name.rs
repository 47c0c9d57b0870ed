//! People's names: split for RO App, and compared across the spellings that one person uses.
//!
//! Names are compared in one common Latin form. It ignores differences between transliterations (Сергій, Serhii, Sergey), and keeps
//! different names apart (Олена, Елена). It is only ever used together with an equal phone or e-mail.

mod spelling;

use std::ops::RangeInclusive;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    store::NameOrder,
    text::{self, MAX_NAME},
};

/// A name as RO App stores it; a part that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    /// First name, at most 255 characters.
    pub first: String,
    /// Last name, and whatever else was typed; at most 255 characters.
    pub last: String,
}

impl PersonName {
    /// Splits a name that was typed into one field. A single word is the first name; nothing stays nothing.
    #[must_use]
    pub fn of(typed: &str, order: NameOrder) -> Self {
        let line = text::one_line(typed);
        let mut words = line.split_whitespace();
        let one = words.next().unwrap_or_default();
        let rest = words.collect::<Vec<_>>().join(" ");
        let (first, last) = match order {
            NameOrder::LastFirst if !rest.is_empty() => (rest.as_str(), one),
            NameOrder::FirstLast | NameOrder::LastFirst => (one, rest.as_str()),
        };
        Self { first: text::shorten(first, MAX_NAME), last: text::shorten(last, MAX_NAME) }
    }
}

/// Whether two names may be one person's: the same words in any order, whatever their case, diacritics and script.
///
/// An initial stands for a word as long as another word is there in full on both sides. One word more on one side, a
/// patronymic, is forgiven when at least two words match. An empty name is compatible with nothing.
#[must_use]
pub fn compatible(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a == b {
        return true;
    }
    let (fewer, more) = (a.len().min(b.len()), a.len().max(b.len()));
    if fewer < more && (fewer < 2 || more - fewer > 1) {
        return false;
    }
    let same_in_full = take_common(&mut a, &mut b);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    same_in_full > 0 && short.len() <= MOST_INITIALS && each_has_its_own(&short, &long, &mut vec![false; long.len()])
}

/// Whether one of the names has every word of the other.
#[must_use]
pub fn is_completed(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    let (fewer, more) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !fewer.is_empty() && fewer.iter().all(|word| more.contains(word))
}

/// Whether the names differ by one slip of typing: one letter of one word wrong, too many, missing, or swapped with the next. Short
/// words tell people apart by a letter (Ada, Ida), and so does the last `a` of a woman's name (Valentyn, Valentyna).
#[must_use]
pub fn is_misspelt(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (words(a), words(b));
    take_common(&mut a, &mut b);
    let ([Word { folded: one, .. }], [Word { folded: other, .. }]) = (a.as_slice(), b.as_slice()) else { return false };
    let is_feminine = |short: &str, long: &str| long.strip_suffix('a') == Some(short);
    let shorter = one.chars().count().min(other.chars().count());
    MISSPELT.contains(&shorter)
        && !is_feminine(one, other)
        && !is_feminine(other, one)
        && strsim::osa_distance(one, other) <= 1
}

/// The name in the common form, its words sorted and joined by a space; equal for every spelling of the same words.
#[must_use]
pub fn fold(name: &str) -> String {
    words(name).into_iter().map(|word| word.folded).collect::<Vec<_>>().join(" ")
}

/// How much of a name is compared, in letters.
const LONGEST_NAME: usize = 1_000;
/// More words than this that differ are no initials of a name.
const MOST_INITIALS: usize = 5;
/// Letters of a word in which a slip of typing is told from another name.
const MISSPELT: RangeInclusive<usize> = 5..=50;

/// A word in the common form.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    folded: String,
    /// One letter in its own script; in Latin that may be two, as in "Ю.".
    initial: bool,
}

impl Word {
    fn may_be(&self, other: &Self) -> bool {
        self.folded == other.folded
            || self.initial && other.folded.starts_with(&self.folded)
            || other.initial && self.folded.starts_with(&other.folded)
    }
}

/// The words of a name, sorted.
fn words(name: &str) -> Vec<Word> {
    let bare: String =
        name.nfkd().take(LONGEST_NAME).filter(|c| !is_combining_mark(*c) && !spelling::is_silent(*c)).collect();
    let lower = bare.to_lowercase();
    let mut words: Vec<Word> = lower
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| Word { folded: spelling::folded(word), initial: word.chars().count() == 1 })
        .filter(|word| !word.folded.is_empty())
        .collect();
    words.sort();
    words
}

/// Takes the words out that both have; answers how many of them are more than an initial.
fn take_common(a: &mut Vec<Word>, b: &mut Vec<Word>) -> usize {
    let mut in_full = 0;
    a.retain(|word| {
        let Some(at) = b.iter().position(|other| other.folded == word.folded) else {
            return true;
        };
        let other = b.swap_remove(at);
        in_full += usize::from(!word.initial && !other.initial);
        false
    });
    in_full
}

/// Whether each of the short list finds a word of the long one for itself alone.
fn each_has_its_own(short: &[Word], long: &[Word], taken: &mut Vec<bool>) -> bool {
    let Some((word, others)) = short.split_first() else {
        return true;
    };
    (0..long.len()).any(|at| {
        if taken[at] || !word.may_be(&long[at]) {
            return false;
        }
        taken[at] = true;
        let found = each_has_its_own(others, long, taken);
        taken[at] = false;
        found
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(typed: &str, order: NameOrder) -> (String, String) {
        let name = PersonName::of(typed, order);
        (name.first, name.last)
    }

    #[test]
    fn the_first_word_is_the_first_name_or_the_last_name() {
        assert_eq!(split(" John  van\nDoe ", NameOrder::FirstLast), ("John".into(), "van Doe".into()));
        assert_eq!(split("Doe John Jay", NameOrder::LastFirst), ("John Jay".into(), "Doe".into()));
    }

    #[test]
    fn a_single_word_is_the_first_name_and_nothing_stays_nothing() {
        for order in [NameOrder::FirstLast, NameOrder::LastFirst] {
            assert_eq!(split("Олена", order), ("Олена".into(), String::new()));
            assert_eq!(split(" \n ", order), (String::new(), String::new()));
        }
    }

    #[test]
    fn a_name_is_cut_at_255_characters() {
        let typed = format!("Я {}", "ї".repeat(300));
        assert_eq!(PersonName::of(&typed, NameOrder::FirstLast).last.chars().count(), MAX_NAME);
    }

    #[test]
    fn one_person_is_known_in_every_spelling() {
        for (a, b) in [
            ("Іван Петренко", "петренко ІВАН"),
            ("Іван Петренко", "Ivan Petrenko"),
            ("Сергій Шевченко", "Serhii Shevchenko"),
            ("Сергій Шевченко", "Sergey Shevchenko"),
            ("Сергій Шевченко", "Сергей Шевченко"),
            ("Serhiy Shevchenko", "Sergei Shevchenko"),
            ("Юлія Щербак", "Yuliia Shcherbak"),
            ("Юлія Щербак", "Julia Scherbak"),
            ("Наталія Ковальська", "Наталья Ковальская"),
            ("Наталія Ковальська", "Natalya Kovalskaya"),
            ("Євген Хоменко", "Yevhen Khomenko"),
            ("Євген Хоменко", "Evgen Homenko"),
            ("Ігор Жук", "Igor Zhuk"),
            ("Георгій Цимбал", "Heorhii Tsymbal"),
            ("Віктор Згурський", "Victor Zghurskyi"),
            ("Мар'яна В’юн", "Маряна Вюн"),
            ("Анна-Марія Їжак", "Anna Mariia Yizhak"),
            ("Ілля Соловьёв", "Ilya Soloviev"),
            ("José Núñez", "Jose Nunez"),
            ("Łukasz Wójcik", "Lukasz Wojcik"),
        ] {
            assert!(compatible(a, b), "{a} / {b}: {} / {}", fold(a), fold(b));
        }
    }

    #[test]
    fn initials_stand_for_words() {
        for (a, b) in [
            ("I. Petrenko", "Іван Петренко"),
            ("Петренко І.В.", "Іван Васильович Петренко"),
            ("Петренко І.В.", "Іван Петренко"),
            ("Ю. Шевченко", "Yuliia Shevchenko"),
            ("I. P.", "i p"),
        ] {
            assert!(compatible(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn one_slip_in_one_word_is_a_spelling() {
        for (a, b) in [
            ("Іван Петренк", "Іван Петренко"),
            ("Petrneko Ivan", "Ivan Petrenko"),
            ("Олексндр Коваль", "Oleksandr Koval"),
            ("Ivan Petrenkko", "Ivan Petrenko"),
            ("Melnyk", "Melnik"),
        ] {
            assert!(is_misspelt(a, b) || compatible(a, b), "{a} / {b}");
        }
        for (a, b) in [
            ("Anna Koval", "Inna Koval"),
            ("Valentyn Koval", "Valentyna Koval"),
            ("Oleksandra Koval", "Oleksandr Koval"),
            ("Ivan Petrenko", "Ivan Petrunka"),
            ("Petrenkko Ivann", "Petrenko Ivan"),
            ("Ivan Petrenko", "Ivan Petrenko Olehovych"),
            ("Ivan Petrenko", ""),
        ] {
            assert!(!is_misspelt(a, b), "{a} / {b}");
        }
        let long = "a".repeat(10_000);
        assert!(!is_misspelt(&long, &format!("{long}b")));
    }

    #[test]
    fn initials_alone_prove_nothing() {
        assert!(!compatible("I. P.", "Іван Петренко"));
        assert!(!compatible("I.", "Іван"));
        assert!(!compatible("О. Петренко", "Іван Петренко"));
    }

    #[test]
    fn a_patronymic_on_one_side_is_forgiven() {
        assert!(compatible("Петренко Іван Васильович", "Іван Петренко"));
        assert!(!compatible("Петренко Іван Васильович", "Іван Петренко Олегович"));
    }

    #[test]
    fn one_word_does_not_stand_for_two() {
        assert!(!compatible("Іван", "Іван Петренко"));
        assert!(!compatible("Петренко", "Іван Петренко"));
    }

    #[test]
    fn two_people_are_two_people() {
        for (a, b) in [
            ("Іван Петренко", "Олег Петренко"),
            ("Іван Петренко", "Іван Шевченко"),
            ("Олена Коваль", "Елена Коваль"),
            ("Іван Іван", "Іван Петренко"),
        ] {
            assert!(!compatible(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn an_empty_name_is_compatible_with_nothing() {
        for empty in ["", " ", "-", "'", "ь"] {
            assert!(!compatible(empty, empty));
            assert!(!compatible(empty, "Іван"));
        }
    }

    #[test]
    fn the_folded_form_is_sorted_latin() {
        assert_eq!(fold("Петренко Іван"), "ivan petrenko");
        assert_eq!(fold("  "), "");
    }

    fn name() -> impl Strategy<Value = String> {
        prop::collection::vec("[А-ЩЮЯЄІЇҐа-щюяєіїґёыэA-Za-zÀ-ÖØ-öŁł]{1,7}", 1..4).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn every_name_is_compatible_with_itself(name in name()) {
            prop_assert!(compatible(&name, &name));
        }

        #[test]
        fn compatible_has_no_sides(
            a in "([ІОЮі]\\.|Іван|Ivan|Олег|Юрій|I|Петренко| |-){1,6}",
            b in "([ІОЮі]\\.|Іван|Oleh|Yu|Petrenko| |-){1,6}",
        ) {
            prop_assert_eq!(compatible(&a, &b), compatible(&b, &a));
        }

        #[test]
        fn any_two_texts_can_be_compared(a in any::<String>(), b in any::<String>()) {
            prop_assert_eq!(compatible(&a, &b), compatible(&b, &a));
        }

        #[test]
        fn folding_ignores_case(name in name()) {
            prop_assert_eq!(fold(&name.to_uppercase()), fold(&name));
            prop_assert_eq!(fold(&name.to_lowercase()), fold(&name));
        }

        #[test]
        fn folding_ignores_the_order_of_words(name in name()) {
            let turned = name.split(' ').rev().collect::<Vec<_>>().join("  ");
            prop_assert_eq!(fold(&turned), fold(&name));
            prop_assert!(compatible(&turned, &name));
        }

        #[test]
        fn folding_ignores_diacritics(name in name(), mark in "[\u{301}\u{308}\u{306}\u{30c}]") {
            let marked: String = name.chars().map(|c| if c == ' ' { c.into() } else { format!("{c}{mark}") }).collect();
            prop_assert_eq!(fold(&marked), fold(&name));
        }

        #[test]
        fn an_initial_and_the_other_word_in_full_fit(
            first in "[БВГДЖЗКЛМНПРСТФХЦЧШЩ][ауо][а-щі]{0,5}",
            last in "[А-ЩІЄа-щіє]{2,7}",
        ) {
            let initial: String = first.chars().take(1).collect();
            let (short, full) = (format!("{initial}. {last}"), format!("{first} {last}"));
            prop_assert!(compatible(&short, &full));
        }
    }
}
