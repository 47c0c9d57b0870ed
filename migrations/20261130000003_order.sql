-- Store orders: (store, number) is unique and outlives the integration.
CREATE TABLE store_order (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id            bigint NOT NULL REFERENCES store,
    number              bigint NOT NULL,
    generation          integer NOT NULL DEFAULT 1, -- which order of its number it is; from 2 on the marker shows it
    -- its state: only `db::order::transitions` changes what is in this paragraph
    state               text NOT NULL CHECK (state IN
                        ('waiting', 'synced', 'incomplete', 'held', 'failed', 'excluded', 'unreadable', 'gone', 'removed')),
    reason              jsonb,                      -- why, as a message with its values
    state_since         timestamptz NOT NULL DEFAULT now(),
    next_try_at         timestamptz NOT NULL DEFAULT now(),
    postponed           boolean NOT NULL DEFAULT false, -- perhaps due again by now; what was never put off is found without it
    gave_way_at         timestamptz,                -- it made many calls and is not done: since when it waits for its next turn
    priority            smallint NOT NULL,          -- 0 a person asked, 1 live, 2 back-fill
    tries               integer NOT NULL DEFAULT 0,
    unanswered          integer NOT NULL DEFAULT 0, -- calls in a row that RO App did not answer: they use up no try
    repaired            boolean NOT NULL DEFAULT false, -- the one repair after verification is used up
    -- what the store says
    in_import           boolean NOT NULL,           -- counted in the first import
    wanted              boolean NOT NULL DEFAULT false, -- once wanted, it stays so, also where a later version cannot be read
    placed_at           timestamp,                  -- store's own zone
    store_status        bigint,
    total               numeric,
    buyer               text NOT NULL DEFAULT '',   -- name, phone and e-mail in the form in which they are searched for
    version_id          bigint,                     -- newest version
    final_at            timestamptz NOT NULL DEFAULT 'infinity', -- no poll reads it again from then on
    missing_times       integer NOT NULL DEFAULT 0, -- polls in a row in which the store did not show it
    missing_since       timestamptz,                -- the first of them
    gone_at             timestamptz,                -- it was believed then that the store deleted it
    first_seen_at       timestamptz NOT NULL DEFAULT now(),
    -- what RO App has
    applied_version_id  bigint,                     -- version that RO App last accepted whole
    applied             jsonb NOT NULL DEFAULT '{}', -- head, status and comments that RO App accepted
    sent                jsonb,                      -- a change that was sent and not answered yet
    manager_id          bigint,                     -- chosen once, before the first POST
    pending_change      jsonb,
    conflicts           jsonb NOT NULL DEFAULT '[]',
    refused             boolean NOT NULL DEFAULT false, -- the store does not take a status that staff set
    to_review           boolean NOT NULL DEFAULT false, -- its person had a reason to be looked at; the link says whether it still has
    look_for_removal_at timestamptz,                -- RO App did not have its work order: looked for a second time not before this
    former_work_orders  bigint[] NOT NULL DEFAULT '{}', -- deleted ones that it was linked with
    UNIQUE (store_id, number),
    CHECK (state IN ('waiting', 'synced') OR reason IS NOT NULL)
);
-- Those that wait, by whose turn it is.
CREATE INDEX store_order_waiting ON store_order (store_id, priority, placed_at DESC, number DESC)
    WHERE state = 'waiting' AND gave_way_at IS NULL AND NOT postponed;
CREATE INDEX store_order_postponed ON store_order (store_id, next_try_at)
    WHERE state = 'waiting' AND gave_way_at IS NULL AND postponed;
CREATE INDEX store_order_gave_way ON store_order (store_id, gave_way_at) WHERE state = 'waiting' AND gave_way_at IS NOT NULL;
-- When the first of a store's orders is due, whatever it waits for.
CREATE INDEX store_order_next_try ON store_order (store_id, next_try_at) WHERE state = 'waiting';
-- The order that is in a state for the longest.
CREATE INDEX store_order_state ON store_order (store_id, state, state_since);
-- Those that each poll reads again, and those that may come back.
CREATE INDEX store_order_read_again ON store_order (store_id, final_at, number)
    WHERE state = ANY ('{waiting,synced,incomplete,held,failed,unreadable}');
CREATE INDEX store_order_gone ON store_order (store_id, gone_at) WHERE state = 'gone';
CREATE INDEX store_order_removal ON store_order (store_id) WHERE look_for_removal_at IS NOT NULL;
CREATE INDEX store_order_former ON store_order (store_id) WHERE former_work_orders <> '{}';
-- Lists of orders, newest first: every way to choose orders of a list walks an index in the list's order, so that a page costs the
-- same with ten orders and with a million, also where the orders that fit are few and old. An order whose date cannot be read comes
-- last.
CREATE INDEX store_order_newest ON store_order (coalesce(placed_at, '-infinity'), number, id);
CREATE INDEX store_order_newest_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id);
CREATE INDEX store_order_newest_in_state ON store_order (state, coalesce(placed_at, '-infinity'), number, id);
CREATE INDEX store_order_in_conflict ON store_order (coalesce(placed_at, '-infinity'), number, id)
    WHERE pending_change IS NOT NULL OR conflicts <> '[]' OR refused;
CREATE INDEX store_order_in_conflict_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id)
    WHERE pending_change IS NOT NULL OR conflicts <> '[]' OR refused;
-- Those that wait for a person.
CREATE INDEX store_order_for_you ON store_order (coalesce(placed_at, '-infinity'), number, id)
    WHERE state = ANY ('{held,failed,incomplete,unreadable}') OR pending_change IS NOT NULL OR conflicts <> '[]' OR refused;
CREATE INDEX store_order_for_you_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id)
    WHERE state = ANY ('{held,failed,incomplete,unreadable}') OR pending_change IS NOT NULL OR conflicts <> '[]' OR refused;
CREATE INDEX store_order_to_review ON store_order (coalesce(placed_at, '-infinity'), number, id) WHERE to_review;
CREATE INDEX store_order_to_review_of_store ON store_order (store_id, coalesce(placed_at, '-infinity'), number, id) WHERE to_review;
-- A number is looked for without knowing the store.
CREATE INDEX store_order_number ON store_order (number);

-- What a person asked of an order and the daemon has not done yet. An ask that is repeated is a new one: what comes while the order is
-- worked is not taken for done with that work.
CREATE TABLE order_ask (
    order_id bigint NOT NULL REFERENCES store_order,
    kind     text NOT NULL CHECK (kind IN ('fetch', 'retry', 'resync', 'recreate', 'keep_store', 'keep_roapp', 'client')),
    id       bigint GENERATED ALWAYS AS IDENTITY,
    store_id bigint NOT NULL,                       -- the order's
    PRIMARY KEY (order_id, kind)
);
CREATE INDEX order_ask_fetch ON order_ask (store_id) WHERE kind = 'fetch';

-- Normalised states of an order, immutable, each with the raw JSON it came from.
CREATE TABLE version (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    bigint NOT NULL REFERENCES store_order,
    fingerprint bytea NOT NULL,
    raw         json NOT NULL,                      -- json, not jsonb: a text with \u0000 is kept, too
    seen_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX version_order ON version (order_id, id);
ALTER TABLE store_order ADD FOREIGN KEY (version_id) REFERENCES version,
                        ADD FOREIGN KEY (applied_version_id) REFERENCES version;
CREATE INDEX store_order_version ON store_order (version_id);
CREATE INDEX store_order_applied_version ON store_order (applied_version_id);

-- From when on no poll reads an order again: it has been in a successful or the canceled status for 14 days unchanged. Triggers keep it,
-- whatever statement changes an order.
CREATE FUNCTION final_from(status bigint, successful bigint[], changed_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN status = 4 OR status = ANY (successful) THEN changed_at + interval '14 days' ELSE 'infinity' END $$;

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

-- What happened to an order, for people: a code with its values, of which `domain::said` makes the sentence.
CREATE TABLE history (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES store_order,
    at       timestamptz NOT NULL DEFAULT now(),
    what     jsonb NOT NULL
);
CREATE INDEX history_order ON history (order_id, id);

-- A number that comes back as another order (a restored or emptied shop). A row without `ended_at`: the store shows another order
-- under the number, and a person has not said yet whether it is the same; the versions from then on are the other's.
CREATE TABLE earlier_order (
    store_id      bigint NOT NULL REFERENCES store,
    number        bigint NOT NULL,
    generation    integer NOT NULL,
    version_id    bigint NOT NULL,                  -- its last version; perhaps not kept for ever
    placed_at     timestamp,                        -- store's own zone
    total         numeric,
    work_order_id bigint,                           -- its work order, which is left alone
    asked_at      timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,                      -- a person said so: the number belongs to another order
    PRIMARY KEY (store_id, number, generation)
);

-- Rows of a store's answer that do not even show an order number; kept raw.
CREATE TABLE stray_row (
    store_id    bigint NOT NULL REFERENCES store,
    fingerprint bytea NOT NULL,
    raw         json NOT NULL,
    reason      jsonb NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, fingerprint)
);
CREATE INDEX stray_row_age ON stray_row (seen_at);
