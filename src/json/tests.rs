#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::effort::assert_linear;

fn rows(text: &[u8]) -> Result<Vec<&[u8]>, Fault> {
    Entries::of(text, start(text)).unwrap().map(|entry| entry.map(|(_, value)| &text[value])).collect()
}

#[test]
fn what_is_plainly_meant_is_repaired() {
    for (text, value) in [
        (&br#""cut emoji \ud83d""#[..], json!("cut emoji \u{fffd}")),
        (br#""\ude00\ud83d and \ud83d\ude00""#, json!("\u{fffd}\u{fffd} and \u{1f600}")),
        (br#""\ud83dA""#, json!("\u{fffd}A")),
        (b"\"caf\xe9\"", json!("caf\u{fffd}")),
        (b"\"a\0b\\u0000c\"", json!("abc")),
        (b"\"two\nlines\ttab\x1b\"", json!("two\nlines\ttab\u{1b}")),
        (br#""\x\u12""#, json!("xu12")),
        (br#"{"a":1,"a":2,}"#, json!({"a": 2})),
        (b"[1,-2, 3.50 ,1e2,true,null,]", json!([1, -2, 3.5, 100.0, true, null])),
        (
            b"[1e999, 123456789012345678901234567890, 0.12345678901234567, NaN]",
            json!(["1e999", "123456789012345678901234567890", "0.12345678901234567", "NaN"]),
        ),
    ] {
        assert_eq!(read(text).unwrap(), value, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn what_is_too_deep_is_nothing() {
    let deep = format!("{}7{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut value = &read(format!("{{\"a\":{deep},\"b\":1}}").as_bytes()).unwrap()["a"];
    while let Some(inner) = value.get(0) {
        value = inner;
    }
    assert_eq!(value, &Value::Null);
}

#[test]
fn a_fault_is_told_by_its_place_and_kind() {
    for (text, at, what) in [
        (&br#"{"a": "he said "hi"", "b": 1}"#[..], 16, "a comma is missing"),
        (br#"{"a" 1}"#, 5, "a colon is missing"),
        (b"[1", 2, "a comma is missing"),
        (br#"["Ivan"#, 6, "it ends within a text"),
        (b"[]]", 2, "something follows the value"),
        (b"", 0, "a value is missing"),
    ] {
        assert_eq!(read(text), Err(Fault::new(at, what)), "{}", String::from_utf8_lossy(text));
    }
    let many = format!("[{}1]", "1,".repeat(MAX_VALUES));
    assert_eq!(read(many.as_bytes()).unwrap_err().what, "more values than any order has");
}

#[test]
fn a_broken_row_is_cut_out_like_any_other() {
    let text = br#"[{"id":1,"text":"he said "hi" twice"}, {"id":2 "x"}, 3, null]"#;
    assert_eq!(rows(text).unwrap().len(), 4);
    for (text, at) in [(&br#"[{"id":1,"text":"an odd " quote"}]"#[..], 34), (b"[{\"a\":[1,2}]", 10), (b"[1,2", 4)] {
        assert_eq!(rows(text).unwrap_err().at, at, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn fields_are_found_whatever_stands_between() {
    let text = b"\xef\xbb\xbf {\"a\": {\"b\": 1}, \"b\": [2], \"c\" : \"x\", \"b\": 3}";
    let [a, b, none] = fields(text, start(text), ["a", "b", "d"]).unwrap();
    assert_eq!((&text[a.unwrap()], &text[b.unwrap()], none), (&b"{\"b\": 1}"[..], &b"3"[..], None));
    assert_eq!(fields(b"[1]", 0, ["a"]).unwrap(), [None]);
}

#[test]
fn work_grows_with_the_length_alone() {
    for piece in ["[", "{\"a\":", "\"", "\\\"", "{\"a\":1},", "\\ud83d", "]"] {
        for before in ["[", "[\""] {
            assert_linear(piece, |text| {
                let text = format!("{before}{text}");
                drop(read(text.as_bytes()));
                let entries = Entries::of(text.as_bytes(), 0).into_iter().flatten();
                assert!(entries.take_while(Result::is_ok).count() < usize::MAX);
            });
        }
    }
}

proptest! {
    #[test]
    fn json_is_read_as_it_is_written(texts in prop::collection::vec(any::<String>(), 0..6), number in any::<i64>(), cents in -9_999_999_i32..9_999_999) {
        let texts: Vec<_> = texts.into_iter().map(|text| text.replace('\0', "")).collect();
        let value = json!({"texts": texts, "n": number, "f": f64::from(cents) / 100.0, "o": {"x": [], "y": {}}});
        prop_assert_eq!(read(value.to_string().as_bytes()).unwrap(), value.clone());
        prop_assert_eq!(read(serde_json::to_string_pretty(&value).unwrap().as_bytes()).unwrap(), value);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\u0d8 ".to_vec())], 0..60)) {
        drop(read(&bytes));
        let _ = skip(&bytes, 0);
        if let Some(entries) = Entries::of(&bytes, start(&bytes)) {
            entries.for_each(drop);
        }
        drop(fields(&bytes, start(&bytes), ["a"]));
    }
}
