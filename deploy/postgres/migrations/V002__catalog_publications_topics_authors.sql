-- What is constrained, joined or filtered is a column; the rest of a resource is its encoded message (dateline.content.v1).
-- `key` is the number by which replicas sort and join. `change_xid` is the transaction of the last change, `digest` a hash of what
-- readers are given.

CREATE TABLE catalog.publications (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  version bigint NOT NULL,
  digest bigint NOT NULL,
  change_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  deleted boolean NOT NULL DEFAULT false,
  message bytea COMPRESSION lz4 NOT NULL
);

CREATE TABLE catalog.topics (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  version bigint NOT NULL,
  digest bigint NOT NULL,
  change_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),  -- content.v1.TopicState
  kind smallint NOT NULL,                                 -- content.v1.TopicKind
  folded text COLLATE "C" NOT NULL,                       -- The display name, without regard to case.
  merged_into bigint REFERENCES catalog.topics,
  message bytea COMPRESSION lz4 NOT NULL
);

-- The topic tree; it may join again but has no cycles (checked by the catalog).
CREATE TABLE catalog.topic_parents (
  topic_key bigint NOT NULL REFERENCES catalog.topics ON DELETE CASCADE,
  parent_key bigint NOT NULL REFERENCES catalog.topics,
  position smallint NOT NULL,
  PRIMARY KEY (topic_key, parent_key),
  CHECK (topic_key <> parent_key)
);
CREATE INDEX topic_parents_parent ON catalog.topic_parents (parent_key);

-- Every name and alias of a topic, folded as matching folds it.
CREATE TABLE catalog.topic_names (
  topic_key bigint NOT NULL REFERENCES catalog.topics ON DELETE CASCADE,
  folded text COLLATE "C" NOT NULL,
  PRIMARY KEY (topic_key, folded)
);
CREATE INDEX topic_names_folded ON catalog.topic_names (folded);

CREATE TABLE catalog.authors (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  version bigint NOT NULL,
  digest bigint NOT NULL,
  change_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  deleted boolean NOT NULL DEFAULT false,
  merged_into bigint REFERENCES catalog.authors,
  message bytea COMPRESSION lz4 NOT NULL
);
