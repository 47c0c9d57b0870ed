-- Who may sign in to the pages.
CREATE TABLE app_user (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL,
    folded        text NOT NULL,                  -- the name in small letters, of every script
    role          text NOT NULL CHECK (role IN ('admin', 'viewer')),
    every_account boolean NOT NULL,               -- else those of app_user_account
    password      text,                           -- a hash (argon2id, PHC string); NULL until a link was used
    made_at       timestamptz NOT NULL DEFAULT now(),
    seen_at       timestamptz                     -- the last request of a session, to five minutes
);
CREATE UNIQUE INDEX app_user_name ON app_user (folded);

CREATE TABLE app_user_account (
    user_id    bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES account,
    PRIMARY KEY (user_id, account_id)
);
CREATE INDEX app_user_account_account ON app_user_account (account_id);

-- Links that set a password, once. Tokens of links, sessions and devices are kept as SHA-256 hashes.
CREATE TABLE user_link (
    hash       bytea PRIMARY KEY,
    user_id    bigint REFERENCES app_user ON DELETE CASCADE, -- NULL: for the first user, who is then created
    enters     boolean NOT NULL DEFAULT false,               -- it signs in at once: the demo's
    expires_at timestamptz NOT NULL
);
CREATE INDEX user_link_user ON user_link (user_id);

CREATE TABLE user_session (
    hash       bytea PRIMARY KEY,
    user_id    bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    began_at   timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX user_session_user ON user_session (user_id);

-- Browsers in which a user signed in before: wrong passwords from elsewhere do not slow them down.
CREATE TABLE user_device (
    hash    bytea PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_device_user ON user_device (user_id);

-- Who changed which setting of an account or a store. Never a secret: of one only that it changed.
CREATE TABLE setting_change (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    by_user    text,                                         -- the user's name; NULL: on the command line
    account_id bigint NOT NULL REFERENCES account,
    store_id   bigint REFERENCES store,                      -- NULL: of the account itself
    setting    text NOT NULL,                                -- its key, such as `status_map.5`; `state`, `password`, `api_key`
    before     text NOT NULL DEFAULT '',
    after      text NOT NULL DEFAULT ''
);
CREATE INDEX setting_change_account ON setting_change (account_id, id);
CREATE INDEX setting_change_store ON setting_change (store_id, id);
