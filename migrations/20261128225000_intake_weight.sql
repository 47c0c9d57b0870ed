-- What a store brings in a day counts by its size, and new orders and articles count too.
ALTER TABLE intake_day ADD COLUMN fresh bigint NOT NULL DEFAULT 0,    -- orders never seen before
                       ADD COLUMN articles bigint NOT NULL DEFAULT 0; -- articles that the catalogue was asked about the first time
