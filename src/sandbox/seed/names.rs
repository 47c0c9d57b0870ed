//! Invented names of five nations, and the variations that people type.

use rand::{RngExt, rngs::StdRng};

use super::{buyers::Nation, pick};

struct Names {
    first: [&'static str; 12],
    last: [&'static str; 14],
}

const UKRAINE: Names = Names {
    first: [
        "Олена",
        "Остап",
        "Мар'яна",
        "Ярослав",
        "Зоряна",
        "Юхим",
        "Дар’я",
        "Богдан",
        "Злата",
        "Їлля",
        "Соломія",
        "Гнат",
    ],
    last: [
        "Верболоз",
        "Житникова",
        "Калинюк",
        "Бджолярко",
        "Мальвенко",
        "Дубрівняк",
        "Хмелюкець",
        "Ожинський",
        "Лугов'як",
        "Щедриківна",
        "Ґавренець",
        "Яворівчук",
        "Криничанко",
        "Нечуй-Верба",
    ],
};

const ROMANIA: Names = Names {
    first: [
        "Ilinca",
        "Mircea",
        "Anișoara",
        "Ștefan",
        "Ruxandra",
        "Horațiu",
        "Ioana-Maria",
        "Țâțian",
        "Brândușa",
        "Dragoș",
        "Crăița",
        "Vlad",
    ],
    last: [
        "Frunzărescu",
        "Pădurețu",
        "Izvoreanca",
        "Țărmureanu",
        "Mureșteanu",
        "Șoimăreanu",
        "Câmpineanca",
        "Grâușor",
        "Văleanovici",
        "Rândunescu",
        "Zăpodeanu",
        "Stejărescu",
        "Luncășel",
        "Brazi-Toma",
    ],
};

const POLAND: Names = Names {
    first: [
        "Zofia",
        "Grzegorz",
        "Małgorzata",
        "Łukasz",
        "Bożena",
        "Świętopełk",
        "Jagna",
        "Kazimierz",
        "Żaneta",
        "Włodek",
        "Róża",
        "Miłosz",
    ],
    last: [
        "Borówkowicz",
        "Jeżynowska",
        "Źródlak",
        "Łąkowicz",
        "Świerczakowa",
        "Ćwikłowicz",
        "Wrzosowiec",
        "Żołędniak",
        "Gęślarz",
        "Śliwczyk",
        "Brzozogaj",
        "Kłosowiak",
        "Paprociuk",
        "Mech-Olszyna",
    ],
};

const BRITAIN: Names = Names {
    first: [
        "Harriet", "Jonty", "Rosalind", "Percival", "Mabel", "Digby", "Anne-Lou", "Fitz", "Winnie", "Barnaby", "Zoë",
        "Alfie",
    ],
    last: [
        "Fernsbury",
        "Thistledown",
        "O'Larkin",
        "Applegarthe",
        "Smith-Rowan",
        "Puddlecote",
        "Larkrise",
        "Hollinsby",
        "Mossgrove",
        "Quillfeather",
        "Brambleby",
        "Winterhay",
        "Cobbleton",
        "McThorne",
    ],
};

const GERMANY: Names = Names {
    first: [
        "Jürgen",
        "Liesel",
        "Käthe",
        "Ottokar",
        "Grit",
        "Hansjörg",
        "Anne-Käthe",
        "Björn",
        "Mechthild",
        "Götz",
        "Ilse",
        "Rüdiger",
    ],
    last: [
        "Birkenthaler",
        "Mühlgräser",
        "Großwieser",
        "Käferbach",
        "Höllwegner",
        "Straßmoos",
        "von Ahornfeld",
        "Wüstlich",
        "Eichgärtner",
        "Lärchensporn",
        "Kießling-Au",
        "Tannhöfer",
        "Schlüsselblum",
        "Öhrlein",
    ],
};

/// A first and a last name.
#[must_use]
pub(super) fn draw(rng: &mut StdRng, nation: Nation) -> (String, String) {
    let names = match nation {
        Nation::Ukraine => UKRAINE,
        Nation::Romania => ROMANIA,
        Nation::Poland => POLAND,
        Nation::Britain => BRITAIN,
        Nation::Germany => GERMANY,
    };
    (String::from(*pick(rng, &names.first)), String::from(*pick(rng, &names.last)))
}

/// The name as somebody might type it another time: swapped, in capitals, in Latin letters, with an initial, with extra spaces.
#[must_use]
pub fn retyped(first: &str, last: &str, rng: &mut StdRng) -> String {
    match rng.random_range(0..9) {
        0 => format!("{last} {first}"),
        1 => format!("{first} {last}").to_uppercase(),
        2 => latin(&format!("{first} {last}")),
        3 => format!("{last} {}", initial(first)),
        4 => format!(" {first}  {} ", last.to_lowercase()),
        _ => format!("{first} {last}"),
    }
}

/// The first letter with a full stop.
#[must_use]
pub fn initial(name: &str) -> String {
    name.chars().take(1).chain(['.']).collect()
}

/// The text in plain Latin letters: Ukrainian by the national table of 2010, diacritics dropped.
#[must_use]
pub fn latin(text: &str) -> String {
    let mut out = String::new();
    let mut word_starts = true;
    for letter in text.chars() {
        let lower: char = letter.to_lowercase().next().unwrap_or(letter);
        let spelt = spelt(lower, word_starts);
        word_starts = !letter.is_alphabetic() && !matches!(letter, '\'' | '’');
        match spelt {
            None => out.push(letter),
            Some(spelt) if letter.is_uppercase() => {
                let mut rest = spelt.chars();
                out.extend(rest.next().into_iter().flat_map(char::to_uppercase));
                out.extend(rest);
            }
            Some(spelt) => out.push_str(spelt),
        }
    }
    out
}

fn spelt(lower: char, word_starts: bool) -> Option<&'static str> {
    const PLAIN: [(&str, &str); 59] = [
        ("а", "a"),
        ("б", "b"),
        ("в", "v"),
        ("г", "h"),
        ("ґ", "g"),
        ("д", "d"),
        ("е", "e"),
        ("ж", "zh"),
        ("з", "z"),
        ("и", "y"),
        ("і", "i"),
        ("к", "k"),
        ("л", "l"),
        ("м", "m"),
        ("н", "n"),
        ("о", "o"),
        ("п", "p"),
        ("р", "r"),
        ("с", "s"),
        ("т", "t"),
        ("у", "u"),
        ("ф", "f"),
        ("х", "kh"),
        ("ц", "ts"),
        ("ч", "ch"),
        ("ш", "sh"),
        ("щ", "shch"),
        ("ь", ""),
        ("'", ""),
        ("’", ""),
        ("ă", "a"),
        ("â", "a"),
        ("î", "i"),
        ("ș", "s"),
        ("ț", "t"),
        ("ą", "a"),
        ("ć", "c"),
        ("ę", "e"),
        ("ł", "l"),
        ("ń", "n"),
        ("ó", "o"),
        ("ś", "s"),
        ("ź", "z"),
        ("ż", "z"),
        ("ä", "a"),
        ("ö", "o"),
        ("ü", "u"),
        ("ß", "ss"),
        ("ë", "e"),
        ("é", "e"),
        ("á", "a"),
        ("í", "i"),
        ("ú", "u"),
        ("ç", "c"),
        ("ñ", "n"),
        ("è", "e"),
        ("ô", "o"),
        ("ê", "e"),
        ("à", "a"),
    ];
    let at_start = |start, inside| Some(if word_starts { start } else { inside });
    match lower {
        'є' => at_start("ye", "ie"),
        'ї' => at_start("yi", "i"),
        'й' => at_start("y", "i"),
        'ю' => at_start("yu", "iu"),
        'я' => at_start("ya", "ia"),
        _ => PLAIN.iter().find(|(from, _)| from.starts_with(lower)).map(|(_, to)| *to),
    }
}
