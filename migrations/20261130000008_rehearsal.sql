-- What an import would do, found out before anything is written to RO App.

-- The last rehearsal of a store.
CREATE TABLE rehearsal (
    store_id  bigint PRIMARY KEY REFERENCES store,
    run       uuid NOT NULL,                        -- one that was begun anew takes the place of the one before
    began_at  timestamptz NOT NULL DEFAULT now(),
    beat_at   timestamptz NOT NULL DEFAULT now(),   -- it goes on: one without a beat for long was interrupted
    ended_at  timestamptz,
    progress  jsonb NOT NULL,
    report    jsonb,                                -- what it found, once it has ended
    failure   jsonb                                 -- why it could not go on
);

-- Orders that RO App may have already, without our marker: another connector made them, or a person did.
CREATE TABLE possible_double (
    store_id      bigint NOT NULL REFERENCES store,
    number        bigint NOT NULL,                  -- perhaps of an order that was not imported yet
    placed_at     timestamp NOT NULL,               -- the store's own zone
    total         numeric NOT NULL,
    candidates    jsonb NOT NULL,                   -- work orders, each with what speaks for it
    is_wanted     boolean NOT NULL,                 -- the import brings it; else it is shown once it is to be brought
    choice        text CHECK (choice IN ('link', 'skip', 'create')), -- what a person decided; the order is held until then
    work_order_id bigint,                           -- the one that it is linked with
    decided_by    text,
    decided_at    timestamptz,
    PRIMARY KEY (store_id, number),
    CHECK ((choice = 'link') = (work_order_id IS NOT NULL)),
    CHECK ((choice IS NULL) = (decided_at IS NULL))
);
CREATE INDEX possible_double_link ON possible_double (work_order_id) WHERE work_order_id IS NOT NULL;
