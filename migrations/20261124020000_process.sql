-- The daemons on this database, so that they share the accounts evenly. A row counts until it expires.
CREATE TABLE process (
    id         uuid PRIMARY KEY,                    -- account.lease_holder
    version    text NOT NULL,                       -- of the program
    started_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,                -- prolonged with each look for accounts that are due
    held       bigint NOT NULL,                     -- accounts that it works
    free       bigint NOT NULL                      -- how many more it can take
);
CREATE INDEX account_leased ON account (lease_expires_at) WHERE lease_token IS NOT NULL;
