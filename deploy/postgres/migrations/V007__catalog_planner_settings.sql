-- The catalog asks for few rows by key, in batches. Plans for many rows (parallel workers, whole-table scans, compiled expressions)
-- cost more than they save, most of all before the first ANALYZE of tables that grow quickly.
ALTER ROLE dateline_catalog SET max_parallel_workers_per_gather = 0;
ALTER ROLE dateline_catalog SET jit = off;
ALTER ROLE dateline_catalog SET random_page_cost = 1.1;
