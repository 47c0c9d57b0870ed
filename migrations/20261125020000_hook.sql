-- Webhooks in. The URL of a webhook holds a secret: it is sealed, and found by the SHA-256 of the secret.

-- The one subscription of a store; a row from the first attempt on.
CREATE TABLE store_hook (
    store_id    bigint PRIMARY KEY REFERENCES store,
    state       text NOT NULL CHECK (state IN ('idle', 'asked', 'subscribed', 'refused', 'ended')),
    state_since timestamptz NOT NULL DEFAULT now(),
    reason      text NOT NULL DEFAULT '',
    public_url  text NOT NULL,                      -- http.public_url that the store was asked with
    event       text NOT NULL,
    target_url  bytea,                              -- sealed; exactly as the store was told
    secret_hash bytea UNIQUE,
    hook_id     bigint,                             -- the store's id of the subscription
    tries       integer NOT NULL DEFAULT 0,         -- to subscribe, or to unsubscribe
    tried_at    timestamptz,
    hinted_at   timestamptz                         -- last hint that no read has answered yet
);

-- Numbers that webhooks of a store named: read with the next poll, known or not.
CREATE TABLE order_hint (
    store_id  bigint NOT NULL REFERENCES store,
    number    bigint NOT NULL,
    hinted_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, number)
);

-- Where the webhooks of a RO App account come to.
CREATE TABLE account_hook (
    account_id     bigint PRIMARY KEY REFERENCES account,
    secret         bytea NOT NULL,                  -- sealed; the last part of the path
    secret_hash    bytea NOT NULL UNIQUE,
    signing_secret bytea,                           -- sealed; RO App's own, where it has one
    made_at        timestamptz NOT NULL DEFAULT now()
);

-- Events of RO App that were taken, so that none is taken twice; kept for a week.
CREATE TABLE account_event (
    account_id bigint NOT NULL REFERENCES account,
    event_id   text NOT NULL,
    seen_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, event_id)
);
CREATE INDEX account_event_age ON account_event (account_id, seen_at);

-- Work orders that webhooks named: the account's watch looks at them now.
CREATE TABLE work_order_hint (
    account_id    bigint NOT NULL REFERENCES account,
    work_order_id bigint NOT NULL,
    hinted_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, work_order_id)
);
