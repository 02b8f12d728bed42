-- What was merged into a topic or an author is found when that one is merged itself, so that no merge leads to another.
CREATE INDEX topics_merged_into ON catalog.topics (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX authors_merged_into ON catalog.authors (merged_into) WHERE merged_into IS NOT NULL;
