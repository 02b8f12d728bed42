"""What must hold of a catalog's database after writes, whatever was killed meanwhile. Each check answers what it found wrong, as texts."""

import collections

ARTICLE = 60  # catalog.v1.RESOURCE_KIND_ARTICLE


def rows(system, statement):
    return [line.split("|") for line in system.sql(statement)]


def articles(system):
    """(key, id, version, revision, live revision, live path) of each article."""
    return [(int(key), name, int(version), int(revision), int(live), path) for key, name, version, revision, live, path in
            rows(system, "SELECT key, id, version, revision, live_revision, coalesce(path, '') FROM catalog.articles")]


def snapshots(system, message):
    """{(article's key, number): the revision}."""
    return {(int(key), int(number)): message.FromString(bytes.fromhex(snapshot)) for key, number, snapshot in
            rows(system, "SELECT article_key, number, encode(snapshot, 'hex') FROM catalog.article_revisions")}


def versions(system):
    """Every version of every article stands in the log, once; revisions have no holes."""
    found = []
    logged = collections.defaultdict(list)
    for key, version in rows(system, f"SELECT key, version FROM catalog.changes WHERE kind = {ARTICLE}"):
        logged[int(key)].append(int(version))
    numbers = collections.defaultdict(list)
    for key, number in rows(system, "SELECT article_key, number FROM catalog.article_revisions"):
        numbers[int(key)].append(int(number))
    for key, name, version, revision, _, _ in articles(system):
        for what, have, last in (("versions in the log", logged[key], version), ("revisions", numbers[key], revision)):
            if sorted(have) != list(range(1, last + 1)):
                found.append(f"{name}: {what} are not 1 to {last}: {sorted(have)}")
    return found


def paths(system):
    """A live path belongs to one article, and stands in both tables."""
    found = [f"two articles at {path}" for path, in rows(
        system, "SELECT path FROM catalog.articles WHERE path IS NOT NULL GROUP BY publication_key, path HAVING count(*) > 1")]
    return found + [f"{path} of article {key} stands in one table only" for key, path in rows(
        system, "SELECT coalesce(a.key, p.article_key), coalesce(a.path, p.path) "
                "FROM (SELECT * FROM catalog.articles WHERE path IS NOT NULL) a "
                "FULL JOIN (SELECT * FROM catalog.paths WHERE kind = 1) p ON p.article_key = a.key AND p.path = a.path "
                "WHERE a.key IS NULL OR p.key IS NULL")]


def references(system, message):
    """The topics of each live revision are those of the table of references, in order."""
    stored = collections.defaultdict(list)
    for key, topic in rows(system, "SELECT r.article_key, t.id FROM catalog.article_topics r JOIN catalog.topics t ON t.key = r.topic_key "
                                   "WHERE r.slot = 1 ORDER BY r.article_key, r.position"):
        stored[int(key)].append(f"topics/{topic}")
    revisions = snapshots(system, message)
    found = []
    for key, name, _, _, live, _ in articles(system):
        said = [topic.topic for topic in revisions[key, live].topics] if live else []
        if said != stored[key]:
            found.append(f"{name}: the live revision has {said}, the table {stored[key]}")
    return found


def indices(system):
    """Every B-tree holds each row of its table once, in order."""
    system.sql("CREATE EXTENSION IF NOT EXISTS amcheck")
    try:
        checked = rows(system, "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                               "JOIN pg_am m ON m.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
                               "WHERE n.nspname = 'catalog' AND m.amname = 'btree' AND c.relkind = 'i'")
    except AssertionError as error:  # It names the first that is wrong.
        return [str(error)]
    return [] if checked else ["there is no index"]


def audit(system):
    """How often each (resource, version) was recorded."""
    return collections.Counter((name, int(version)) for name, version in rows(system, "SELECT resource, version FROM catalog.audit"))
