-- The watch over RO App: what was last seen of each work order, and what a person's change there asks of the store
-- (design sections 7 and 8).
ALTER TABLE account ADD COLUMN watch_at timestamptz NOT NULL DEFAULT now(); -- looked at next for what people changed

ALTER TABLE work_order
    ADD COLUMN seen_modified_at timestamptz,            -- RO App's own clock
    ADD COLUMN seen_status      bigint,                 -- as it was last seen, or written by us since
    ADD COLUMN seen_closed      boolean NOT NULL DEFAULT false,
    ADD COLUMN seen_written_off boolean NOT NULL DEFAULT false,
    ADD COLUMN seen_fields      bytea,                  -- fingerprints: told once when they differ from what we wrote
    ADD COLUMN seen_lines       bytea;

CREATE TABLE write_back (
    order_id      bigint PRIMARY KEY REFERENCES store_order,
    wanted_roapp  bigint,                               -- the RO App status that a person set; null = nothing is to be written
    wanted_from   bigint,                               -- the store's status as last seen then: compare and set
    wanted_at     timestamptz,
    tries         integer NOT NULL DEFAULT 0,           -- answers that were neither yes nor no
    written_roapp bigint,                               -- noted before it is sent, so that it is known for ours when it comes back
    written_store bigint,
    written_at    timestamptz,
    confirmed_at  timestamptz,                          -- the store was seen to show it
    refusal       text NOT NULL DEFAULT ''              -- why the store does not take it
);
CREATE INDEX write_back_wanted ON write_back (order_id) WHERE wanted_roapp IS NOT NULL;
