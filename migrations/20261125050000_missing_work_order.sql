-- Since when RO App does not have a work order: it counts as deleted only after a second look.
ALTER TABLE work_order ADD COLUMN missing_since timestamptz;

-- The look for our markers begins earlier than the account: RO App's clock may be behind the database's. Where it began already, it
-- begins earlier once.
ALTER TABLE account ALTER COLUMN read_up_to SET DEFAULT now() - interval '25 hours';
UPDATE account SET read_up_to = read_up_to - interval '25 hours';

-- How often a person asked that an order be compared whole: what is asked while it is worked is not lost.
ALTER TABLE store_order ADD COLUMN resync_asks integer NOT NULL DEFAULT 0;
