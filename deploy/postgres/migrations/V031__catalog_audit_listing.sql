-- The record of writes is listed newest first, by resource, caller or method; each of its entries has a number.
CREATE SEQUENCE catalog.audit_numbers AS bigint;
GRANT USAGE ON SEQUENCE catalog.audit_numbers TO dateline_catalog;
ALTER TABLE catalog.audit ADD COLUMN seq bigint NOT NULL DEFAULT nextval('catalog.audit_numbers');
DROP INDEX catalog.audit_resource;
CREATE INDEX audit_seq ON catalog.audit (seq);
CREATE INDEX audit_resource ON catalog.audit (resource, seq);
CREATE INDEX audit_caller ON catalog.audit (caller, seq);
CREATE INDEX audit_method ON catalog.audit (method, seq);
