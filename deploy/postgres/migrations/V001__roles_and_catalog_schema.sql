-- One role per service: each table has exactly one service that writes it, and PostgreSQL enforces that. The roles have no
-- password; who may log in as whom is the cluster's matter (pg_hba.conf, certificates).
DO $$
DECLARE
  service_role text;
BEGIN
  FOREACH service_role IN ARRAY ARRAY['dateline_catalog', 'dateline_ingestion', 'dateline_migrator'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service_role) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I LOGIN', service_role);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;  -- Roles belong to the cluster: another database's migration was faster.
      END;
    END IF;
  END LOOP;
END
$$;

-- An open writing transaction anywhere in the cluster holds the change feed back, so none may stay open for long.
ALTER ROLE dateline_catalog SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE dateline_catalog SET lock_timeout = '5s';
ALTER ROLE dateline_catalog SET statement_timeout = '30s';
ALTER ROLE dateline_ingestion SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE dateline_ingestion SET lock_timeout = '5s';
ALTER ROLE dateline_ingestion SET statement_timeout = '30s';
ALTER ROLE dateline_migrator SET lock_timeout = '5s';

-- The catalog reports the age of the oldest writing transaction, whoever holds it open.
GRANT pg_read_all_stats TO dateline_catalog;

CREATE SCHEMA catalog;
GRANT USAGE ON SCHEMA catalog TO dateline_catalog;
