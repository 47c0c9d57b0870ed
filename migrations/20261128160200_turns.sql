-- An order that made many calls and is not done gives way to others; since when it waits for its next turn.
ALTER TABLE store_order
    ADD COLUMN gave_way_at timestamptz,
    -- It was put off. It may be due again by now; what was never put off is found without walking over what was.
    ADD COLUMN postponed   boolean NOT NULL DEFAULT false;

UPDATE store_order SET postponed = true WHERE state = 'waiting' AND next_try_at > now();

DROP INDEX store_order_waiting;
CREATE INDEX store_order_waiting ON store_order (store_id, priority, placed_at DESC, number DESC)
    WHERE state = 'waiting' AND gave_way_at IS NULL AND NOT postponed;
CREATE INDEX store_order_postponed ON store_order (store_id, next_try_at)
    WHERE state = 'waiting' AND gave_way_at IS NULL AND postponed;
CREATE INDEX store_order_gave_way ON store_order (store_id, gave_way_at)
    WHERE state = 'waiting' AND gave_way_at IS NOT NULL;
-- When the first of a store's orders is due, whatever it waits for.
CREATE INDEX store_order_next_try ON store_order (store_id, next_try_at) WHERE state = 'waiting';
