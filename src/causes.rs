//! The causes of an error, as far as they tell more than the error itself.

use std::error::Error;

use crate::domain::said::Said;

/// The texts of an error's causes. A cause that the preceding texts already contain is left out.
#[must_use]
pub fn of(error: &dyn Error) -> Vec<String> {
    let (mut told, mut causes, mut source) = (error.to_string(), Vec::new(), error.source());
    while let Some(cause) = source {
        let text = cause.to_string();
        if !told.contains(&text) {
            told.push_str(": ");
            told.push_str(&text);
            causes.push(text);
        }
        source = cause.source();
    }
    causes
}

/// An error and its causes in one line.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let texts: Vec<_> = std::iter::once(error.to_string()).chain(of(error)).collect();
    texts.join(": ")
}

/// What a person is told of an error, with its causes where they say more.
#[must_use]
pub fn with_causes(said: Said, error: &dyn Error) -> Said {
    let causes = of(error);
    if causes.is_empty() { said } else { Said::new("caused").with("error", said).with("cause", causes.join(": ")) }
}

/// An error of our own inside, which nobody but its text explains, as a message.
#[must_use]
pub fn internal(error: &dyn Error) -> Said {
    Said::new("internal").with("error", chain(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes_each_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("{0}")]
        struct Told(&'static str, #[source] Option<Box<Told>>);
        let error = Told("no answer", Some(Box::new(Told("answer", Some(Box::new(Told("refused", None)))))));
        assert_eq!(chain(&error), "no answer: refused");
    }
}
