-- The status that each work order was made with, as its answer or the first reading showed it: staff may change the order
-- type's own at any time. What `store` keeps is the last one seen, for work orders of which none is on record.
ALTER TABLE work_order ADD COLUMN initial_status bigint;
UPDATE work_order w SET initial_status = s.initial_status FROM store s WHERE s.id = w.store_id;
