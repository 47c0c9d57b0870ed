//! One spelling for a word that scripts and transliterations spell differently.

/// Apostrophes in all their shapes: inside a word, and without a sound of their own.
pub(super) fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '"' | '’' | '‘' | '′' | 'ʼ' | 'ʹ' | 'ʻ')
}

/// Letter groups with one sound, in the order in which they are read.
const SOUNDS: [(&str, &str); 6] = [("shch", "sch"), ("kh", "h"), ("ph", "f"), ("th", "t"), ("tz", "ts"), ("ie", "e")];

/// A lower-case word without marks, in the common form.
pub(super) fn folded(word: &str) -> String {
    let mut folded = once_each(&in_latin(word));
    for (written, sound) in SOUNDS {
        folded = folded.replace(written, sound);
    }
    // Russian and Ukrainian endings: Сергей and Сергій, Ковальская and Ковальська.
    for (written, sound) in [("aia", "a"), ("ei", "i")] {
        if let Some(stem) = folded.strip_suffix(written).filter(|stem| stem.len() > 1) {
            folded = format!("{stem}{sound}");
        }
    }
    once_each(&folded)
}

/// Letter by letter into few Latin letters: those that transliterations mix up become one.
fn in_latin(word: &str) -> String {
    let mut latin = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            'c' if letters.peek() == Some(&'h') => latin.push('c'),
            _ => match sound(c) {
                Some(sound) => latin.push_str(sound),
                None => latin.push(c),
            },
        }
    }
    latin
}

/// The common form of a letter; `None` = as it is.
fn sound(letter: char) -> Option<&'static str> {
    let sound = match letter {
        'а' => "a",
        'б' => "b",
        'в' | 'w' => "v",
        'г' | 'ґ' | 'х' | 'g' => "h",
        'д' | 'đ' => "d",
        'е' | 'є' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'ы' | 'j' | 'y' | 'ı' | 'ј' => "i",
        'к' | 'c' | 'q' => "k",
        'л' | 'ł' => "l",
        'м' => "m",
        'н' => "n",
        'о' | 'ø' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ß' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "sch",
        'ю' => "iu",
        'я' => "ia",
        'x' => "ks",
        'æ' => "ae",
        'œ' => "oe",
        'ъ' | 'ь' => "",
        _ => return None,
    };
    Some(sound)
}

/// Doubled letters written once: Анна and Ana, Serhii and Serhi.
fn once_each(text: &str) -> String {
    let mut once = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_digit() || !once.ends_with(c) {
            once.push(c);
        }
    }
    once
}
