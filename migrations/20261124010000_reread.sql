-- Orders that are read again by number: asked for by a person, missing in the store's answers, or deleted there.
ALTER TABLE store_order
    ADD COLUMN fetch_asked_at timestamptz,                -- a person wants it read now
    ADD COLUMN missing_times  integer NOT NULL DEFAULT 0, -- polls in a row in which the store did not show it
    ADD COLUMN missing_since  timestamptz,                -- the first of them
    ADD COLUMN gone_at        timestamptz;                -- it was believed then that the store deleted it
CREATE INDEX store_order_fetch ON store_order (store_id) WHERE fetch_asked_at IS NOT NULL;

-- Which statuses of a store are the successful end of an order, as the store itself lists them.
ALTER TABLE store
    ADD COLUMN successful_statuses bigint[] NOT NULL DEFAULT '{3}', -- until they are read: the stock id
    ADD COLUMN statuses_read_at    timestamptz;
