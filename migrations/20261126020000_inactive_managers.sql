-- Selected managers who are not active in RO App as last seen: new orders pass them over.
ALTER TABLE store ADD COLUMN inactive_managers bigint[] NOT NULL DEFAULT '{}';
