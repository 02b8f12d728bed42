"""The methods of the contract that are not built: each with a request whose fields are right, as the check of fields comes first.

They must answer NOT_IMPLEMENTED. One that gets built fails the test until its call moves to valid_calls.py.
"""

ARTICLE = {"name": "articles/none"}
REVISION = {"name": "articles/none/revisions/1"}
CALLS = {
    "CatalogService.ListArticles": {},
    "CatalogService.CreateArticle": {"article": {"title": "Not built"}},
    "CatalogService.UpdateArticle": {"article": ARTICLE},
    "CatalogService.BatchUpdateArticles": {"requests": [{"article": ARTICLE}]},
    "CatalogService.DeleteArticle": ARTICLE,
    "CatalogService.UndeleteArticle": ARTICLE,
    "CatalogService.PublishArticle": ARTICLE,
    "CatalogService.ScheduleArticle": ARTICLE | {"scheduleTime": "2100-01-01T00:00:00Z"},
    "CatalogService.UnscheduleArticle": ARTICLE,
    "CatalogService.WithdrawArticle": ARTICLE | {"withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}},
    "CatalogService.AcceptFeedProposal": ARTICLE | {"source": "sources/test"},
    "CatalogService.DismissFeedProposal": ARTICLE | {"source": "sources/test"},
    "CatalogService.ListArticleRevisions": {"parent": "articles/none"},
    "CatalogService.GetArticleRevision": REVISION,
    "CatalogService.RollbackArticle": REVISION,
    "CatalogService.ResolvePath": {"publication": "publications/test", "path": "/none"},
    "CatalogService.ListAuditEntries": {},
    "QueryService.SearchArticles": {"query": "rain"},
    "QueryService.SuggestTopics": {"prefix": "we"},
    "QueryService.ListRelatedArticles": {"article": "articles/none"},
    "QueryService.ListMostRead": {},
    "QueryService.ReportReads": {"counts": [{"article": "articles/none", "reads": 1}]},
    "QueryService.WatchArticles": {},
    "QueryService.SyncArticles": {},
    "QueryService.RenderFeed": {"format": "RENDER_FORMAT_RSS"},
    "QueryService.ExplainListing": {"article": "articles/none"},
    "ReplicaService.StreamCheckpoint": {},
}
