-- Work orders that carry the marker of an order and are not linked with it. What they claim is judged when that order is worked.
CREATE TABLE marker_claim (
    account_id    bigint NOT NULL REFERENCES account,
    work_order_id bigint NOT NULL,
    store_id      bigint NOT NULL REFERENCES store,
    number        bigint NOT NULL,                  -- perhaps of an order that was never seen
    expected      boolean NOT NULL,                 -- found when the account was taken over: perhaps made before a backup was restored
    strange       boolean NOT NULL,                 -- a sign that a second program makes work orders for the store
    told          boolean NOT NULL DEFAULT false,   -- a person resumed the store since: a sign no more
    seen_at       timestamptz NOT NULL DEFAULT now(),
    looked_at     timestamptz NOT NULL DEFAULT now(),
    missing_since timestamptz,                      -- RO App did not have it when it was last asked
    PRIMARY KEY (account_id, work_order_id)
);
CREATE INDEX marker_claim_of ON marker_claim (store_id, number);

-- Doubles that were told before are told again where they change; nothing waits for them.
UPDATE notice SET cleared_at = now() WHERE cleared_at IS NULL AND starts_with(topic, 'double ');
