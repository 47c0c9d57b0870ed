-- RO App accounts. A row outlives `account remove`, so that adding the same company again finds its links.
CREATE TABLE account (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name             text NOT NULL,
    base_url         text NOT NULL,
    api_key          bytea,                         -- sealed; erased on removal
    company          text NOT NULL,                 -- fingerprint of GET /v2/company
    state            text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'needs_key')),
    reason           text NOT NULL DEFAULT '',
    state_since      timestamptz NOT NULL DEFAULT now(),
    last_success_at  timestamptz,                   -- last authenticated answer
    failing_since    timestamptz,                   -- start of the present outage
    failures         integer NOT NULL DEFAULT 0,    -- failed tries in a row
    retry_at         timestamptz NOT NULL DEFAULT '-infinity', -- nothing is written before
    last_error       text NOT NULL DEFAULT '',
    discount_per     text NOT NULL DEFAULT 'unknown' CHECK (discount_per IN ('unknown', 'line', 'unit')),
    read_up_to       timestamptz NOT NULL DEFAULT now(), -- RO App was read for our markers up to here
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

-- One row per account: the next moment at which a call may be sent, shared by all processes.
CREATE TABLE pace (
    account_id bigint PRIMARY KEY REFERENCES account,
    gap        interval NOT NULL,
    next_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
