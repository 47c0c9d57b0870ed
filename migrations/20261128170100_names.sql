-- What people call what an id stands for, so that commands that ask nobody can say it.

-- RO App's number of the work order, such as A003; empty until it was seen.
ALTER TABLE work_order ADD COLUMN shown_number text NOT NULL DEFAULT '';

-- Names in RO App's lists (store_id is 0) and in a store's. A name stays when its row goes there: old orders speak of it.
CREATE TABLE dictionary (
    account_id bigint NOT NULL REFERENCES account,
    store_id   bigint NOT NULL DEFAULT 0,
    kind       text   NOT NULL,
    id         bigint NOT NULL,
    name       text   NOT NULL,
    PRIMARY KEY (account_id, store_id, kind, id)
);
