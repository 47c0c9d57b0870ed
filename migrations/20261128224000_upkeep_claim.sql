-- Who does the upkeep of a day says so first, and notes the end: what breaks off is begun again on the same day.
ALTER TABLE upkeep ADD COLUMN claimed_until timestamptz;
