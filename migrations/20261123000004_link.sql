-- Lasting pairs, each with the reason it was made.

-- (store order, work order). Keyed by number, since a marker can be adopted before the order itself is seen.
CREATE TABLE work_order (
    store_id      bigint NOT NULL REFERENCES store,
    number        bigint NOT NULL,
    account_id    bigint NOT NULL REFERENCES account,
    work_order_id bigint NOT NULL,
    reason        text NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, number),
    UNIQUE (account_id, work_order_id)
);

-- (line, item), with what RO App last accepted of it.
CREATE TABLE line (
    order_id   bigint NOT NULL REFERENCES store_order,
    line_key   text NOT NULL,
    item_id    bigint NOT NULL,
    product_id bigint NOT NULL,
    article    text NOT NULL,
    quantity   numeric NOT NULL,
    price      numeric NOT NULL,
    discount   numeric NOT NULL,                    -- the amount as it was sent
    verified   boolean NOT NULL DEFAULT false,      -- RO App was seen to show it, or staff keep it their way
    reason     text NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, line_key),
    UNIQUE (order_id, item_id)
);

-- (buyer, person) and (article, product) of an account. A row without a remote id is a claim: somebody is about to make
-- that person or product, and nobody else may.
CREATE TABLE link (
    account_id bigint NOT NULL REFERENCES account,
    kind       text NOT NULL CHECK (kind IN ('person', 'product')),
    key        text NOT NULL,
    remote_id  bigint,
    reason     text NOT NULL,
    review     text NOT NULL DEFAULT '',            -- what a person may want to look at
    order_id   bigint REFERENCES store_order,       -- the order it was made for
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, kind, key)
);
