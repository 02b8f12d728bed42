-- Near-duplicates are found by the four bands of 16 bits of their fingerprints (common/text/simhash.h), among what was published at about
-- the same time. On the articles themselves and not in a table of bands: half the writes, and nothing to keep in step.
CREATE INDEX articles_simhash_0 ON catalog.articles ((simhash & 65535), publish_time) WHERE simhash <> 0;
CREATE INDEX articles_simhash_1 ON catalog.articles (((simhash >> 16) & 65535), publish_time) WHERE simhash <> 0;
CREATE INDEX articles_simhash_2 ON catalog.articles (((simhash >> 32) & 65535), publish_time) WHERE simhash <> 0;
CREATE INDEX articles_simhash_3 ON catalog.articles (((simhash >> 48) & 65535), publish_time) WHERE simhash <> 0;
