-- Stores. The identity is the row; hosts are aliases of it. A row outlives `store remove`.
CREATE TABLE store (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id         bigint NOT NULL REFERENCES account,
    name               text NOT NULL,
    marker_host        text NOT NULL,               -- host at first connection, in every marker, for good
    settings           jsonb NOT NULL,
    password           bytea,                       -- sealed; erased on removal
    state              text NOT NULL DEFAULT 'draft'
                       CHECK (state IN ('draft', 'importing', 'active', 'needs_credentials', 'paused')),
    reason             jsonb,                       -- why, as a message with its values
    state_since        timestamptz NOT NULL DEFAULT now(),
    resume_state       text,                        -- what a pause interrupted
    made_at            timestamptz NOT NULL DEFAULT now(),
    removed_at         timestamptz,
    is_worked          boolean NOT NULL GENERATED ALWAYS AS (
                           removed_at IS NULL AND state IN ('importing', 'active', 'needs_credentials')
                           AND settings->'enabled' IS DISTINCT FROM 'false') STORED,
    -- the window: fixed at the moment of connecting
    connected_at       timestamptz,
    window_from        timestamp,                   -- store's own zone
    -- the first import
    import_asked_at    timestamptz,
    import_listed_at   timestamptz,                 -- every order of the window is saved
    import_finished_at timestamptz,
    -- polling
    watermark          timestamp,                   -- newest placed_at that was saved, store's own zone
    next_poll_at       timestamptz NOT NULL DEFAULT now(),
    last_attempt_at    timestamptz,
    last_success_at    timestamptz,
    read_ended_at      timestamptz,                 -- end of the last reading, of all that is asked for; the poll ends before
    read_error         jsonb,                       -- why that ended early
    failing_since      timestamptz,
    failures           integer NOT NULL DEFAULT 0,
    last_error         jsonb,
    login_refused_at   timestamptz,                 -- first of two refusals
    -- which statuses are the successful end of an order, as the store itself lists them; until they are read: the stock id
    successful_statuses bigint[] NOT NULL DEFAULT '{3}',
    statuses_read_at   timestamptz,
    zone_signs         integer[] NOT NULL DEFAULT '{}', -- minutes by which the last new orders seem off; 0 = they fit
    -- the nightly proof: once a day the whole window is read again and compared with what is held of it
    audit_asked_at     timestamptz,                 -- a person wants one now
    audited_at         timestamptz,                 -- end of the last one
    audited_on         date,                        -- its day, store's own zone
    audit_found        integer NOT NULL DEFAULT 0,  -- orders that no poll had seen, saved by it
    audit_revived      integer NOT NULL DEFAULT 0,  -- excluded orders that left their status, imported by it
    audit_failures     integer NOT NULL DEFAULT 0,  -- tries in a row that came to no end
    removed_asked_at   timestamptz,                 -- since then its linked work orders are to be looked for in RO App
    -- writing
    marker_read_back   boolean NOT NULL DEFAULT false,
    looked_back        boolean NOT NULL DEFAULT false, -- RO App was searched for work orders made since the window began
    initial_status     bigint,                      -- of the last work order that was made, for those of which none is on record
    next_manager       bigint NOT NULL DEFAULT 0,
    inactive_managers  bigint[] NOT NULL DEFAULT '{}', -- selected managers who are not active in RO App: new orders pass them over
    refusals           integer NOT NULL DEFAULT 0,  -- work orders refused in a row for the same reason
    refusal            jsonb,
    offer_checked_at   timestamptz,                 -- settings were compared with what RO App offers
    UNIQUE (account_id, marker_host)
);
CREATE UNIQUE INDEX store_name ON store (account_id, name) WHERE removed_at IS NULL;
CREATE INDEX store_due ON store (account_id, next_poll_at) WHERE removed_at IS NULL;
CREATE INDEX store_removed_asked ON store (account_id) WHERE removed_asked_at IS NOT NULL;

-- Every host a store was ever reached by; one store per shop and account.
CREATE TABLE store_host (
    account_id bigint NOT NULL REFERENCES account,
    host       text NOT NULL,
    store_id   bigint NOT NULL REFERENCES store,
    PRIMARY KEY (account_id, host)
);
CREATE INDEX store_host_store ON store_host (store_id);

-- The one webhook of a store; a row from the first attempt on.
CREATE TABLE store_hook (
    store_id    bigint PRIMARY KEY REFERENCES store,
    state       text NOT NULL CHECK (state IN ('idle', 'asked', 'subscribed', 'refused', 'ended')),
    state_since timestamptz NOT NULL DEFAULT now(),
    reason      jsonb,
    public_url  text NOT NULL,                      -- http.public_url that the store was asked with
    event       text NOT NULL,
    target_url  bytea,                              -- sealed; exactly as the store was told
    secret_hash bytea UNIQUE,
    hook_id     bigint,                             -- the store's id of the subscription
    tries       integer NOT NULL DEFAULT 0,         -- to subscribe, or to unsubscribe
    tried_at    timestamptz,
    hinted_at   timestamptz                         -- last hint that no read has answered yet
);

-- Numbers that webhooks of a store named: read with the next poll, known or not.
CREATE TABLE order_hint (
    store_id  bigint NOT NULL REFERENCES store,
    number    bigint NOT NULL,
    hinted_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, number)
);

-- What a store's catalogue says about an article, in the chosen language; empty texts where it says nothing.
CREATE TABLE catalogue (
    store_id    bigint NOT NULL REFERENCES store,
    article     text NOT NULL,
    title       text NOT NULL,
    gtin        text NOT NULL,
    description text NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, article)
);

-- The last proof, day by day. A sum is NULL where the total of one of its orders cannot be read.
CREATE TABLE audit_day (
    store_id        bigint NOT NULL REFERENCES store,
    day             date,                           -- of placed_at; NULL: it cannot be read
    orders          bigint NOT NULL,                -- as the store showed them
    total           numeric,
    linked          bigint NOT NULL,
    linked_total    numeric,
    excluded        bigint NOT NULL,
    excluded_total  numeric,
    held            bigint NOT NULL,
    held_total      numeric,
    failed          bigint NOT NULL,
    failed_total    numeric,
    waiting         bigint NOT NULL,
    waiting_total   numeric,
    gone            bigint NOT NULL,
    gone_total      numeric,
    why             jsonb                           -- why it does not balance; none: it does
);
CREATE UNIQUE INDEX audit_day_of ON audit_day (store_id, day) NULLS NOT DISTINCT;

-- What a person should know, once each; cleared by itself when fixed.
CREATE TABLE notice (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account,
    store_id   bigint REFERENCES store,
    topic      text NOT NULL,
    about      text NOT NULL,                       -- which one of its kind, such as a key of the settings
    said       jsonb NOT NULL,
    raised_at  timestamptz NOT NULL DEFAULT now(),
    cleared_at timestamptz
);
CREATE UNIQUE INDEX notice_open ON notice (account_id, coalesce(store_id, 0), topic, about) WHERE cleared_at IS NULL;
CREATE INDEX notice_account ON notice (account_id);
CREATE INDEX notice_store ON notice (store_id);
CREATE INDEX notice_cleared ON notice (cleared_at) WHERE cleared_at IS NOT NULL;

-- What people call what an id stands for, so that commands that ask nobody can say it: names in RO App's lists (store_id is 0) and in
-- a store's. A name stays when its row goes there: old orders speak of it.
CREATE TABLE dictionary (
    account_id bigint NOT NULL REFERENCES account,
    store_id   bigint NOT NULL DEFAULT 0,
    kind       text   NOT NULL,
    id         bigint NOT NULL,
    name       text   NOT NULL,
    PRIMARY KEY (account_id, store_id, kind, id)
);
