-- Every RO App call that creates a record, written before it is sent, with what is needed to recognise its effect.
CREATE TABLE journal (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account,
    order_id     bigint NOT NULL REFERENCES store_order,
    version_id   bigint NOT NULL REFERENCES version,
    kind         text NOT NULL CHECK (kind IN ('person', 'product', 'work_order', 'line', 'comment')),
    key          text NOT NULL,                     -- link key, line key, or the order number
    sign         jsonb NOT NULL,                    -- token, item ids known before, what was sent of the line
    state        text NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'done', 'refused', 'absent')),
    remote_id    bigint,
    sent_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    look_from    timestamptz NOT NULL,              -- not looked for before: deadline of the request + recovery wait
    searches     integer NOT NULL DEFAULT 0,        -- empty searches so far
    settled_at   timestamptz
);
-- One unclear call of a kind and key at a time.
CREATE UNIQUE INDEX journal_open ON journal (account_id, kind, key, order_id) WHERE state = 'sent';
CREATE INDEX journal_open_order ON journal (order_id) WHERE state = 'sent';
