-- Store orders: (store, number) is unique and outlives the integration.
CREATE TABLE store_order (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id       bigint NOT NULL REFERENCES store,
    number         bigint NOT NULL,
    state          text NOT NULL CHECK (state IN
                   ('waiting', 'synced', 'incomplete', 'held', 'failed', 'excluded', 'unreadable', 'gone', 'removed')),
    reason         text NOT NULL DEFAULT '',
    state_since    timestamptz NOT NULL DEFAULT now(),
    in_import      boolean NOT NULL,                -- counted in the first import
    priority       smallint NOT NULL,               -- 0 a person asked, 1 live, 2 back-fill
    placed_at      timestamp,                       -- store's own zone
    store_status   bigint,
    total          numeric,
    version_id     bigint,                          -- newest version
    applied_version_id bigint,                      -- version that RO App last accepted whole
    next_try_at    timestamptz NOT NULL DEFAULT now(),
    tries          integer NOT NULL DEFAULT 0,
    repaired       boolean NOT NULL DEFAULT false,  -- the one repair after verification is used up
    manager_id     bigint,                          -- chosen once, before the first POST
    applied        jsonb NOT NULL DEFAULT '{}',     -- head, status and comments that RO App accepted
    pending_change text NOT NULL DEFAULT '',
    conflicts      jsonb NOT NULL DEFAULT '[]',
    first_seen_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (store_id, number),
    CHECK (state IN ('waiting', 'synced') OR reason <> '')
);
CREATE INDEX store_order_waiting ON store_order (store_id, priority, placed_at DESC, number DESC) WHERE state = 'waiting';
CREATE INDEX store_order_state ON store_order (store_id, state);

-- Normalised states of an order, immutable, each with the raw JSON it came from.
CREATE TABLE version (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    bigint NOT NULL REFERENCES store_order,
    fingerprint bytea NOT NULL,
    raw         json NOT NULL,                      -- json, not jsonb: a text with \u0000 is kept, too
    seen_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX version_order ON version (order_id, id);
ALTER TABLE store_order ADD FOREIGN KEY (version_id) REFERENCES version,
                        ADD FOREIGN KEY (applied_version_id) REFERENCES version;

-- Rows of a store's answer that do not even show an order number; kept raw.
CREATE TABLE stray_row (
    store_id    bigint NOT NULL REFERENCES store,
    fingerprint bytea NOT NULL,
    raw         json NOT NULL,
    reason      text NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, fingerprint)
);

-- What happened to an order, in words for people.
CREATE TABLE history (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES store_order,
    at       timestamptz NOT NULL DEFAULT now(),
    what     text NOT NULL
);
CREATE INDEX history_order ON history (order_id, id);

-- What a store's catalogue says about an article, in the chosen language; empty texts where it says nothing.
CREATE TABLE catalogue (
    store_id    bigint NOT NULL REFERENCES store,
    article     text NOT NULL,
    title       text NOT NULL,
    gtin        text NOT NULL,
    description text NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, article)
);
