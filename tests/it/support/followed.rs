//! One young order, in RO App, and a daemon that follows it.

use cartum_roapp::{
    db::{
        history,
        orders::{Listed, OrderState},
        work,
    },
    domain::{dictionary::Names, store::Settings},
    sandbox::{
        roapp::{Item, Order, Staff},
        seed::{Discounts, Line, LineKind, ShopOrder},
        world::SandboxOptions,
    },
};
use rust_decimal::Decimal;

use super::{
    eventually,
    world::{Daemon, World, small},
};

/// See the module.
pub(crate) struct Followed {
    pub(crate) world: World,
    pub(crate) daemon: Daemon,
    pub(crate) number: i64,
    pub(crate) work_order: i64,
}

/// A line of the shop's.
pub(crate) fn line(storage_id: i64, article: &str, price: i64, quantity: i64) -> Line {
    Line {
        storage_id,
        parent: None,
        kind: LineKind::Product,
        article: article.into(),
        title: format!("Title of {article}"),
        price: price.into(),
        quantity: quantity.into(),
        marked_down: false,
    }
}

/// An order with these lines and status 1, imported.
pub(crate) async fn follow(lines: &[Line]) -> Followed {
    follow_of(World::imported_already(small(4)).await, lines).await
}

/// The same in another sandbox, or with other settings of the store.
pub(crate) async fn follow_in(options: SandboxOptions, lines: &[Line], change: impl FnOnce(&mut Settings)) -> Followed {
    follow_of(World::imported_with(options, change).await, lines).await
}

/// The same of a world whose import is finished.
pub(crate) async fn follow_of(world: World, lines: &[Line]) -> Followed {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.lines = lines.to_vec();
        order.discounts = Discounts::default();
        (order.status, order.paid) = (1, false);
        order.comment = "as it was".into();
    });
    let daemon = world.daemon();
    let mut followed = Followed { world, daemon, number, work_order: 0 };
    followed.work_order = followed.rests(OrderState::Synced, None).await.work_order.unwrap();
    followed
}

impl Followed {
    pub(crate) async fn row(&self) -> Option<Listed> {
        self.world.orders().await.into_iter().find(|order| order.number.get() == self.number)
    }

    /// Waits until a version other than `before` rests in this state.
    pub(crate) async fn rests(&self, state: OrderState, before: Option<Listed>) -> Listed {
        let before = before.and_then(|row| row.version);
        eventually(state.word(), || async {
            self.row().await.filter(|row| row.version != before && row.state == state)
        })
        .await
    }

    /// The buyer or the shop's staff change the order; it comes to rest as synced.
    pub(crate) async fn edit(&self, change: impl FnOnce(&mut ShopOrder)) -> Listed {
        self.edit_to(OrderState::Synced, change).await
    }

    pub(crate) async fn edit_to(&self, state: OrderState, change: impl FnOnce(&mut ShopOrder)) -> Listed {
        let before = self.row().await;
        self.world.sandbox.shop.edit(|shop| change(shop.orders.get_mut(&self.number).unwrap()));
        self.rests(state, before).await
    }

    pub(crate) fn made(&self) -> Order {
        self.world.sandbox.roapp.data().orders[&self.work_order].clone()
    }

    /// Article, quantity, price and discount of each line, sorted.
    pub(crate) fn lines(&self) -> Vec<(String, Decimal, Decimal, Decimal)> {
        let data = self.world.sandbox.roapp.data();
        let article = |item: &Item| data.products[&item.entity_id].article.clone();
        let line = |item: &Item| {
            (article(item), item.quantity.normalize(), item.price.normalize(), item.discount.amount.normalize())
        };
        let mut lines: Vec<_> = self.made().items.iter().map(line).collect();
        lines.sort();
        lines
    }

    pub(crate) fn total_is_the_stores(&self) {
        let expected = self.world.sandbox.shop.data().orders[&self.number].total_sum(false);
        assert_eq!(self.made().total(false), expected);
    }

    pub(crate) async fn conflicts(&self) -> Vec<(String, String, String)> {
        let id = self.row().await.unwrap().id;
        let work = work::load(self.world.database.pool(), id).await.unwrap();
        work.conflicts
            .into_iter()
            .map(|conflict| (conflict.part.to_string(), conflict.store.to_string(), conflict.roapp.to_string()))
            .collect()
    }

    pub(crate) fn calls(&self, method: &str) -> usize {
        self.world.sandbox.roapp.calls().iter().filter(|call| call.method == method).count()
    }

    pub(crate) fn staff(&self) -> Staff<'_> {
        self.world.sandbox.roapp.staff()
    }

    /// What happened to the order, oldest first.
    pub(crate) async fn history(&self) -> Vec<String> {
        let id = self.row().await.unwrap().id;
        let lines = history::of(self.world.database.pool(), id).await.unwrap();
        lines.into_iter().map(|(_, what)| what.in_words(&Names::default())).collect()
    }

    /// Waits until the history has a line with this text.
    pub(crate) async fn tells(&self, text: &str) {
        eventually(text, || async { self.history().await.iter().any(|line| line.contains(text)).then_some(()) }).await;
    }

    /// Status of the order in the shop.
    pub(crate) fn shop_status(&self) -> i64 {
        self.world.sandbox.shop.data().orders[&self.number].status
    }
}
