-- When the last reading of a store ended, of all that is asked for, and why it ended early; the poll for new orders ends before.
ALTER TABLE store
    ADD COLUMN read_ended_at timestamptz,
    ADD COLUMN read_error    text NOT NULL DEFAULT '';
