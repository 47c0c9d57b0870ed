-- The nightly proof: once a day the whole window of a store is read again and compared with what is held of it.
ALTER TABLE store
    ADD COLUMN audit_asked_at   timestamptz,        -- a person wants one now
    ADD COLUMN audited_at       timestamptz,        -- end of the last one
    ADD COLUMN audited_on       date,               -- its day, store's own zone
    ADD COLUMN audit_found      integer NOT NULL DEFAULT 0, -- orders that no poll had seen, saved by it
    ADD COLUMN audit_revived    integer NOT NULL DEFAULT 0, -- excluded orders that left their status, imported by it
    ADD COLUMN audit_failures   integer NOT NULL DEFAULT 0, -- tries in a row that came to no end
    ADD COLUMN removed_asked_at timestamptz;        -- since then its linked work orders are to be looked for in RO App
CREATE INDEX store_removed_asked ON store (account_id) WHERE removed_asked_at IS NOT NULL;

-- The last proof, day by day. A sum is NULL where the total of one of its orders cannot be read.
CREATE TABLE audit_day (
    store_id        bigint NOT NULL REFERENCES store,
    day             date,                           -- of placed_at; NULL: it cannot be read
    orders          bigint NOT NULL,                -- as the store showed them
    total           numeric,
    linked          bigint NOT NULL,
    linked_total    numeric,
    excluded        bigint NOT NULL,
    excluded_total  numeric,
    held            bigint NOT NULL,
    held_total      numeric,
    failed          bigint NOT NULL,
    failed_total    numeric,
    waiting         bigint NOT NULL,
    waiting_total   numeric,
    gone            bigint NOT NULL,
    gone_total      numeric,
    why             text NOT NULL                   -- why it does not balance; empty: it does
);
CREATE UNIQUE INDEX audit_day_of ON audit_day (store_id, day) NULLS NOT DISTINCT;

-- Work orders that were deleted in RO App.
ALTER TABLE store_order
    ADD COLUMN look_for_removal_at timestamptz,     -- RO App did not have it; looked for a second time not before this
    ADD COLUMN recreate            boolean NOT NULL DEFAULT false, -- a person wants a deleted work order made again
    ADD COLUMN former_work_orders  bigint[] NOT NULL DEFAULT '{}'; -- deleted ones that it was linked with
CREATE INDEX store_order_removal ON store_order (store_id) WHERE look_for_removal_at IS NOT NULL;
CREATE INDEX store_order_former ON store_order (store_id) WHERE former_work_orders <> '{}';
