-- The watch over RO App: whose a work order was when it was last seen, or since we gave it to its buyer.
ALTER TABLE work_order ADD COLUMN seen_client bigint;
