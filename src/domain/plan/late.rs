//! Steps that got no answer before go last: a line or product that RO App cannot handle does not block the rest of its order.

use std::collections::BTreeMap;

use super::{Applied, Step};
use crate::domain::ids::ProductId;

/// Steps that are remembered, the latest ones: more than an order has lines.
const MOST_LATE: usize = 1000;
/// How a product is called among them; its link key follows.
const PRODUCT: &str = "product ";

impl Step {
    /// What tells steps of lines and products apart, the same in every plan.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        match self {
            Self::Product(want) => Some(format!("{PRODUCT}{}", want.link_key)),
            Self::AddLine { key, .. } => Some(format!("add {}", key.0)),
            Self::ChangeLine { item, .. } => Some(format!("change {item}")),
            Self::RemoveLine { item, .. } => Some(format!("remove {item}")),
            _ => None,
        }
    }
}

impl Applied {
    /// The step found no answer: from now on it goes after all others, and after those that found none before it.
    pub fn goes_last(&mut self, step: &Step) {
        let Some(label) = step.label() else { return };
        self.late.retain(|late| *late != label);
        self.late.push(label);
        self.late.drain(..self.late.len().saturating_sub(MOST_LATE));
    }

    /// Link keys of products that found no answer.
    pub fn late_products(&self) -> impl Iterator<Item = &str> {
        self.late.iter().filter_map(|label| label.strip_prefix(PRODUCT))
    }

    /// Whose turn it is: 0 is the first of those that found no answer. A line goes with its product, until that is known.
    fn turn(&self, step: &Step, products: &BTreeMap<String, ProductId>) -> Option<usize> {
        let of = |label: &str| self.late.iter().position(|late| late == label);
        let product = step.want().filter(|want| !products.contains_key(&want.link_key));
        let product = product.and_then(|want| of(&format!("{PRODUCT}{}", want.link_key)));
        product.or_else(|| step.label().and_then(|label| of(&label)))
    }

    /// Leaves out what found no answer before, so that everything else is done first; true where there is something of it. No work
    /// order is made for which no line is left.
    #[must_use]
    pub fn put_off(&self, steps: &mut Vec<Step>, products: &BTreeMap<String, ProductId>) -> bool {
        let before = steps.len();
        steps.retain(|step| self.turn(step, products).is_none());
        let is_put_off = steps.len() < before;
        let has = |wanted: fn(&Step) -> bool| steps.iter().any(wanted);
        if is_put_off
            && has(|step| matches!(step, Step::Create(_)))
            && !has(|step| matches!(step, Step::AddLine { .. }))
        {
            steps.clear();
        }
        is_put_off
    }

    /// Puts what found no answer before behind the other steps of lines, in the order of its turns.
    pub fn in_turn(&self, steps: &mut [Step], products: &BTreeMap<String, ProductId>) {
        let is_new = steps.iter().any(|step| matches!(step, Step::Create(_)));
        steps.sort_by_key(|step| {
            let turn = self.turn(step, products).map_or(0, |turn| turn + 1);
            let place = match step {
                Step::Person => 0,
                Step::Product(_) if is_new => 1,
                Step::Create(_) => 2,
                Step::Head { .. }
                | Step::Client(_)
                | Step::AcceptClient(_)
                | Step::Status(_)
                | Step::Comment(_)
                | Step::Told(_) => 4,
                _ => 3,
            };
            (place, turn)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ids::{ItemId, StoreStatusId},
        order::LineKey,
        plan::{AppliedHead, AppliedStatus, LineValues},
        product::ProductWant,
        store::ProductKeyKind,
    };

    fn want(key: &str) -> ProductWant {
        ProductWant {
            kind: ProductKeyKind::Sku,
            key: key.into(),
            link_key: key.into(),
            title: key.into(),
            article: key.into(),
            description: String::new(),
        }
    }

    fn add(key: &str) -> Step {
        let one = rust_decimal::Decimal::ONE;
        let values = LineValues { article: key.into(), quantity: one, price: one, discount: one };
        Step::AddLine { key: LineKey(key.into()), want: want(key), values, own_title: String::new() }
    }

    fn product(key: &str) -> Step {
        Step::Product(want(key))
    }

    fn remove(item: i64) -> Step {
        Step::RemoveLine { key: LineKey("r".into()), item: ItemId::new(item) }
    }

    fn create() -> Step {
        let text = String::new;
        Step::Create(AppliedHead {
            malfunction: text(),
            manager_notes: text(),
            estimated_price: text(),
            custom_fields: BTreeMap::new(),
        })
    }

    fn status() -> Step {
        Step::Status(AppliedStatus { store: StoreStatusId::new(1), written: None, kept: None, led_to: None })
    }

    fn late(steps: &[Step]) -> Applied {
        let mut applied = Applied::default();
        for step in steps {
            applied.goes_last(step);
        }
        applied
    }

    fn known(keys: &[&str]) -> BTreeMap<String, ProductId> {
        keys.iter().map(|key| ((*key).to_owned(), ProductId::new(1))).collect()
    }

    #[test]
    fn others_are_done_first_and_what_waits_takes_turns() {
        let mut applied = late(&[add("a"), remove(7), add("a")]);
        let all = [remove(7), remove(8), add("a"), add("b"), status()];
        let mut steps = all.to_vec();
        assert!(applied.put_off(&mut steps, &known(&["a", "b"])));
        assert_eq!(steps, [remove(8), add("b"), status()]);
        let mut steps = all.to_vec();
        applied.in_turn(&mut steps, &known(&["a", "b"]));
        assert_eq!(steps, [remove(8), add("b"), remove(7), add("a"), status()]);
        applied.goes_last(&remove(7));
        let mut steps = all.to_vec();
        applied.in_turn(&mut steps, &known(&["a", "b"]));
        assert_eq!(steps, [remove(8), add("b"), add("a"), remove(7), status()]);
        assert!(!late(&[]).put_off(&mut steps, &known(&[])));
        assert_eq!(steps.len(), all.len());
    }

    #[test]
    fn lines_go_with_their_product_until_it_is_known() {
        let applied = late(&[product("a"), add("b")]);
        assert_eq!(applied.late_products().collect::<Vec<_>>(), ["a"]);
        let all = [product("a"), add("b"), add("a"), add("c")];
        let mut steps = all.to_vec();
        assert!(applied.put_off(&mut steps, &known(&["b", "c"])));
        assert_eq!(steps, [add("c")]);
        let mut steps = all.to_vec();
        applied.in_turn(&mut steps, &known(&["b", "c"]));
        assert_eq!(steps, [add("c"), product("a"), add("a"), add("b")]);
        let mut steps = vec![add("a")];
        assert!(!applied.put_off(&mut steps, &known(&["a"])));
    }

    #[test]
    fn no_work_order_is_made_of_which_every_line_waits() {
        let applied = late(&[product("a"), product("b")]);
        let all = [Step::Person, product("a"), product("b"), create(), add("a"), add("b"), status()];
        let mut steps = all.to_vec();
        assert!(applied.put_off(&mut steps, &known(&[])));
        assert_eq!(steps, []);
        let mut steps = all.to_vec();
        late(&[product("a")]).in_turn(&mut steps, &known(&[]));
        assert_eq!(steps, [Step::Person, product("b"), product("a"), create(), add("b"), add("a"), status()]);
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut applied = Applied::default();
        for item in 0..1500 {
            applied.goes_last(&remove(item));
        }
        assert_eq!((applied.late.len(), applied.late[0].as_str()), (MOST_LATE, "remove 500"));
    }
}
