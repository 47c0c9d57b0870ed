-- Calls of an order that RO App did not answer, in a row: they use up none of its tries.
ALTER TABLE store_order ADD COLUMN unanswered integer NOT NULL DEFAULT 0;
