//! Phone numbers, and every way people type them.

use rand::{RngExt, rngs::StdRng};

use super::{buyers::Nation, pick};

/// The phone of a buyer, in E.164 form; different buyers have different ones.
#[must_use]
pub(super) fn number(nation: Nation, buyer: u32, seed: u64) -> String {
    // 7919 has no factor in common with the power of ten, so no two buyers get the same number.
    let digits = (u64::from(buyer) * 7919 + seed % 1000 * 31) % 10_000_000;
    match nation {
        Nation::Ukraine => {
            const CODES: [&str; 10] = ["50", "63", "66", "67", "68", "93", "95", "96", "97", "98"];
            format!("+380{}{digits:07}", CODES[buyer as usize % CODES.len()])
        }
        Nation::Romania => format!("+4072{digits:07}"),
        Nation::Poland => format!("+4851{digits:07}"),
        Nation::Britain => format!("+44740{digits:07}"),
        Nation::Germany => format!("+491512{digits:07}"),
    }
}

/// Spells a number given in E.164 form in one of the ways. All but the last two of [`Spelling`] can be read back.
#[must_use]
pub fn spell(e164: &str, spelling: Spelling, rng: &mut StdRng) -> String {
    let digits = e164.trim_start_matches('+');
    let local = digits.strip_prefix("38").unwrap_or(digits);
    let home = digits.starts_with("380");
    match spelling {
        Spelling::Plain => e164.into(),
        Spelling::Letters if home => pick(rng, &[format!("{local} Viber"), format!("тел. {local}")]).clone(),
        Spelling::Letters => format!("{e164} WhatsApp"),
        Spelling::TooShort => pick(rng, &["12345", "067", "0"]).to_string(),
        Spelling::Shop if home => {
            format!("+38 ({}) {}-{}-{}", &local[..3], &local[3..6], &local[6..8], &local[8..])
        }
        Spelling::National if home => {
            format!("{} {} {} {}", &local[..3], &local[3..6], &local[6..8], &local[8..])
        }
        Spelling::Dashes if home => format!("{}-{}-{}", &local[..3], &local[3..6], &local[6..]),
        Spelling::Digits if home => digits.into(),
        Spelling::Eight if home => format!("8{local}"),
        // A foreigner writes the country code, and groups of digits.
        _ => format!("+{} {} {} {}", &digits[..2], &digits[2..5], &digits[5..8], &digits[8..]),
    }
}

/// The last nine digits of a number as typed, which all its spellings share.
#[must_use]
pub fn tail(typed: &str) -> String {
    let digits: Vec<char> = typed.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(9)..].iter().collect()
}

/// A way to type a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// `+38 (067) 123-45-67`, as the shop's own form makes it.
    Shop,
    /// `067 123 45 67`
    National,
    /// `067-123-4567`
    Dashes,
    /// `380671234567`
    Digits,
    /// `80671234567`
    Eight,
    /// `+380671234567`
    Plain,
    /// With letters before or after the number.
    Letters,
    /// Not a phone number at all.
    TooShort,
}

impl Spelling {
    /// Any spelling that can be read back.
    #[must_use]
    pub fn any(rng: &mut StdRng) -> Self {
        let all = [Self::Shop, Self::Shop, Self::National, Self::Dashes, Self::Digits, Self::Eight, Self::Plain];
        all[rng.random_range(0..all.len())]
    }
}
