-- A number that comes back as another order (a restored or emptied shop). A row without `ended_at`: the store shows another order
-- under the number, and a person has not said yet whether it is the same; the versions from then on are the other's.
CREATE TABLE earlier_order (
    store_id      bigint NOT NULL REFERENCES store,
    number        bigint NOT NULL,
    generation    integer NOT NULL,
    version_id    bigint NOT NULL,                  -- its last version; perhaps not kept for ever
    placed_at     timestamp,                        -- store's own zone
    total         numeric,
    work_order_id bigint,                           -- its work order, which is left alone
    asked_at      timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,                      -- a person said so: the number belongs to another order
    PRIMARY KEY (store_id, number, generation)
);

-- Which order of its number it is, from 1; from 2 on the marker shows it.
ALTER TABLE store_order ADD COLUMN generation integer NOT NULL DEFAULT 1;
ALTER TABLE marker_claim ADD COLUMN generation integer NOT NULL DEFAULT 1;
