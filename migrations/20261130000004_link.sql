-- Lasting pairs, each with the reason it was made.

-- (store order, work order). Keyed by number, since a marker can be adopted before the order itself is seen.
CREATE TABLE work_order (
    store_id         bigint NOT NULL REFERENCES store,
    number           bigint NOT NULL,
    account_id       bigint NOT NULL REFERENCES account,
    work_order_id    bigint NOT NULL,
    made_at          timestamptz NOT NULL DEFAULT now(),
    shown_number     text NOT NULL DEFAULT '',      -- RO App's number of it, such as A003; empty until it was seen
    initial_status   bigint,                        -- the status that it was made with, as its answer or the first reading showed it
    missing_since    timestamptz,                   -- RO App does not have it: deleted only after a second look
    -- the watch over RO App (design sections 7 and 8): what was last seen there, or written by us since
    seen_modified_at timestamptz,                   -- RO App's own clock
    seen_status      bigint,
    seen_client      bigint,
    seen_closed      boolean NOT NULL DEFAULT false,
    seen_written_off boolean NOT NULL DEFAULT false,
    seen_fields      bytea,                         -- fingerprints: told once when they differ from what we wrote
    seen_lines       bytea,
    seen_lines_due   boolean NOT NULL DEFAULT false, -- they changed while our order waited, and are read once it does no more
    PRIMARY KEY (store_id, number),
    UNIQUE (account_id, work_order_id)
);
-- What arrived lately.
CREATE INDEX work_order_made ON work_order (store_id, made_at);
CREATE INDEX work_order_missing ON work_order (account_id, missing_since) WHERE missing_since IS NOT NULL;

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
    reason     jsonb,                               -- why these belong together; none while it is only claimed
    review     jsonb,                               -- why a person should look at it
    order_id   bigint REFERENCES store_order,       -- the order it was made for
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, kind, key)
);
CREATE INDEX link_order ON link (order_id);
-- A person or a product that is gone in RO App is looked for by its id there.
CREATE INDEX link_remote ON link (account_id, kind, remote_id);
CREATE INDEX link_to_review ON link (order_id) WHERE kind = 'person' AND review IS NOT NULL;

-- It sets the mark of the order that the link is made for and takes none away, so that it waits for no other order.
CREATE FUNCTION link_to_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE store_order SET to_review = true WHERE id = NEW.order_id AND NOT to_review;
    RETURN NULL;
END $$;
CREATE TRIGGER link_to_review AFTER INSERT OR UPDATE OF review, order_id ON link
    FOR EACH ROW WHEN (NEW.kind = 'person' AND NEW.review IS NOT NULL AND NEW.order_id IS NOT NULL) EXECUTE FUNCTION link_to_review();

-- Work orders that carry the marker of an order and are not linked with it. What they claim is judged when that order is worked.
CREATE TABLE marker_claim (
    account_id    bigint NOT NULL REFERENCES account,
    work_order_id bigint NOT NULL,
    store_id      bigint NOT NULL REFERENCES store,
    number        bigint NOT NULL,                  -- perhaps of an order that was never seen
    generation    integer NOT NULL DEFAULT 1,
    expected      boolean NOT NULL,                 -- found when the account was taken over: perhaps made before a backup was restored
    strange       boolean NOT NULL,                 -- a sign that a second program makes work orders for the store
    told          boolean NOT NULL DEFAULT false,   -- a person resumed the store since: a sign no more
    seen_at       timestamptz NOT NULL DEFAULT now(),
    looked_at     timestamptz NOT NULL DEFAULT now(),
    missing_since timestamptz,                      -- RO App did not have it when it was last asked
    PRIMARY KEY (account_id, work_order_id)
);
CREATE INDEX marker_claim_of ON marker_claim (store_id, number);

-- Work orders that webhooks named: the account's watch looks at them now.
CREATE TABLE work_order_hint (
    account_id     bigint NOT NULL REFERENCES account,
    work_order_id  bigint NOT NULL,
    hinted_at      timestamptz NOT NULL,
    with_the_watch boolean NOT NULL DEFAULT false,  -- RO App answered and did not show it: looked at with each watch, not at once
    PRIMARY KEY (account_id, work_order_id)
);

-- One to which a change of ours was sent and not answered is looked at once that is settled.
CREATE VIEW work_order_to_look_at AS
SELECT h.* FROM work_order_hint h
WHERE NOT EXISTS (
    SELECT 1 FROM work_order w JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
    WHERE w.account_id = h.account_id AND w.work_order_id = h.work_order_id AND o.sent IS NOT NULL);
