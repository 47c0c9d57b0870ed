#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::*;

fn place(table: &'static str, row: &str, column: &'static str) -> Place {
    Place { table, row: row.to_owned(), column }
}

#[test]
fn a_sealed_secret_opens_only_at_its_place() {
    let keyring = Keyring::ephemeral().unwrap();
    let home = place("store", "7", "password");
    let sealed = keyring.seal(&home, &Secret::new("tr0ub4dor".to_owned())).unwrap();
    assert_eq!(keyring.open(&home, &sealed).unwrap().expose(), "tr0ub4dor");
    for other in [place("account", "7", "password"), place("store", "8", "password"), place("store", "7", "login")] {
        assert!(matches!(keyring.open(&other, &sealed), Err(SecretsError::Refused(_))), "{other}");
    }
}

#[test]
fn places_whose_parts_join_to_the_same_text_are_different_places() {
    let keyring = Keyring::ephemeral().unwrap();
    let sealed = keyring.seal(&place("store", "1password", ""), &Secret::new("x".to_owned())).unwrap();
    assert!(keyring.open(&place("store", "1", "password"), &sealed).is_err());
}

#[test]
fn another_key_is_told_by_its_id() {
    let (ours, theirs) = (Keyring::ephemeral().unwrap(), Keyring::ephemeral().unwrap());
    let home = place("store", "7", "password");
    let sealed = theirs.seal(&home, &Secret::new("x".to_owned())).unwrap();
    let message = ours.open(&home, &sealed).unwrap_err().to_string();
    assert!(message.contains(ours.key_id()) && message.contains(theirs.key_id()), "{message}");
}

#[test]
fn the_same_secret_never_seals_to_the_same_bytes() {
    let keyring = Keyring::ephemeral().unwrap();
    let (home, secret) = (place("store", "7", "password"), Secret::new("x".to_owned()));
    assert_ne!(keyring.seal(&home, &secret).unwrap(), keyring.seal(&home, &secret).unwrap());
}

#[test]
fn debug_output_hides_the_text() {
    assert!(!format!("{:?}", Secret::new("hunter2".to_owned())).contains("hunter2"));
}

#[test]
fn a_file_gives_its_text_without_one_line_end() {
    for (text, secret) in [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a "), ("a\r", "a\r"), ("", "")] {
        assert_eq!(Secret::from_file_text(text.to_owned()).expose(), secret, "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_flipped_bit_never_opens(text in ".{0,40}", at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let keyring = Keyring::ephemeral().unwrap();
        let home = place("account", "1", "api_key");
        let mut sealed = keyring.seal(&home, &Secret::new(text)).unwrap();
        let at = at.index(sealed.0.len());
        sealed.0[at] ^= 1 << bit;
        prop_assert!(keyring.open(&home, &sealed).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let keyring = Keyring::ephemeral().unwrap();
        prop_assert!(keyring.open(&place("account", "1", "api_key"), &Sealed(bytes)).is_err());
    }
}
