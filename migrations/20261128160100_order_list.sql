-- Lists of orders, newest first, cost the same with ten orders and with a million: each kind of list walks an index of its own.
-- An order whose date cannot be read comes last.
CREATE INDEX store_order_newest ON store_order (coalesce(placed_at, '-infinity'), number, id);
CREATE INDEX store_order_newest_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id);
-- States that few orders are in, so that those few need not be looked for among all others.
CREATE INDEX store_order_newest_in_state ON store_order (state, coalesce(placed_at, '-infinity'), number, id)
    WHERE state <> ALL ('{synced,excluded}');
CREATE INDEX store_order_in_conflict ON store_order (id) WHERE pending_change <> '' OR conflicts <> '[]';
CREATE INDEX write_back_refused ON write_back (order_id) WHERE refusal <> '';
CREATE INDEX link_to_review ON link (order_id) WHERE kind = 'person' AND review <> '';

-- What points to a row is found from there.
CREATE INDEX store_order_version ON store_order (version_id);
CREATE INDEX store_order_applied_version ON store_order (applied_version_id);
CREATE INDEX journal_order ON journal (order_id);
CREATE INDEX journal_version ON journal (version_id);
CREATE INDEX link_order ON link (order_id);
CREATE INDEX notice_store ON notice (store_id);
CREATE INDEX store_host_store ON store_host (store_id);
