-- Stores. The identity is the row; hosts are aliases of it. A row outlives `store remove`.
CREATE TABLE store (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id        bigint NOT NULL REFERENCES account,
    name              text NOT NULL,
    marker_host       text NOT NULL,                -- host at first connection, in every marker, for good
    settings          jsonb NOT NULL,
    password          bytea,                        -- sealed; erased on removal
    state             text NOT NULL DEFAULT 'draft'
                      CHECK (state IN ('draft', 'importing', 'active', 'needs_credentials', 'paused')),
    reason            text NOT NULL DEFAULT '',
    state_since       timestamptz NOT NULL DEFAULT now(),
    resume_state      text,                         -- what a pause interrupted
    -- the window: fixed at the moment of connecting
    connected_at      timestamptz,
    window_from       timestamp,                    -- store's own zone
    -- the first import
    import_asked_at   timestamptz,
    import_listed_at  timestamptz,                  -- every order of the window is saved
    import_finished_at timestamptz,
    -- polling
    watermark         timestamp,                    -- newest placed_at that was saved, store's own zone
    next_poll_at      timestamptz NOT NULL DEFAULT now(),
    last_attempt_at   timestamptz,
    last_success_at   timestamptz,
    failing_since     timestamptz,
    failures          integer NOT NULL DEFAULT 0,
    last_error        text NOT NULL DEFAULT '',
    login_refused_at  timestamptz,                  -- first of two refusals
    -- writing
    marker_read_back  boolean NOT NULL DEFAULT false,
    initial_status    bigint,                       -- seen on the first created work order
    next_manager      bigint NOT NULL DEFAULT 0,
    refusals          integer NOT NULL DEFAULT 0,   -- work orders refused in a row for the same reason
    refusal           text NOT NULL DEFAULT '',
    made_at           timestamptz NOT NULL DEFAULT now(),
    removed_at        timestamptz,
    UNIQUE (account_id, marker_host)
);
CREATE UNIQUE INDEX store_name ON store (account_id, name) WHERE removed_at IS NULL;
CREATE INDEX store_due ON store (account_id, next_poll_at) WHERE removed_at IS NULL;

-- Every host a store was ever reached by; one store per shop and account.
CREATE TABLE store_host (
    account_id bigint NOT NULL REFERENCES account,
    host       text NOT NULL,
    store_id   bigint NOT NULL REFERENCES store,
    PRIMARY KEY (account_id, host)
);

-- What a person should know, once each; gone by itself when mended.
CREATE TABLE notice (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account,
    store_id   bigint REFERENCES store,
    topic      text NOT NULL,
    text       text NOT NULL,
    raised_at  timestamptz NOT NULL DEFAULT now(),
    cleared_at timestamptz
);
CREATE UNIQUE INDEX notice_open ON notice (account_id, coalesce(store_id, 0), topic) WHERE cleared_at IS NULL;
