-- What a process with another key file once wrote into rows that all share: those accounts and stores are tried at once.
UPDATE account SET retry_at = '-infinity', due_at = now()
WHERE state = 'needs_key' AND (reason LIKE '%was sealed with key%' OR reason LIKE '%does not open%');
UPDATE store SET next_poll_at = now() WHERE last_error LIKE '%was sealed with key%' OR last_error LIKE '%does not open%';
