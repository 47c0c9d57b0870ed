-- RO App accounts. A row outlives `account remove`, so that adding the same company again finds its links.
CREATE TABLE account (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name             text NOT NULL,
    base_url         text NOT NULL,
    api_key          bytea,                         -- sealed; erased on removal
    company          text NOT NULL,                 -- fingerprint of GET /v2/company
    state            text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'needs_key')),
    reason           jsonb,                         -- why, as a message with its values
    state_since      timestamptz NOT NULL DEFAULT now(),
    last_success_at  timestamptz,                   -- last authenticated answer
    failing_since    timestamptz,                   -- start of the present outage
    failures         integer NOT NULL DEFAULT 0,    -- failed tries in a row
    retry_at         timestamptz NOT NULL DEFAULT '-infinity', -- nothing is written before
    last_error       jsonb,
    discount_per     text NOT NULL DEFAULT 'unknown' CHECK (discount_per IN ('unknown', 'line', 'unit')),
    -- RO App was read up to here for our markers and for what people changed. It begins before the account: RO App's clock may be
    -- behind the database's.
    read_up_to       timestamptz NOT NULL DEFAULT now() - interval '25 hours',
    watch_at         timestamptz NOT NULL DEFAULT now(), -- when it is read next
    made_at          timestamptz NOT NULL DEFAULT now(),
    removed_at       timestamptz,
    -- the lease: who works this account, until when, and when it is due again
    lease_token      uuid,
    lease_holder     uuid,                          -- the process that holds or last held it
    lease_expires_at timestamptz,
    due_at           timestamptz NOT NULL DEFAULT now() -- infinity while leased; a command sets it to now
);
CREATE UNIQUE INDEX account_name ON account (name) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX account_company ON account (base_url, company) WHERE company <> '';
CREATE INDEX account_due ON account (due_at) WHERE removed_at IS NULL;
CREATE INDEX account_leased ON account (lease_expires_at) WHERE lease_token IS NOT NULL;

-- Says at once that an account became due: a command or a webhook came, perhaps while the account is being worked, and says it
-- again when such an account is given back. What becomes due by the passing of time is nobody's news.
CREATE FUNCTION tell_account_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('account_due', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER account_becomes_due AFTER UPDATE OF due_at ON account FOR EACH ROW
    WHEN (CASE WHEN NEW.lease_token IS NOT NULL THEN NEW.due_at < 'infinity'
               WHEN OLD.lease_token IS NULL THEN NEW.due_at < OLD.due_at ELSE OLD.due_at < 'infinity' END)
    EXECUTE FUNCTION tell_account_due();
CREATE TRIGGER account_begins_due AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION tell_account_due();

-- One row per account: the next moment at which a call may be sent, shared by all processes.
CREATE TABLE pace (
    account_id bigint PRIMARY KEY REFERENCES account,
    gap        interval NOT NULL,               -- where is_auto: as it was when RO App last turned a call away
    is_auto    boolean NOT NULL DEFAULT false,  -- it is as short as RO App takes
    slowed_at  timestamptz NOT NULL DEFAULT '-infinity', -- when RO App last turned a call away
    next_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The time between two calls now. Where it is found out what RO App takes, half of what a call that it turned away added is made up
-- for in two minutes, down to 2.9 calls a second.
CREATE FUNCTION present_gap(p pace) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN NOT p.is_auto THEN p.gap WHEN p.slowed_at = '-infinity' THEN interval '1 second' / 2.9
           -- After long enough nothing of it is left, and the power would be too small for a number.
           ELSE greatest(interval '1 second' / 2.9,
               p.gap * 0.5 ^ (least(greatest(extract(epoch FROM now() - p.slowed_at), 0) / 120, 100))::float8)
           END
$$;

-- The daemons on this database, so that they share the accounts evenly. A row counts until it expires.
CREATE TABLE process (
    id         uuid PRIMARY KEY,                    -- account.lease_holder
    version    text NOT NULL,                       -- of the program
    started_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,                -- prolonged with each look for accounts that are due
    held       bigint NOT NULL,                     -- accounts that it works
    free       bigint NOT NULL                      -- how many more it can take
);

-- Where the webhooks of a RO App account come to. The URL holds a secret: it is sealed, and found by the SHA-256 of the secret.
CREATE TABLE account_hook (
    account_id     bigint PRIMARY KEY REFERENCES account,
    secret         bytea NOT NULL,                  -- sealed; the last part of the path
    secret_hash    bytea NOT NULL UNIQUE,
    signing_secret bytea,                           -- sealed; RO App's own, where it has one
    made_at        timestamptz NOT NULL DEFAULT now()
);

-- Events of RO App that were taken, so that none is taken twice; kept for a week.
CREATE TABLE account_event (
    account_id bigint NOT NULL REFERENCES account,
    event_id   text NOT NULL,
    seen_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, event_id)
);
CREATE INDEX account_event_age ON account_event (account_id, seen_at);
