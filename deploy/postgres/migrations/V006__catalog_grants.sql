-- The catalog's role writes rows of the catalog's tables and nothing else; no other service's role sees them.
REVOKE EXECUTE ON FUNCTION catalog.maintain_partitions, catalog.renew_log FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  catalog.publications, catalog.topics, catalog.topic_parents, catalog.topic_names, catalog.authors, catalog.clusters,
  catalog.articles, catalog.article_revisions, catalog.article_topics, catalog.article_authors, catalog.pins,
  catalog.origins, catalog.identities, catalog.source_leases, catalog.paths
TO dateline_catalog;
-- Nothing in a log is ever rewritten.
GRANT SELECT, INSERT ON catalog.changes, catalog.request_ids, catalog.audit TO dateline_catalog;
GRANT SELECT ON catalog.log_meta TO dateline_catalog;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA catalog TO dateline_catalog;
GRANT EXECUTE ON FUNCTION catalog.maintain_partitions TO dateline_catalog;
