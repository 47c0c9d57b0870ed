//! Lines that RO App refuses: each is left as it is there and named, with its article and title, and the others are still written.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    db::orders::OrderState,
    domain::{
        order::LineKey,
        plan::Step,
        said::{Said, Value},
    },
    sync::{
        account::Account,
        order::{Order, late::Pass},
        outcome::{Also, Outcome, Parked, Run},
    },
};

/// Lines refused in a row with the same words, and none taken, after which the rest is not tried: it is not about one of them.
const SAME_WORDS: usize = 5;
/// Refused lines that are remembered, to tell one again.
const MOST_KNOWN: usize = 200;
/// Lines named in a reason, at most.
const MOST_NAMED: usize = 10;

/// Lines that RO App did not take.
#[derive(Debug, Default)]
pub(super) struct RefusedLines {
    /// Each line and why.
    lines: Vec<(Said, Said)>,
    /// Why a product could not be made, which is seldom about that product alone.
    product: Option<Said>,
    /// How many were not tried any more.
    untried: usize,
    /// The status is left until they are there.
    status_waits: bool,
    /// Steps of lines that are not tried again in a later turn.
    steps: BTreeSet<String>,
}

impl RefusedLines {
    fn note(&mut self, line: Said, why: Said) {
        if self.lines.iter().all(|(known, _)| *known != line) {
            self.lines.push((line, why));
        }
    }

    /// A later turn does not try this step of a line again.
    pub(super) fn remember(&mut self, step: &Step) {
        self.steps.extend(step.label());
    }

    /// What RO App says to all of them, where that is the same.
    fn cause(&self) -> Option<&Said> {
        let (_, why) = self.lines.first()?;
        self.lines.iter().all(|(_, other)| other == why).then_some(why)
    }

    /// The lines, for an outcome of another cause.
    pub(super) fn also(&self) -> Option<Value> {
        (!self.lines.is_empty())
            .then(|| listed(self.lines.iter().map(|line| with_why(Said::new("refused-line-as-well"), line))))
    }

    /// What becomes of the order; `None` where every line was taken.
    fn outcome(&self, order: &Order) -> Option<Parked> {
        let (_, first) = self.lines.first()?;
        let any_taken = order.work.applied.lines.values().any(|line| !line.is_waived());
        let refused = if let Some(why) = self.cause() {
            let lines = self.lines.iter().map(|(line, _)| line.clone());
            Said::new("lines-refused-alike").with("why", why.clone()).with("lines", listed(lines))
        } else {
            let lines = self.lines.iter().map(|line| with_why(Said::new("refused-line"), line));
            Said::new("lines-refused").with("lines", listed(lines))
        };
        let refused = match self.untried {
            0 => refused,
            untried => Said::new("lines-refused-and-untried").with("refused", refused).with("untried", untried),
        };
        let rest = if any_taken { Said::new("other-lines-written") } else { Said::new("no-line-written") };
        let rest = if self.status_waits { Said::new("status-waits-for-lines").with("rest", rest) } else { rest };
        let reason = Said::new("lines-left").with("refused", refused).with("rest", rest);
        let cause = if any_taken { self.product.clone() } else { Some(self.cause().unwrap_or(first).clone()) };
        Some(Parked { state: OrderState::Failed, reason, also: cause.map_or(Also::Nothing, Also::Refusal) })
    }
}

fn with_why(said: Said, (line, why): &(Said, Said)) -> Said {
    said.with("line", line.clone()).with("why", why.clone())
}

fn listed(lines: impl ExactSizeIterator<Item = Said>) -> Value {
    let more = lines.len().saturating_sub(MOST_NAMED);
    let more = (more > 0).then(|| Said::new("and-more").with("more", more));
    lines.take(MOST_NAMED).chain(more).collect()
}

impl Order {
    /// What becomes of an order with these lines; `None` where every line was taken. The same lines refused in order after order
    /// are no fault of the store's or the account's.
    pub(super) fn rest_of(&self, account: &Account<'_>, refused: &RefusedLines) -> Option<Outcome> {
        let mut parked = refused.outcome(self)?;
        if let (Also::Refusal(_), Some((line, _))) = (&parked.also, refused.lines.first()) {
            let is_new = account.seen(|seen| {
                if seen.refused_lines.len() >= MOST_KNOWN {
                    seen.refused_lines.clear();
                }
                seen.refused_lines.insert(line.clone())
            });
            if !is_new {
                parked.also = Also::Nothing;
            }
        }
        Some(Outcome::Parked(parked))
    }

    /// Whether a step is not to be done because of lines that RO App did not take or that are tried after it: theirs, or what would
    /// close the work order.
    /// A work order of which not a single line can be had is not made.
    pub(super) async fn passes_by(&self, account: &Account<'_>, step: &Step, refused: &mut RefusedLines) -> Run<bool> {
        if let Some(want) = step.want()
            && let Some(why) = self.refused_products.get(&want.link_key)
        {
            refused.note(name(self, step), why.clone());
            return Ok(true);
        }
        if step.label().is_some_and(|label| refused.steps.contains(&label)) {
            return Ok(true);
        }
        if refused.lines.is_empty() && self.pass != Pass::SomePutOff {
            return Ok(false);
        }
        match step {
            Step::Create(_) if self.products.is_empty() => {
                let rest = self.rest_of(account, refused);
                Err(rest.unwrap_or_else(|| Outcome::trouble(Said::new("no-line-to-write"), Duration::ZERO)))
            }
            Step::AddLine { .. } | Step::Product(_)
                if refused.lines.len() >= SAME_WORDS
                    && refused.cause().is_some()
                    && self.work.applied.lines.is_empty() =>
            {
                refused.untried += usize::from(step.writes_a_line());
                Ok(true)
            }
            Step::Status(status) => {
                let Some(target) = status.written else { return Ok(false) };
                let closes = match account.roapp()?.closes(target).await {
                    Ok(closes) => closes,
                    Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
                };
                refused.status_waits |= closes;
                Ok(closes)
            }
            _ => Ok(false),
        }
    }

    /// RO App does not take this step of a line.
    pub(super) async fn line_stays(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        why: Said,
        refused: &mut RefusedLines,
    ) -> Run {
        if let Step::Product(want) = step {
            self.refused_products.insert(want.link_key.clone(), why.clone());
            refused.product.get_or_insert_with(|| why.clone());
        }
        refused.note(name(self, step), why);
        refused.remember(step);
        // A line that takes its place has its key.
        self.set_apart(account, step).await
    }
}

/// The line as its shop knows it.
pub(super) fn name(order: &Order, step: &Step) -> Said {
    let of_line = |key: &LineKey| {
        let line = order.data.lines.iter().find(|line| line.key == *key);
        line.map_or(Said::new("line-some"), |line| title(&line.title, &line.article))
    };
    match step {
        Step::Product(want) => title(&want.title, &want.article),
        Step::AddLine { want, own_title, .. } => {
            title(if own_title.is_empty() { &want.title } else { own_title }, &want.article)
        }
        Step::ChangeLine { key, .. } => Said::new("line-change").with("line", of_line(key)),
        Step::RemoveLine { key, item } => {
            let article = order.work.applied.lines.get(key).map(|line| line.values.article.as_str());
            match article.filter(|article| !article.is_empty()) {
                None => Said::new("line-removal").with("item", *item),
                Some(article) => Said::new("line-removal-of").with("item", *item).with("article", article),
            }
        }
        _ => Said::new("line-some"),
    }
}

fn title(title: &str, article: &str) -> Said {
    if article.trim().is_empty() {
        Said::new("line-named").with("title", title)
    } else {
        Said::new("line-named-of").with("title", title).with("article", article)
    }
}
