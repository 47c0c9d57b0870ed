//! The causes of an error, as far as they tell more than the error itself.

use std::error::Error;

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
