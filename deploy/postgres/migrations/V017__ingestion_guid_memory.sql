-- What a source remembers of its last document's guids, so that guids which change are noticed (at most 4 KiB, opaque).
ALTER TABLE ingestion.sources ADD COLUMN guid_memory bytea NOT NULL DEFAULT '';
