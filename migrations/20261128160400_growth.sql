-- Growth is bounded: what a store may make us keep in a day, and what is kept for how long.

-- What each store brought on a day, by the database's clock.
CREATE TABLE intake_day (
    store_id bigint NOT NULL REFERENCES store,
    day      date NOT NULL DEFAULT current_date,
    changed  bigint NOT NULL DEFAULT 0,              -- versions that took the place of others
    stray    bigint NOT NULL DEFAULT 0,              -- rows without a readable number, kept or not
    PRIMARY KEY (store_id, day)
);

-- A settled entry of the journal outlives the version that it was made for.
ALTER TABLE journal ALTER COLUMN version_id DROP NOT NULL,
    DROP CONSTRAINT journal_version_id_fkey,
    ADD FOREIGN KEY (version_id) REFERENCES version ON DELETE SET NULL;

-- What the upkeep did last, so that one process does it for all.
CREATE TABLE upkeep (
    name    text PRIMARY KEY,
    done_at timestamptz NOT NULL
);
CREATE INDEX notice_cleared ON notice (cleared_at) WHERE cleared_at IS NOT NULL;
CREATE INDEX stray_row_age ON stray_row (seen_at);
