"""A call of each method that must succeed; those that are not built stand in not_built.py.

A request is a dictionary as of JSON; `n` is a number that was not used before, `known` holds what earlier calls answered, and functions
from `n` that make what a call uses up.
"""

import base64

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://feed.example/</link>%s</channel></rss>"""
ITEM = ("<item><title>Item %d</title><link>https://feed.example/%d</link><guid>%d</guid><category>Weather</category>"
        "<description>Rain.</description></item>")

# It is called by nobody while the methods are tested.
WEBHOOK = {"url": "https://hook.example/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "state": "WEBHOOK_STATE_PAUSED"}


def feed_text(numbers):
    return FEED % "".join(ITEM % (m, m, m) for m in numbers)


def feed(n, items=2):
    return base64.b64encode(feed_text(range(n * 100, n * 100 + items)).encode()).decode()


def feed_with_reject(n):
    """A document with an entry that has nothing but an id, so that it is rejected and kept."""
    return base64.b64encode((FEED % f"<item><guid>empty-{n}</guid></item>").encode()).decode()


def delivery(n, title="Upserted"):
    """A delivery of one article; with another title a change of the same."""
    return {"source": "sources/test", "publication": "publications/test", "items": [{
        "article": {"title": f"{title} {n}", "bodyHtml": "<p>More rain.</p>"}, "entryId": f"u{n}",
        "contentHash": base64.b64encode(f"{title} {n}".encode()).decode(),
        "keys": [{"kind": "IDENTITY_KIND_ENTRY", "key": base64.b64encode(f"upsert-{n}".encode()).decode()}]}]}


def calls(known):
    """{Service.Method: function from n to a request}."""
    return {
        "CatalogService.CreatePublication": lambda n: {"publicationId": f"p{n}", "publication": {"title": f"P {n}"}},
        "CatalogService.GetPublication": lambda n: {"name": "publications/test"},
        "CatalogService.ListPublications": lambda n: {"pageSize": 5},
        "CatalogService.UpdatePublication": lambda n: {
            "publication": {"name": "publications/test", "title": f"Test {n}"}, "updateMask": "title"},
        "CatalogService.DeletePublication": lambda n: {"name": known["new_publication"](n)},
        "CatalogService.CreateTopic": lambda n: {"topicId": f"t{n}", "topic": {"displayName": f"T {n}"}},
        "CatalogService.GetTopic": lambda n: {"name": "topics/weather"},
        "CatalogService.ListTopics": lambda n: {"pageSize": 5},
        "CatalogService.UpdateTopic": lambda n: {
            "topic": {"name": "topics/weather", "description": f"Rain {n}"}, "updateMask": "description"},
        "CatalogService.AcceptTopic": lambda n: {"name": known["new_topic"](n, "PROPOSED")},
        "CatalogService.DismissTopic": lambda n: {"name": known["new_topic"](n, "PROPOSED")},
        "CatalogService.DeleteTopic": lambda n: {"name": known["new_topic"](n, "ACTIVE")},
        "CatalogService.MergeTopics": lambda n: {"target": "topics/weather", "merged": [known["new_topic"](n, "ACTIVE")]},
        "CatalogService.GetPinnedArticles": lambda n: {"topic": "topics/weather"},
        "CatalogService.SetPinnedArticles": lambda n: {"topic": "topics/weather", "articles": [known["article"]]},
        "CatalogService.CreateAuthor": lambda n: {"authorId": f"a{n}", "author": {"displayName": f"A {n}"}},
        "CatalogService.GetAuthor": lambda n: {"name": "authors/test"},
        "CatalogService.ListAuthors": lambda n: {"pageSize": 5},
        "CatalogService.UpdateAuthor": lambda n: {"author": {"name": "authors/test", "bio": f"Bio {n}"}, "updateMask": "bio"},
        "CatalogService.DeleteAuthor": lambda n: {"name": known["new_author"](n)},
        # Into one of its own, as each merge gives the target another variant.
        "CatalogService.MergeAuthors": lambda n: {"target": known["new_author"](n, "t"), "merged": [known["new_author"](n)]},
        "WebhookService.CreateWebhook": lambda n: {"webhookId": f"w{n}", "webhook": WEBHOOK},
        "WebhookService.GetWebhook": lambda n: {"name": "webhooks/test"},
        "WebhookService.ListWebhooks": lambda n: {"pageSize": 5},
        "WebhookService.UpdateWebhook": lambda n: {
            "webhook": {"name": "webhooks/test", "url": f"https://hook.example/{n}"}, "updateMask": "url"},
        "WebhookService.DeleteWebhook": lambda n: {"name": known["new_webhook"](n)},
        "WebhookService.ReplayWebhook": lambda n: {"name": "webhooks/test", "position": known["position"]},
        "WebhookService.ListDeliveries": lambda n: {"parent": "webhooks/test", "pageSize": 5},
        "IntakeService.BatchUpsertArticles": delivery,
        "CatalogService.CreateArticle": lambda n: {
            "articleId": f"a{n}", "article": {"publication": "publications/test", "title": f"C {n}"}},
        "CatalogService.UpdateArticle": lambda n: {
            "article": {"name": known["edited"], "title": f"U {n}"}, "updateMask": "title"},
        "CatalogService.BatchUpdateArticles": lambda n: {"requests": [{
            "article": {"name": known["edited"], "subtitle": f"U {n}"}, "updateMask": "subtitle"}]},
        "CatalogService.DeleteArticle": lambda n: {"name": known["new_article"](n)},
        "CatalogService.UndeleteArticle": lambda n: {"name": known["new_deleted"](n)},
        "CatalogService.PublishArticle": lambda n: {"name": known["new_draft"](n)},
        "CatalogService.ScheduleArticle": lambda n: {"name": known["new_draft"](n), "scheduleTime": "2100-01-01T00:00:00Z"},
        "CatalogService.UnscheduleArticle": lambda n: {"name": known["new_scheduled"](n)},
        "CatalogService.WithdrawArticle": lambda n: {
            "name": known["new_article"](n), "withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}},
        "CatalogService.AcceptFeedProposal": lambda n: {"name": known["new_proposal"](n), "source": "sources/test"},
        "CatalogService.DismissFeedProposal": lambda n: {"name": known["new_proposal"](n), "source": "sources/test"},
        "CatalogService.ListArticles": lambda n: {"pageSize": 5},
        "CatalogService.ListArticleRevisions": lambda n: {"parent": known["edited"], "pageSize": 5},
        "CatalogService.GetArticleRevision": lambda n: {"name": f"{known['edited']}/revisions/1"},
        "CatalogService.RollbackArticle": lambda n: {"name": f"{known['edited']}/revisions/1"},
        "CatalogService.ResolvePath": lambda n: {"publication": "publications/test", "path": known["path"]},
        "CatalogService.ListAuditEntries": lambda n: {"pageSize": 5},
        "CatalogService.GetArticle": lambda n: {"name": known["article"]},
        "CatalogService.BatchGetArticles": lambda n: {"names": [known["article"]]},
        "IntakeService.BatchAddArticleTopics": lambda n: {
            "items": [{"article": known["article"], "topics": ["topics/weather"]}]},
        "CatalogService.TakeDownArticle": lambda n: {"name": known["new_article"](n), "reason": "A court's order"},
        "CatalogService.ListClusterMembers": lambda n: {"parent": known["cluster"]},
        "CatalogService.JoinClusters": lambda n: {"articles": [known["new_article"](n), known["new_article"](n)]},
        "CatalogService.SplitCluster": lambda n: {"articles": known["new_members"](n)},
        "ChangesService.RegisterConsumer": lambda n: {"name": f"consumers/c{n}"},
        "ChangesService.AcknowledgeTakedown": lambda n: {"article": known["new_takedown"](n), "consumer": "consumers/test"},
        "ChangesService.ListTakedownReceipts": lambda n: {"pageSize": 5},
        "ChangesService.ExportResources": lambda n: {},
        "ChangesService.StreamChanges": lambda n: {"position": known["position"]},
        "CatalogService.GetStatus": lambda n: {},
        "IntakeService.EnsureTopics": lambda n: {
            "topics": [{"topicId": f"e{n}", "displayName": f"E {n}", "state": "TOPIC_STATE_ACTIVE"}]},
        "IngestionService.CreateSource": lambda n: {"sourceId": f"s{n}", "source": {"publication": "publications/test"}},
        "IngestionService.GetSource": lambda n: {"name": "sources/test"},
        "IngestionService.ListSources": lambda n: {"pageSize": 5},
        "IngestionService.UpdateSource": lambda n: {
            "source": {"name": "sources/test", "displayName": f"S {n}"}, "updateMask": "displayName"},
        "IngestionService.PauseSource": lambda n: {"name": "sources/test"},
        "IngestionService.ResumeSource": lambda n: {"name": "sources/test"},
        "IngestionService.DeleteSource": lambda n: {"name": known["new_source"](n)},
        "IngestionService.PollSource": lambda n: {"name": "sources/polled"},
        "IngestionService.DiscoverFeeds": lambda n: {"url": known["home"]},
        "IngestionService.ListFetches": lambda n: {"parent": "sources/test"},
        "IngestionService.IngestDocument": lambda n: {"source": "sources/test", "document": feed(n)},
        "IngestionService.IngestArticles": lambda n: {
            "source": "sources/test", "requestId": f"request-{n}", "entryId": f"entry-{n}",
            "article": {"title": f"Pushed {n}", "bodyHtml": "<p>Rain again.</p>"}},
        "IngestionService.InspectDocument": lambda n: {"document": feed(n)},
        "IngestionService.RetagArticles": lambda n: {"topics": ["topics/weather"]},
        "IngestionService.ListTopicProposals": lambda n: {"pageSize": 5},
        "IngestionService.RetryReject": lambda n: {"name": known["new_reject"](n)},
        "IngestionService.ListRejects": lambda n: {"parent": "sources/test"},
        "IngestionService.GetStatus": lambda n: {},
        "QueryService.ListArticles": lambda n: {"filter": {"anyTopics": ["topics/weather"]}, "minPosition": known["position"]},
        "QueryService.GetTopicPage": lambda n: {"topic": "topics/weather", "minPosition": known["position"]},
        "QueryService.GetArticle": lambda n: {"name": known["article"], "minPosition": known["position"]},
        "QueryService.BatchGetArticles": lambda n: {"names": [known["article"]]},
        "QueryService.ResolvePath": lambda n: {"publication": "publications/test", "path": known["path"]},
        "ReplicaService.GetDigest": lambda n: {},
        "ReplicaService.StreamCheckpoint": lambda n: {},
        "QueryService.GetTopic": lambda n: {"name": "topics/weather"},
        "QueryService.SearchArticles": lambda n: {"query": "rain", "minPosition": known["position"]},
        "QueryService.ListRelatedArticles": lambda n: {"article": known["article"], "minPosition": known["position"]},
        "QueryService.WatchArticles": lambda n: {"filter": {"anyTopics": ["topics/weather"]}},
        "QueryService.SyncArticles": lambda n: {"filter": {"anyTopics": ["topics/weather"]}, "minPosition": known["position"]},
        "QueryService.SuggestTopics": lambda n: {"prefix": "we"},
        "QueryService.RenderFeed": lambda n: {"format": "RENDER_FORMAT_RSS", "filter": {"anyTopics": ["topics/weather"]}},
        "QueryService.ExplainListing": lambda n: {"article": known["article"], "minPosition": known["position"]},
        "QueryService.ListMostRead": lambda n: {"pageSize": 5, "window": "MOST_READ_WINDOW_WEEK"},
        "QueryService.ReportReads": lambda n: {"counts": [{"article": known["article"], "reads": 3}]},
        "QueryService.ListTopics": lambda n: {"pageSize": 5},
        "QueryService.GetAuthor": lambda n: {"name": "authors/test"},
        "QueryService.ListAuthors": lambda n: {"pageSize": 5},
        "QueryService.GetPublication": lambda n: {"name": "publications/test"},
        "QueryService.ListPublications": lambda n: {"pageSize": 5},
        "QueryService.GetStatus": lambda n: {},
    }
