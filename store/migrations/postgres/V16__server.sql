-- Which server takes the writes: another one may lack nodes that registered with the one before.
ALTER TABLE feed ADD COLUMN server TEXT COLLATE "C";
