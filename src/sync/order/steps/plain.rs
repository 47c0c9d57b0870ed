//! Texts that RO App refuses: they are sent in a simpler and shorter form, and finally left out. No order fails because of them.

use std::time::Duration;

use crate::{
    domain::{
        ids::WorkOrderId,
        plainer::{bare_block, plainer, plainer_block},
        plan::{AppliedHead, Part, Step},
        said::{Said, Value},
    },
    roapp::{NewProduct, OrderChange, RoAppError},
    sync::{
        account::Account,
        order::{Order, steps::work_order},
        outcome::Run,
    },
};

impl Order {
    /// A change of the head that RO App refuses as a whole: each part is sent by itself, and what it takes in no form stays as it
    /// is there. Where it takes nothing at all, it is not about texts.
    pub(in crate::sync::order) async fn head_in_parts(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        change: &OrderChange,
        refusal: RoAppError,
    ) -> Run {
        let Step::Head { head, change: planned, notes_left } = step else { return Ok(()) };
        let order = work_order(self)?;
        let mut shown = head.clone();
        let (mut left, mut taken, mut notes_left) = (Vec::new(), false, *notes_left);
        if let Some(text) = &change.malfunction {
            let title = self.store.settings.words().order_title(self.work.number);
            let forms = once(text).chain(plainer(text)).chain([title]);
            let part = |malfunction| OrderChange { malfunction: Some(malfunction), ..OrderChange::default() };
            if let Some(text) = account.first_taken(order, forms, part).await? {
                (taken, shown.malfunction) = (true, text);
            } else {
                shown.malfunction = self.head.as_ref().map(|head| head.malfunction.clone()).unwrap_or_default();
                left.push(Part::Title);
            }
        }
        if let Some(text) = &change.manager_notes {
            // Staff's own words around our block stay as they are.
            let block = &head.manager_notes;
            let around = |form: String| text.replacen(block.as_str(), &form, 1);
            let forms = once(block).chain(plainer_block(block));
            let part = |form: String| OrderChange { manager_notes: Some(around(form)), ..OrderChange::default() };
            if let Some(form) = account.first_taken(order, forms, part).await? {
                (taken, shown.manager_notes) = (true, form);
            } else {
                notes_left = true;
                left.push(Part::Notes);
            }
        }
        if let Some(price) = change.estimated_price {
            let part = |_| OrderChange { estimated_price: Some(price), ..OrderChange::default() };
            if account.first_taken(order, once(&head.estimated_price), part).await?.is_some() {
                taken = true;
            } else {
                left.push(Part::Price);
            }
        }
        for (id, text) in &change.custom_fields {
            let part = |text| OrderChange { custom_fields: [(*id, text)].into(), ..OrderChange::default() };
            if let Some(text) = account.first_taken(order, once(text).chain(plainer(text)), part).await? {
                taken = true;
                shown.custom_fields.insert(*id, text);
            } else {
                let there = self.head.as_ref().and_then(|head| head.custom_fields.get(id)).cloned();
                shown.custom_fields.insert(*id, there.unwrap_or_default());
                left.push(Part::Field(*id));
            }
        }
        if !taken && !self.takes_a_change(account, order).await? {
            return Err(account.stop_for(refusal, Duration::ZERO).await);
        }
        let what = if left.is_empty() {
            Said::new("head-changed-plainer").with("error", Said::from(&refusal))
        } else {
            Said::new("head-changed-partly")
                .with("parts", left.iter().map(Said::from).collect::<Value>())
                .with("error", Said::from(&refusal))
        };
        self.shown = Some(shown);
        let step = Step::Head { change: planned.clone(), head: head.clone(), notes_left };
        self.accepted(account, &step, None, Some(&what)).await
    }

    /// Whether the work order can be changed at all: its title as RO App has it is sent once more.
    async fn takes_a_change(&self, account: &Account<'_>, order: WorkOrderId) -> Run<bool> {
        let Some(title) = self.head.as_ref().map(|head| head.malfunction.clone()) else { return Ok(false) };
        let part = |malfunction| OrderChange { malfunction: Some(malfunction), ..OrderChange::default() };
        Ok(account.first_taken(order, once(&title), part).await?.is_some())
    }
}

fn once(text: &str) -> impl Iterator<Item = String> + use<> {
    std::iter::once(text.to_owned())
}

/// A new work order's texts as they are, then as few as it can be found again by. What was left out is written afterwards, as far as
/// RO App takes it.
pub(in crate::sync::order) fn heads(order: &Order, head: &AppliedHead) -> Vec<AppliedHead> {
    let bare = AppliedHead {
        malfunction: order.store.settings.words().order_title(order.work.number),
        manager_notes: bare_block(&head.manager_notes),
        ..head.clone()
    };
    let without_fields = AppliedHead { custom_fields: std::collections::BTreeMap::new(), ..bare.clone() };
    let mut heads = vec![head.clone(), bare, without_fields];
    heads.dedup();
    heads
}

/// Longest article that any RO App takes, in characters.
const SHORT_ARTICLE: usize = 60;

/// A new product as it is, then with the token alone to describe it, then with a plain title and nothing that it can be without,
/// then under its article, else under `stand_in`; then the same two with a plain and short article, if its own is neither. At last it
/// has none, as where RO App takes that for another's: the description says it, as long as RO App lets it.
pub(in crate::sync::order) fn products(product: NewProduct, token: &str, stand_in: &str) -> Vec<NewProduct> {
    let bare = NewProduct { description: token.to_owned(), ..product.clone() };
    let title = plainer(&product.title).into_iter().find(|title| title.chars().count() <= 100);
    let title = title.unwrap_or_else(|| product.title.clone());
    let plain = NewProduct { title, code: None, barcodes: Vec::new(), ..bare.clone() };
    let and_nameless = |plain: NewProduct| {
        let title = if plain.article.is_empty() { stand_in } else { &plain.article };
        let nameless = NewProduct { title: title.to_owned(), ..plain.clone() };
        [plain, nameless]
    };
    let short = plainer(&product.article).into_iter().find(|article| article.chars().count() <= SHORT_ARTICLE);
    let short = short.map(|article| NewProduct { article: article.trim().to_owned(), ..plain.clone() });
    let without = NewProduct { article: String::new(), ..short.clone().unwrap_or_else(|| plain.clone()) };
    let told = short.as_ref().map_or(&plain.article, |short| &short.article);
    let told = NewProduct { description: format!("{told}\n{token}"), ..without.clone() };
    let without = NewProduct { title: stand_in.to_owned(), ..without };
    let without = [told, without].into_iter().filter(|_| !plain.article.is_empty()).collect::<Vec<_>>();
    let forms = std::iter::once(plain).chain(short).flat_map(and_nameless);
    let mut products: Vec<_> = [product, bare].into_iter().chain(forms).chain(without).collect();
    products.dedup();
    products
}

/// A comment of a line, then its plainer forms, then none.
pub(in crate::sync::order) fn comments(comment: String) -> Vec<String> {
    if comment.is_empty() {
        return vec![comment];
    }
    let forms = plainer(&comment);
    std::iter::once(comment).chain(forms).chain([String::new()]).collect()
}
