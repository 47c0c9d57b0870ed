-- Every way to choose orders of a list walks an index in the list's order, so that a page costs the same with a million orders, also
-- where the orders that fit are few and old.

-- A state that nearly every order is in may be one that few are in elsewhere.
DROP INDEX store_order_newest_in_state;
CREATE INDEX store_order_newest_in_state ON store_order (state, coalesce(placed_at, '-infinity'), number, id);
-- A number is looked for without knowing the store.
CREATE INDEX store_order_number ON store_order (number);

ALTER TABLE store_order
    ADD COLUMN refused   boolean NOT NULL DEFAULT false,  -- the store does not take a status that staff set
    ADD COLUMN to_review boolean NOT NULL DEFAULT false;  -- its person had a reason to be looked at; the link says whether it still has

CREATE FUNCTION write_back_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE store_order SET refused = false WHERE id = OLD.order_id AND refused;
    ELSE
        UPDATE store_order SET refused = NEW.refusal <> '' WHERE id = NEW.order_id AND refused <> (NEW.refusal <> '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER write_back_refused AFTER INSERT OR DELETE OR UPDATE OF refusal ON write_back
    FOR EACH ROW EXECUTE FUNCTION write_back_refused();

-- It sets the mark of the order that the link is made for and takes none away, so that it waits for no other order.
CREATE FUNCTION link_to_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE store_order SET to_review = true WHERE id = NEW.order_id AND NOT to_review;
    RETURN NULL;
END $$;
CREATE TRIGGER link_to_review AFTER INSERT OR UPDATE OF review, order_id ON link
    FOR EACH ROW WHEN (NEW.kind = 'person' AND NEW.review <> '' AND NEW.order_id IS NOT NULL) EXECUTE FUNCTION link_to_review();

UPDATE store_order o SET refused = true FROM write_back b WHERE b.order_id = o.id AND b.refusal <> '';
UPDATE store_order o SET to_review = true FROM link l WHERE l.order_id = o.id AND l.kind = 'person' AND l.review <> '';

DROP INDEX store_order_in_conflict;
CREATE INDEX store_order_in_conflict ON store_order (coalesce(placed_at, '-infinity'), number, id)
    WHERE pending_change <> '' OR conflicts <> '[]' OR refused;
CREATE INDEX store_order_in_conflict_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id)
    WHERE pending_change <> '' OR conflicts <> '[]' OR refused;
CREATE INDEX store_order_to_review ON store_order (coalesce(placed_at, '-infinity'), number, id) WHERE to_review;
CREATE INDEX store_order_to_review_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id) WHERE to_review;

-- A person or a product that is gone in RO App is looked for by its id there.
CREATE INDEX link_remote ON link (account_id, kind, remote_id);

-- What points to a row is found from there; so far only open notices and unsettled calls were.
CREATE INDEX notice_account ON notice (account_id);
CREATE INDEX journal_account ON journal (account_id);
