-- A work order that RO App did not show though it answered is looked at again with each watch, not at once.
ALTER TABLE work_order_hint ADD COLUMN with_the_watch boolean NOT NULL DEFAULT false;

-- One to which a change of ours was sent and not answered is looked at once that is settled.
CREATE VIEW work_order_to_look_at AS
SELECT h.* FROM work_order_hint h
WHERE NOT EXISTS (
    SELECT 1 FROM work_order w JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
    WHERE w.account_id = h.account_id AND w.work_order_id = h.work_order_id
      AND coalesce(o.applied->'sent', 'null') <> 'null');
