-- Growth is bounded: what a store may make us keep in a day, and what is kept for how long.

-- What each store brought on a day, by the database's clock.
CREATE TABLE intake_day (
    store_id bigint NOT NULL REFERENCES store,
    day      date NOT NULL DEFAULT current_date,
    changed  bigint NOT NULL DEFAULT 0,             -- versions that took the place of others
    stray    bigint NOT NULL DEFAULT 0,             -- rows without a readable number, kept or not
    fresh    bigint NOT NULL DEFAULT 0,             -- orders never seen before
    articles bigint NOT NULL DEFAULT 0,             -- articles that the catalogue was asked about the first time
    PRIMARY KEY (store_id, day)
);

-- The upkeep that one process does for all. Who does that of a day says so first, and notes the end: what breaks off is begun again
-- on the same day.
CREATE TABLE upkeep (
    name          text PRIMARY KEY,
    done_at       timestamptz NOT NULL,
    claimed_until timestamptz
);
