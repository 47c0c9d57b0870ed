//! Lines: one RO App line per store line, with staff's work kept (design section 6, invariant 6).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{AppliedLine, Conflict, Facts, Keep, LineValues, Links, NewItem, Part, Plan, Step, settle};
use crate::domain::{
    discount::{PerWhat, SumFault, price_lines},
    ids::{ItemId, ProductId},
    money,
    order::{Line, LineKey},
    product::{self, ProductWant},
    remote::{Head, Item},
    said::{Said, Value},
    store::UnknownProducts,
    text,
};

impl Step {
    /// A line is added, changed or removed in RO App.
    #[must_use]
    pub fn writes_a_line(&self) -> bool {
        matches!(self, Self::AddLine { .. } | Self::ChangeLine { .. } | Self::RemoveLine { .. })
    }

    /// The product that it finds, makes or needs.
    #[must_use]
    pub fn want(&self) -> Option<&ProductWant> {
        match self {
            Self::Product(want) | Self::AddLine { want, .. } => Some(want),
            _ => None,
        }
    }
}

/// The key of a line that is none of the store's.
pub(super) fn item_key(id: ItemId) -> LineKey {
    LineKey(format!("item {id}"))
}

pub(super) fn part_of(line: &WantedLine) -> Part {
    Part::Line(line.want.title.clone())
}

/// A line as the store wants it.
#[derive(Debug, Clone)]
pub(super) struct WantedLine {
    pub(super) key: LineKey,
    pub(super) want: ProductWant,
    pub(super) values: LineValues,
    own_title: String,
}

/// The store's lines with their share of the discount.
pub(super) fn wanted(facts: &Facts<'_>) -> Result<Vec<WantedLine>, SumFault> {
    let priced = price_lines(facts.order, facts.per)?;
    let by_key: BTreeMap<_, _> = facts.order.lines.iter().map(|line| (&line.key, line)).collect();
    let lines = priced.into_iter().filter_map(|priced| {
        let line = by_key.get(&priced.key)?;
        let discount = match facts.per {
            PerWhat::Unit if !priced.quantity.is_zero() => priced.discount / priced.quantity,
            _ => priced.discount,
        };
        Some(WantedLine {
            key: priced.key.of_part(priced.part),
            want: ProductWant::of(line, facts.settings, facts.catalogue),
            own_title: title(line),
            values: LineValues {
                article: line.article.clone(),
                quantity: priced.quantity.normalize(),
                price: priced.price.normalize(),
                discount: discount.normalize(),
            },
        })
    });
    let mut lines: Vec<_> = lines.collect();
    keep_keys(&mut lines, facts);
    forget_common_titles(&mut lines);
    Ok(lines)
}

fn title(line: &Line) -> String {
    text::shorten(&text::defuse_markers(&text::one_line(&line.title)), text::MAX_NAME)
}

/// Titles matter where lines of one product differ in them, as options of an article do.
fn forget_common_titles(lines: &mut [WantedLine]) {
    let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in &*lines {
        titles.entry(line.want.link_key.clone()).or_default().insert(line.own_title.clone());
    }
    for line in lines {
        if titles.get(&line.want.link_key).is_none_or(|titles| titles.len() < 2) {
            line.own_title.clear();
        }
    }
}

/// Lines without an id of their own are told apart by article, title and place, and may come in another order, under another title,
/// or after one that was removed: one that says what was applied under another such key has that key, so that nothing is written.
fn keep_keys(lines: &mut [WantedLine], facts: &Facts<'_>) {
    let is_applied = |key: &LineKey, line: &WantedLine| {
        facts.applied.lines.get(key).is_some_and(|applied| applied.values == line.values)
    };
    for at in 0..lines.len() {
        let line = &lines[at];
        if !line.key.is_ordinal() || is_applied(&line.key, line) {
            continue;
        }
        let could_swap = |other: &WantedLine| {
            other.key.is_ordinal()
                && (&other.values.article, &other.own_title) == (&line.values.article, &line.own_title)
                && is_applied(&other.key, line)
                && !is_applied(&other.key, other)
        };
        if let Some(other) = lines.iter().position(could_swap) {
            let key = lines[at].key.clone();
            lines[at].key = std::mem::replace(&mut lines[other].key, key);
        }
    }
    let mut taken: BTreeSet<_> = lines.iter().map(|line| line.key.clone()).collect();
    for must_be_equal in [true, false] {
        for line in &mut *lines {
            if let Some(key) = free_key(line, &taken, facts, must_be_equal) {
                taken.insert(key.clone());
                line.key = key;
            }
        }
    }
}

/// The key under which the same goods were applied as another line, that no line of the store has any more. An article that
/// identifies nothing says nothing about goods: there the product must be the same.
fn free_key(line: &WantedLine, taken: &BTreeSet<LineKey>, facts: &Facts<'_>, must_be_equal: bool) -> Option<LineKey> {
    let applied = &facts.applied.lines;
    if !line.key.is_ordinal() || applied.contains_key(&line.key) {
        return None;
    }
    let product = facts.links.products.get(&line.want.link_key);
    let is_of_goods = |applied: &AppliedLine| {
        let is_known = !product::identifies_nothing(&line.values.article);
        applied.values.article == line.values.article && product.map_or(is_known, |product| applied.product == *product)
    };
    let is_it = |(key, applied): &(&LineKey, &AppliedLine)| {
        key.is_ordinal()
            && is_of_goods(applied)
            && (!must_be_equal || applied.values == line.values)
            && !taken.contains(*key)
    };
    applied.iter().find(is_it).map(|(key, _)| key.clone())
}

/// Products that are not linked yet, then every line.
pub(super) fn add_all(facts: &Facts<'_>, wanted: &[WantedLine], plan: &mut Plan) {
    products(facts, wanted.iter(), plan);
    plan.steps.extend(wanted.iter().map(add));
}

pub(super) fn add(line: &WantedLine) -> Step {
    let WantedLine { key, want, values, own_title } = line.clone();
    Step::AddLine { key, want, values, own_title }
}

/// Products that are not linked yet, each once.
pub(super) fn products<'a>(facts: &Facts<'_>, lines: impl Iterator<Item = &'a WantedLine>, plan: &mut Plan) {
    let Links { products, refused, .. } = facts.links;
    let is_known = |key: &String| products.contains_key(key) || refused.contains(key);
    for line in lines.filter(|line| !is_known(&line.want.link_key)) {
        let is_planned = |step: &Step| matches!(step, Step::Product(want) if want.link_key == line.want.link_key);
        if !plan.steps.iter().any(is_planned) {
            plan.steps.push(Step::Product(line.want.clone()));
        }
    }
}

/// Something about the lines has to be written.
pub(super) fn differ(facts: &Facts<'_>, wanted: &[WantedLine]) -> bool {
    wanted.len() != facts.applied.lines.len()
        || wanted
            .iter()
            .any(|line| facts.applied.lines.get(&line.key).is_none_or(|applied| applied.values != line.values))
}

/// Three-way: what the store wants, what was applied, what RO App has.
pub(super) fn change(facts: &Facts<'_>, wanted: &[WantedLine], head: &Head, items: &[Item], plan: &mut Plan) {
    if facts.resync {
        list_differences(facts, wanted, items, plan);
    }
    let frozen = frozen(head, items);
    match facts.keep {
        _ if facts.as_it_is => return settle::accept_lines(facts, wanted, items, plan),
        Some(Keep::RoApp) => return settle::accept_lines(facts, wanted, items, plan),
        Some(Keep::Store) => settle::write_lines(facts, wanted, (frozen.as_ref(), items), plan),
        None => {}
    }
    if !differ(facts, wanted) {
        return;
    }
    let by_key: BTreeMap<_, _> = wanted.iter().map(|line| (&line.key, line)).collect();
    let is_other_line = |applied: &AppliedLine, line: &WantedLine| applied.values.article != line.values.article;
    let new: Vec<_> = wanted
        .iter()
        .filter(|line| facts.applied.lines.get(&line.key).is_none_or(|applied| is_other_line(applied, line)))
        .collect();
    let adopted = facts.applied.adopted;
    // Of a frozen work order they are there to be found, not to be made or waited for.
    if frozen.is_none() || (adopted && facts.settings.unknown_products == UnknownProducts::Create) {
        products(facts, new.iter().copied(), plan);
    }
    // Whether a line is there already can be told once its product is known.
    let is_looked_for = plan.steps.iter().any(|step| matches!(step, Step::Product(_)));
    let has_free = items.iter().any(|item| is_free(facts, item));
    if (adopted && !plan.steps.is_empty()) || (has_free && is_looked_for) {
        plan.again = true;
        return;
    }
    if let Some(reason) = frozen {
        // Adopting writes nothing: it is found out which lines are there.
        let (mut missing, other): (Vec<_>, Vec<_>) =
            new.into_iter().partition(|line| !facts.applied.lines.contains_key(&line.key));
        if adopted {
            missing = adopt(facts, missing, items, plan);
        }
        if !adopted || !missing.is_empty() || !other.is_empty() {
            plan.pending = Some(pending(reason, wanted));
        }
        return;
    }
    let there: BTreeMap<_, _> = items.iter().map(|item| (item.id, item)).collect();
    for (key, applied) in &facts.applied.lines {
        let item = there.get(&applied.item).copied();
        match by_key.get(key) {
            Some(line) if !is_other_line(applied, line) => change_one(facts, line, applied, item, plan),
            _ => remove_one(facts, key, applied, item, plan),
        }
    }
    let missing = if adopted { adopt(facts, new, items, plan) } else { not_there(facts, new, items, plan) };
    plan.steps.extend(missing.into_iter().map(add));
}

/// Matches the store's lines with what stands in an adopted work order: equal product, quantity and price; the discount
/// only chooses between several, the lowest id wins. A line of equal product alone was changed by the store or by staff at a
/// time that is not on record: it is kept and listed, as is what the store does not have. What is not there is left to be added.
fn adopt<'a>(facts: &Facts<'_>, new: Vec<&'a WantedLine>, items: &[Item], plan: &mut Plan) -> Vec<&'a WantedLine> {
    let mut taken: BTreeSet<_> = facts.applied.lines.values().map(|line| line.item).collect();
    let product_of = |line: &WantedLine| facts.links.products.get(&line.want.link_key).copied();
    let mut unlike = Vec::new();
    for line in new {
        match same_item(items, product_of(line), &line.values, &taken) {
            Some((item, product)) => {
                taken.insert(item);
                plan.steps.push(adopt_line(line, item, product));
            }
            None => unlike.push(line),
        }
    }
    let mut missing = Vec::new();
    for line in unlike {
        let product = product_of(line);
        let same_product =
            |item: &&Item| !taken.contains(&item.id) && item.product.is_some() && item.product == product;
        match (items.iter().filter(same_product).min_by_key(|item| item.id), product) {
            (Some(item), Some(product)) => {
                taken.insert(item.id);
                plan.conflicts.push(Conflict::new(part_of(line), describe(&line.values), describe_item(item)));
                plan.steps.push(adopt_line(line, item.id, product));
                plan.steps.push(Step::AcceptLine { key: line.key.clone(), values: line.values.clone() });
            }
            _ => missing.push(line),
        }
    }
    let strange = items.iter().filter(|item| !taken.contains(&item.id));
    let strange = strange.map(|item| {
        Conflict::new(Part::Item(item.id, String::new()), Said::new("line-not-there"), describe_item(item))
    });
    plan.conflicts.extend(strange);
    missing
}

/// It belongs to no line of the store's.
fn is_free(facts: &Facts<'_>, item: &Item) -> bool {
    facts.applied.lines.values().all(|line| line.item != item.id)
}

/// What is left to be added of new lines: one that stands there already as the store has it, and belongs to no other line, is
/// taken for it. A backup that was restored does not know what was added since, and staff may have been told of the line.
fn not_there<'a>(facts: &Facts<'_>, new: Vec<&'a WantedLine>, items: &[Item], plan: &mut Plan) -> Vec<&'a WantedLine> {
    let (mut taken, mut missing) = (BTreeSet::new(), Vec::new());
    for line in new {
        let (product, values) = (facts.links.products.get(&line.want.link_key).copied(), &line.values);
        let is_it = |item: &&Item| {
            let told = (item.product, item.quantity, item.price);
            let is_left = is_free(facts, item) && !taken.contains(&item.id);
            is_left && told == (product, Some(values.quantity), Some(values.price)) && shows(item, values)
        };
        match (items.iter().filter(is_it).min_by_key(|item| item.id), product) {
            (Some(item), Some(product)) => {
                taken.insert(item.id);
                plan.steps.push(adopt_line(line, item.id, product));
            }
            _ => missing.push(line),
        }
    }
    missing
}

fn adopt_line(line: &WantedLine, item: ItemId, product: ProductId) -> Step {
    Step::AdoptLine { key: line.key.clone(), item: NewItem { item, product }, values: line.values.clone() }
}

/// The item that an unlinked line most likely became: the lowest id of those that fit best.
#[must_use]
pub fn same_item(
    items: &[Item],
    product: Option<ProductId>,
    values: &LineValues,
    taken: &BTreeSet<ItemId>,
) -> Option<(ItemId, ProductId)> {
    let product = product?;
    let fits = items.iter().filter(|item| {
        !taken.contains(&item.id)
            && item.product.is_none_or(|there| there == product)
            && item.quantity.is_none_or(|quantity| quantity == values.quantity)
            && item.price.is_none_or(|price| price == values.price)
    });
    fits.min_by_key(|item| (!shows(item, values), item.id)).map(|item| (item.id, product))
}

/// What staff changed or removed of lines that are as before in the store; it is kept.
fn list_differences(facts: &Facts<'_>, wanted: &[WantedLine], items: &[Item], plan: &mut Plan) {
    for line in wanted {
        let Some(applied) = facts.applied.lines.get(&line.key).filter(|applied| applied.values == line.values) else {
            continue;
        };
        let item = items.iter().find(|item| item.id == applied.item);
        if !item.is_some_and(|item| shows(item, &applied.values)) {
            let roapp = item.map_or_else(|| not_here(applied), |item| Value::from(describe_item(item)));
            plan.conflicts.push(Conflict::new(part_of(line), describe(&line.values), roapp));
        }
    }
}

/// What RO App has of a line that is not there, or that a person left out.
fn not_here(applied: &AppliedLine) -> Value {
    if applied.is_waived() { Said::new("line-left-out").into() } else { Said::new("line-deleted").into() }
}

fn change_one(facts: &Facts<'_>, line: &WantedLine, applied: &AppliedLine, item: Option<&Item>, plan: &mut Plan) {
    if line.values == applied.values {
        return;
    }
    let (key, values) = (line.key.clone(), line.values.clone());
    let accept = Step::AcceptLine { key: key.clone(), values: values.clone() };
    match item {
        Some(item) if shows(item, &line.values) => plan.steps.push(accept),
        Some(item) if shows(item, &applied.values) => {
            plan.steps.push(Step::ChangeLine { key, item: item.id, values });
        }
        _ if facts.keep == Some(Keep::Store) => settle::write_line(facts, line, item, plan),
        // Staff changed or deleted it: kept as RO App has it, listed once.
        _ => {
            let roapp = item.map_or_else(|| not_here(applied), |item| Value::from(describe_item(item)));
            plan.conflicts.push(Conflict::new(part_of(line), describe(&line.values), roapp));
            plan.steps.push(accept);
        }
    }
}

fn remove_one(facts: &Facts<'_>, key: &LineKey, applied: &AppliedLine, item: Option<&Item>, plan: &mut Plan) {
    match item {
        Some(item) if shows(item, &applied.values) || facts.keep == Some(Keep::Store) => {
            plan.steps.push(Step::RemoveLine { key: key.clone(), item: item.id });
        }
        Some(item) => {
            let part = Part::Item(item.id, applied.values.article.clone());
            plan.conflicts.push(Conflict::new(part, Said::new("line-removed-there"), describe_item(item)));
            plan.steps.push(Step::ForgetLine { key: key.clone() });
        }
        None => plan.steps.push(Step::ForgetLine { key: key.clone() }),
    }
}

/// Nothing of the work order can be changed.
pub(super) const CLOSED: Said = Said::new("work-order-closed");

/// Why lines must be left alone, if they must.
pub(super) fn frozen(head: &Head, items: &[Item]) -> Option<Said> {
    if head.is_closed() {
        Some(CLOSED)
    } else if items.iter().any(|item| item.written_off) {
        Some(Said::new("written-off-goods"))
    } else {
        None
    }
}

/// The item shows the line as it was written, and the product with it.
#[must_use]
pub fn shows_line(item: &Item, line: &AppliedLine) -> bool {
    item.product.is_none_or(|product| product == line.product) && shows(item, &line.values)
}

/// The item shows these values; what the answer leaves out counts as equal, and so does what RO App rounded off.
pub(super) fn shows(item: &Item, values: &LineValues) -> bool {
    item.quantity.is_none_or(|quantity| quantity == values.quantity)
        && item.price.is_none_or(|price| price == values.price || price == money::round(values.price))
        && item.percentage.is_none()
        && item.discount.is_none_or(|discount| discount == values.discount)
}

pub(super) fn describe(values: &LineValues) -> String {
    say(values.quantity, values.price, values.discount)
}

fn describe_item(item: &Item) -> String {
    let amounts = [item.quantity, item.price, item.discount].map(Option::unwrap_or_default);
    let said = say(amounts[0], amounts[1], amounts[2]);
    match item.percentage {
        Some(percentage) => format!("{said} − {} %", percentage.normalize()),
        None => said,
    }
}

fn say(quantity: Decimal, price: Decimal, discount: Decimal) -> String {
    let (quantity, price, discount) = (quantity.normalize(), price.normalize(), discount.normalize());
    if discount.is_zero() { format!("{quantity} × {price}") } else { format!("{quantity} × {price} − {discount}") }
}

fn pending(why: Said, wanted: &[WantedLine]) -> Said {
    let line = |line: &WantedLine| {
        Said::new("wanted-line").with("title", line.want.title.as_str()).with("values", describe(&line.values))
    };
    match wanted {
        [] => Said::new("pending-no-lines").with("why", why),
        lines => Said::new("pending-lines").with("why", why).with("lines", lines.iter().map(line).collect::<Value>()),
    }
}
