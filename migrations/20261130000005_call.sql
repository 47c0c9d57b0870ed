-- Every RO App call that creates a record, written before it is sent, with what is needed to recognise its effect.
CREATE TABLE journal (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account,
    order_id     bigint NOT NULL REFERENCES store_order,
    version_id   bigint REFERENCES version ON DELETE SET NULL, -- a settled entry outlives the version that it was made for
    kind         text NOT NULL CHECK (kind IN ('person', 'product', 'work_order', 'line', 'comment')),
    key          text NOT NULL,                     -- link key, line key, or the order number
    sign         jsonb NOT NULL,                    -- token, item ids known before, what was sent of the line
    state        text NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'done', 'refused', 'absent')),
    remote_id    bigint,
    sent_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    look_from    timestamptz NOT NULL,              -- not looked for before: deadline of the request + recovery wait
    searches     integer NOT NULL DEFAULT 0,        -- empty searches so far
    settled_at   timestamptz
);
-- One unclear call of a kind and key at a time.
CREATE UNIQUE INDEX journal_open ON journal (account_id, kind, key, order_id) WHERE state = 'sent';
CREATE INDEX journal_open_order ON journal (order_id) WHERE state = 'sent';
CREATE INDEX journal_account ON journal (account_id);
CREATE INDEX journal_order ON journal (order_id);
CREATE INDEX journal_version ON journal (version_id);

-- Statuses on their way from RO App to a store.
CREATE TABLE write_back (
    order_id      bigint PRIMARY KEY REFERENCES store_order,
    wanted_roapp  bigint,                           -- the RO App status that a person set; null = nothing is to be written
    wanted_from   bigint,                           -- the store's status as last seen then: compare and set
    wanted_at     timestamptz,
    tries         integer NOT NULL DEFAULT 0,       -- answers that were neither yes nor no
    try_after     timestamptz,                      -- not sent again before this
    written_roapp bigint,                           -- noted before it is sent, so that it is known for ours when it comes back
    written_store bigint,
    written_at    timestamptz,
    arrived_roapp bigint,                           -- the store was seen to show it; the executor has not counted it yet
    arrived_store bigint,
    refusal       jsonb                             -- why the store does not take it
);
CREATE INDEX write_back_wanted ON write_back (order_id) WHERE wanted_roapp IS NOT NULL;
CREATE INDEX write_back_refused ON write_back (order_id) WHERE refusal IS NOT NULL;

CREATE FUNCTION write_back_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE store_order SET refused = false WHERE id = OLD.order_id AND refused;
    ELSE
        UPDATE store_order SET refused = NEW.refusal IS NOT NULL WHERE id = NEW.order_id AND refused <> (NEW.refusal IS NOT NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER write_back_refused AFTER INSERT OR DELETE OR UPDATE OF refusal ON write_back
    FOR EACH ROW EXECUTE FUNCTION write_back_refused();
