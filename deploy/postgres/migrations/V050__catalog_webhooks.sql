-- Addresses that are told of changes of articles, and what they were told. Nothing here holds content: ids, kinds, times and positions.
CREATE TABLE catalog.webhooks (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  version bigint NOT NULL,
  digest bigint NOT NULL,
  change_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  message bytea NOT NULL,             -- catalog.v1.Webhook without its secret
  secret text NOT NULL,               -- Signs every call; never answered.
  paused boolean NOT NULL
);

-- Up to where each was told, written at every call that succeeds: apart, since editors' writes lock the webhook itself.
CREATE TABLE catalog.webhook_cursors (
  webhook_key bigint PRIMARY KEY REFERENCES catalog.webhooks ON DELETE CASCADE,
  position bytea NOT NULL,            -- content.v1.LogPosition
  instant timestamptz NOT NULL,       -- Of what time alone has changed, all up to here,
  instant_key bigint NOT NULL,        -- of the articles at that very instant up to this key.
  failures integer NOT NULL DEFAULT 0,
  first_failure_time timestamptz      -- Of the failures since the last success.
);

-- The call that each webhook is to get next, one at most: what comes behind it waits in the log.
CREATE TABLE catalog.webhook_queue (
  webhook_key bigint PRIMARY KEY REFERENCES catalog.webhooks ON DELETE CASCADE,
  payload bytea NOT NULL,             -- catalog.v1.WebhookPayload
  position bytea NOT NULL,            -- Where the webhook stands after it, as in webhook_cursors.
  instant timestamptz NOT NULL,
  instant_key bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz             -- One process at a time calls.
);
CREATE INDEX webhook_queue_next ON catalog.webhook_queue (next_time);
CREATE SEQUENCE catalog.webhook_lease_epochs;

-- Articles of which a webhook knows otherwise than what is taken for granted. Without a filter those are the ones that it was told last to be
-- hidden: it hears nothing more of them until they are visible. With a filter they are the ones that it was told of: only of them does it
-- hear that they are hidden, or match no more. They go with their article when that is purged.
CREATE TABLE catalog.webhook_told (
  article_key bigint NOT NULL,
  webhook_key bigint NOT NULL REFERENCES catalog.webhooks ON DELETE CASCADE,
  PRIMARY KEY (article_key, webhook_key)
);
CREATE INDEX webhook_told_webhook ON catalog.webhook_told (webhook_key);

-- How calls went, the last thousand of each webhook.
CREATE TABLE catalog.webhook_attempts (
  webhook_key bigint NOT NULL REFERENCES catalog.webhooks ON DELETE CASCADE,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  delivery_id text NOT NULL,
  attempt integer NOT NULL,
  at timestamptz NOT NULL,
  http_status integer NOT NULL,
  duration_micros bigint NOT NULL,
  error text NOT NULL,
  PRIMARY KEY (webhook_key, seq)
);

-- The instants at which time alone may show or hide an article. Nearly all articles are dated before they were made, so the first holds few.
CREATE INDEX articles_publish_instant ON catalog.articles (publish_time, key) WHERE publish_time > create_time;
CREATE INDEX articles_embargo_instant ON catalog.articles (embargo_time, key) WHERE embargo_time IS NOT NULL;
CREATE INDEX articles_expire_instant ON catalog.articles (expire_time, key) WHERE expire_time IS NOT NULL;
CREATE INDEX articles_schedule_instant ON catalog.articles (schedule_time, key) WHERE schedule_time IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  catalog.webhooks, catalog.webhook_cursors, catalog.webhook_queue, catalog.webhook_told, catalog.webhook_attempts
TO dateline_catalog;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA catalog TO dateline_catalog;
