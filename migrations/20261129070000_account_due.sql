-- Says at once that an account became due: a command or a webhook came, also one that came while the account was being worked and
-- is due now that it is given back. What becomes due by the passing of time is nobody's news.
CREATE FUNCTION tell_account_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('account_due', '');
    RETURN NULL;
END $$;
CREATE TRIGGER account_becomes_due AFTER UPDATE OF due_at ON account FOR EACH ROW
    WHEN (NEW.lease_token IS NULL
          AND CASE WHEN OLD.lease_token IS NULL THEN NEW.due_at < OLD.due_at ELSE OLD.due_at < 'infinity' END)
    EXECUTE FUNCTION tell_account_due();
CREATE TRIGGER account_begins_due AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION tell_account_due();
