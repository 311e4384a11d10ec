-- A key's newest pairs are found without reading all it ever had.
DROP INDEX pairs_by_key;
CREATE INDEX pairs_by_key ON pairs (key, made);
