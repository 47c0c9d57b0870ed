-- What we wrote to a store is ours until the executor has counted it, also while the next status is on its way already; and a
-- status that the store failed to take is not sent again at once.
ALTER TABLE write_back
    ADD COLUMN arrived_roapp bigint,                    -- the store was seen to show it; the executor has not counted it yet
    ADD COLUMN arrived_store bigint,
    ADD COLUMN try_after     timestamptz;               -- not sent again before this
UPDATE write_back SET arrived_roapp = written_roapp, arrived_store = written_store,
    written_roapp = NULL, written_store = NULL, written_at = NULL
WHERE confirmed_at IS NOT NULL;
-- `confirmed_at` stays for processes of the release before.
UPDATE write_back SET confirmed_at = NULL;
