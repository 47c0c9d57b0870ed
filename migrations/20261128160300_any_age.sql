-- What is asked regularly costs the same at any age of a store. What keeps it so are triggers, so that a process of the release
-- before keeps it, too.

-- From when on no poll reads an order again: it has been in a successful or the canceled status for 14 days unchanged.
ALTER TABLE store_order ADD COLUMN final_at timestamptz NOT NULL DEFAULT 'infinity';

CREATE FUNCTION final_from(status bigint, successful bigint[], changed_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN status = 4 OR status = ANY (successful) THEN changed_at + interval '14 days' ELSE 'infinity' END $$;

UPDATE store_order o SET final_at = final_from(o.store_status, s.successful_statuses, v.seen_at)
FROM store s, version v
WHERE s.id = o.store_id AND v.id = o.version_id AND (o.store_status = 4 OR o.store_status = ANY (s.successful_statuses));

CREATE FUNCTION order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.final_at := final_from(NEW.store_status, (SELECT successful_statuses FROM store WHERE id = NEW.store_id), now());
    RETURN NEW;
END $$;
CREATE TRIGGER order_changed BEFORE UPDATE OF version_id ON store_order
    FOR EACH ROW EXECUTE FUNCTION order_changed();

CREATE FUNCTION successful_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE store_order o SET final_at = final_from(o.store_status, NEW.successful_statuses, v.seen_at)
    FROM version v
    WHERE o.store_id = NEW.id AND v.id = o.version_id
      AND (o.store_status = ANY (NEW.successful_statuses)) <> (o.store_status = ANY (OLD.successful_statuses));
    RETURN NULL;
END $$;
CREATE TRIGGER successful_changed AFTER UPDATE OF successful_statuses ON store
    FOR EACH ROW WHEN (NEW.successful_statuses IS DISTINCT FROM OLD.successful_statuses) EXECUTE FUNCTION successful_changed();

CREATE INDEX store_order_read_again ON store_order (store_id, final_at, number)
    WHERE state = ANY ('{waiting,synced,incomplete,held,failed,unreadable}');
CREATE INDEX store_order_gone ON store_order (store_id, gone_at) WHERE state = 'gone';
CREATE INDEX work_order_missing ON work_order (account_id, missing_since) WHERE missing_since IS NOT NULL;

-- How many orders of a store are in a state: the sum of `orders`. Every change adds rows, so that nobody waits for another's
-- transaction; they are added up now and then.
CREATE TABLE order_count (
    store_id  bigint NOT NULL REFERENCES store,
    state     text NOT NULL,
    in_import boolean NOT NULL,
    orders    bigint NOT NULL
);
CREATE INDEX order_count_store ON order_count (store_id);

CREATE FUNCTION count_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO order_count VALUES (OLD.store_id, OLD.state, OLD.in_import, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO order_count VALUES (NEW.store_id, NEW.state, NEW.in_import, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_counted AFTER INSERT OR DELETE ON store_order
    FOR EACH ROW EXECUTE FUNCTION count_order();
CREATE TRIGGER order_moved AFTER UPDATE OF state, in_import ON store_order
    FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.in_import <> OLD.in_import) EXECUTE FUNCTION count_order();

INSERT INTO order_count SELECT store_id, state, in_import, count(*) FROM store_order GROUP BY store_id, state, in_import;

-- The order that is in a state for the longest.
DROP INDEX store_order_state;
CREATE INDEX store_order_state ON store_order (store_id, state, state_since);
