-- What a person decided about an order's listed conflicts and pending change; kept until a run has settled it.
ALTER TABLE store_order ADD COLUMN resolve text CHECK (resolve IN ('store', 'roapp'));

ALTER TABLE store
    ADD COLUMN offer_checked_at timestamptz,                    -- settings were compared with what RO App offers
    ADD COLUMN zone_signs       integer[] NOT NULL DEFAULT '{}'; -- minutes by which the last new orders seem off; 0 = they fit
