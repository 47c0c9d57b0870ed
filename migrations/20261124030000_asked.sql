-- A person asked that RO App be compared with the newest version and the present settings, whatever was applied before.
ALTER TABLE store_order ADD COLUMN resync boolean NOT NULL DEFAULT false;
