-- Once wanted, an order stays wanted, also where a version in between could not be read.
ALTER TABLE store_order ADD COLUMN wanted boolean NOT NULL DEFAULT false;
UPDATE store_order o SET wanted = o.state NOT IN ('excluded', 'unreadable') OR o.applied_version_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = o.store_id AND w.number = o.number);
