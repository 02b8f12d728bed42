-- Feed entries that carried an article. `winner` is the one whose content is in force: the lowest rank, then the earliest.
CREATE TABLE catalog.origins (
  article_key bigint NOT NULL REFERENCES catalog.articles ON DELETE CASCADE,
  source text COLLATE "C" NOT NULL,
  entry_id text COLLATE "C" NOT NULL,
  rank integer NOT NULL,
  winner boolean NOT NULL,
  content_hash bytea NOT NULL,
  observe_time timestamptz NOT NULL,
  create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  proposal bytea COMPRESSION lz4,            -- content.v1.Article that waits for an editor
  PRIMARY KEY (article_key, source, entry_id)
);

-- How an article is recognised within its publication. The unique constraint is what makes racing writers agree; keys and paths are
-- taken before the article's own row is written, so the references are checked at the end.
CREATE TABLE catalog.identities (
  publication_key bigint NOT NULL,
  kind smallint NOT NULL CHECK (kind IN (1, 2, 3)),  -- catalog.v1.IdentityKind
  key bytea NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 64),
  article_key bigint NOT NULL REFERENCES catalog.articles ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (publication_key, kind, key)
);
CREATE INDEX identities_article ON catalog.identities (article_key);

-- Newest lease epoch seen from each source: an older delivery is refused.
CREATE TABLE catalog.source_leases (
  source text COLLATE "C" PRIMARY KEY,
  epoch bigint NOT NULL
);

-- Every path in use: an article's own (1), remembered for a redirect (2), or reserved (3). A path stands here once, so two articles
-- never share one, and a live path that takes a remembered one replaces it.
CREATE TABLE catalog.paths (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  publication_key bigint NOT NULL REFERENCES catalog.publications,
  path text COLLATE "C" NOT NULL CHECK (octet_length(path) BETWEEN 1 AND 1024),
  kind smallint NOT NULL CHECK (kind IN (1, 2, 3)),
  article_key bigint REFERENCES catalog.articles ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  cease_time timestamptz,
  owner text,
  expire_time timestamptz,
  version bigint NOT NULL DEFAULT 1,
  digest bigint NOT NULL DEFAULT 0,
  UNIQUE (publication_key, path),
  CHECK ((kind = 3) = (article_key IS NULL))
);
CREATE INDEX paths_article ON catalog.paths (article_key);
CREATE INDEX paths_redirects ON catalog.paths (key) WHERE kind <> 1;
