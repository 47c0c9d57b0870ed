-- Lines of a work order that changed while our order waited, and so were not read: they are read once it rests.
ALTER TABLE work_order ADD COLUMN seen_lines_due boolean NOT NULL DEFAULT false;
