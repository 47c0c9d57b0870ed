//! A call that changes something in a store is sent only while the lease outlives the call (invariant 4).

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::support::{Store, ok};
use crate::{
    cartum::CartumError,
    domain::ids::{HookId, OrderNumber, StoreStatusId},
    http::Fence,
    secrets::Secret,
};

const UPDATE: &str = "orders/update";

#[tokio::test]
async fn nothing_that_changes_a_store_is_sent_when_the_lease_could_end_before_its_answer() {
    let store = Store::open().await;
    store.on(UPDATE, |_, _| ok(json!({"log": [{"order_id": 7, "status": "OK", "message": "UPDATED"}]}))).await;
    let cartum = store.cartum();
    let status = [(OrderNumber::new(7), StoreStatusId::new(5))];
    let target = Secret::new("https://sync.example.com/hooks/cartum/0".to_owned());
    // A call may take five seconds here.
    let (keeper, fence) = Fence::until(Instant::now() + Duration::from_secs(4));
    let refused = cartum.set_statuses(&status, &fence).await;
    assert!(matches!(refused, Err(CartumError::FenceClosed(_))), "{refused:?}");
    assert!(cartum.subscribe("order_created", &target, &fence).await.is_err());
    assert!(cartum.unsubscribe(HookId::new(3), &target, &fence).await.is_err());
    let logins = store.calls("auth").await.len();
    assert_eq!((store.requests().await, logins), (logins, 1), "nothing but the login went out");
    keeper.extend(Instant::now() + Duration::from_secs(30));
    assert!(cartum.set_statuses(&status, &fence).await.unwrap().is_empty());
    assert_eq!(store.calls(UPDATE).await.len(), 1);
}
