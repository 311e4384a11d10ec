-- Which server takes the writes: another one may lack nodes that registered with the one before. This one is in its process, and
-- no other process is a node of it.
ALTER TABLE feed ADD COLUMN server TEXT;
UPDATE feed SET server = 'embedded' WHERE id = 1;
