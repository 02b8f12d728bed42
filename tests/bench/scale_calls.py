"""The calls that tests/bench/run scale measures: for each unary method of the catalog's services requests on resources by chance.

What a call uses up, such as the draft that it publishes, is drawn once; what it needs besides the filled catalog is made before.
"""

import collections
import dataclasses
import functools
import itertools
import random

import scale_data as data

# It is called by nobody.
WEBHOOK = {"url": "https://hook.example/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "state": "WEBHOOK_STATE_PAUSED"}
CONSUMER = "consumers/scale"


@dataclasses.dataclass(frozen=True)
class Measured:
    """A line of the table: `make(count)` makes as many requests. Of heavy calls every `weight`th is made."""
    method: str
    what: str
    make: object
    weight: int = 1


class Calls:
    """The requests, in the order in which they are to be made: some need what those before have left."""

    def __init__(self, system, options, stories):
        self.system = system
        self.articles, self.topics, self.authors = options.articles, options.topics, options.authors
        self.texts = stories
        self.chance = random.Random(options.seed + 1)
        self.numbers = itertools.count(10 ** 9)
        self.unused = collections.defaultdict(list)
        for n in range(1, self.articles + 1):
            self.unused[data.kind_of(n)].append(n)
        for numbers in self.unused.values():
            self.chance.shuffle(numbers)
        self.clusters = dict(line.split("|") for line in system.sql(
            "SELECT c.id, a.id FROM catalog.clusters c JOIN LATERAL (SELECT id FROM catalog.articles WHERE cluster_key = c.key "
            f"ORDER BY key LIMIT 1) a ON true LIMIT {max(1000, options.calls * 20)}"))
        self.editors_clusters = list(self.clusters)
        system.must("ChangesService.RegisterConsumer", {"name": CONSUMER, "leaseDuration": "86400s"})
        system.must("WebhookService.CreateWebhook", {"webhookId": "scale", "webhook": WEBHOOK})
        self.position = system.must("CatalogService.GetStatus", {}).head

    # What requests are made of.

    def name(self, kind="published"):
        """An article of a kind; it may have been drawn before, but not for what changes its state."""
        numbers = self.unused[kind]
        return f"articles/{data.id_of(numbers[self.chance.randrange(len(numbers))])}"

    def take(self, kind="published"):
        """The name of an article of a kind that was not taken before."""
        return f"articles/{data.id_of(self.take_number(kind))}"

    def take_number(self, kind):
        if not self.unused[kind]:
            raise LookupError(f"no article of the kind {kind} is left")
        return self.unused[kind].pop()

    def topic(self):
        return data.topic(data.rank(self.chance, self.topics))

    def author(self):
        return data.author(data.rank(self.chance, self.authors))

    def rare_topic(self, low=0.25, high=0.5):
        """One with few articles; those from the middle on are merged away."""
        return data.topic(self.chance.randrange(int(self.topics * low), int(self.topics * high)))

    def text(self):
        return self.chance.choice(self.texts)

    def content(self):
        return data.content(self.text(), next(self.numbers), sorted({self.topic(), self.topic()}), self.author())

    def items(self, count):
        return [data.item(self.text(), next(self.numbers), sorted({self.topic(), self.topic()}), self.author()) for _ in range(count)]

    def changed_items(self, count):
        """Items of articles that are there, with another title."""
        chosen = self.chance.sample(self.unused["published"], count)
        return [data.item(self.text(), n, [self.topic()], self.author(), f"Changed {next(self.numbers)}") for n in chosen]

    def each(self, make):
        return lambda count: [make() for _ in range(count)]

    # What is made before.

    def made(self, method, request, count, callers=8):
        """Makes `count` resources by a method, whose request `request(n)` is; their numbers."""
        numbers = [next(self.numbers) for _ in range(count)]
        result = self.system.load(method, [request(n) for n in numbers], callers)
        if result["failed"] or result["calls"] != count:
            raise LookupError(f"{method}: {result['told']}")
        return numbers

    def new_topics(self, count, state="ACTIVE"):
        return [f"topics/n{n}" for n in self.made("CatalogService.CreateTopic", lambda n: {
            "topicId": f"n{n}", "topic": {"displayName": f"New {n}", "state": f"TOPIC_STATE_{state}"}}, count)]

    def new_authors(self, count):
        return [f"authors/n{n}" for n in self.made(
            "CatalogService.CreateAuthor", lambda n: {"authorId": f"n{n}", "author": {"displayName": f"New {n}"}}, count)]

    def of_names(self, names, **more):
        return [{"name": name, **more} for name in names]

    def merged_topics(self, count):
        low, high = int(self.topics * 0.5), self.topics
        self.unused["topic"] = self.unused["topic"] or self.chance.sample(range(low, high), high - low)
        return [{"target": self.rare_topic(), "merged": [data.topic(self.take_number("topic"))]} for _ in range(count)]

    def receipts(self, count):
        """Those that are owed of what was taken down before; there may be fewer."""
        return [{"article": f"articles/{article}", "consumer": CONSUMER} for article in self.system.sql(
            "SELECT a.id FROM catalog.takedown_receipts r JOIN catalog.articles a ON a.key = r.article_key "
            f"WHERE r.consumer = '{CONSUMER.removeprefix('consumers/')}' AND r.acknowledge_time IS NULL LIMIT {count}")]

    def split(self, count):
        chosen = [self.editors_clusters.pop() for _ in range(count)]
        return [{"articles": [f"articles/{self.clusters[cluster]}"]} for cluster in chosen]

    def big_batch(self, count):
        """A delivery of new articles, made faster than by way of JSON."""
        batch = self.system.methods["IntakeService.BatchUpsertArticles"].request(source=data.SOURCE, publication=data.PUBLICATION)
        for _ in range(count):
            number, n = self.chance.randrange(len(self.texts)), next(self.numbers)
            item = batch.items.add()
            item.CopyFrom(self.item_of(number))
            item.article.title, item.article.canonical_url = f"Bulk {n}", f"https://feed.example/{n}"
            item.article.topics[0].topic, item.article.bylines[0].author = self.topic(), self.author()
            item.entry_id = item.article.canonical_url
            item.content_hash = n.to_bytes(16, "little")
            item.simhash = self.chance.getrandbits(64)
            for key in item.keys:
                key.key = data.key_of(key.kind, n)
        return batch

    @functools.lru_cache(maxsize=None)  # pylint: disable=method-cache-max-size-none
    def item_of(self, number):
        """The message of an item with the text of this number."""
        batch = self.system.methods["IntakeService.BatchUpsertArticles"].request
        item = data.item(self.texts[number], 0, [data.topic(1)], data.author(1))
        return batch.FromString(self.system.request("IntakeService.BatchUpsertArticles", data.delivery([item]))).items[0]

    # The lines of the table.

    def lists(self):
        """ListArticles with filters that many or few articles pass, and in other orders."""
        filters = {
            "newest": lambda: {},
            "drafts": lambda: {"filter": "state = DRAFT"},
            "a topic": lambda: {"filter": f"topic = {self.topic()}"},
            "a rare topic": lambda: {"filter": f"topic = {self.rare_topic()}"},
            "topics below": lambda: {"filter": f"topic:{self.topic()}"},
            "an author": lambda: {"filter": f"author = {self.author()}"},
            "topic and author": lambda: {"filter": f"topic = {self.topic()} AND author = {self.author()}"},
            "has_proposal": lambda: {"filter": "has_proposal"},
            "a month": lambda: {"filter": "publish_time >= {0} AND publish_time < {1}".format(*self.month())},
            "no match, 20,000 looked at": lambda: {"filter": "language = de"},
            "by publish_time": lambda: {"orderBy": "publish_time desc"},
            "by modify_time": lambda: {"orderBy": "modify_time desc"},
        }
        return [Measured("CatalogService.ListArticles", what, self.each(lambda make=make: {"pageSize": 50, **make()}))
                for what, make in filters.items()]

    def month(self):
        year, month = 2018 + self.chance.randrange(7), 1 + self.chance.randrange(11)
        return f"{year}-{month:02}-01", f"{year}-{month + 1:02}-01"

    def reads(self):
        each, one = self.each, Measured
        return [
            one("CatalogService.GetArticle", "", each(lambda: {"name": self.name()})),
            one("CatalogService.BatchGetArticles", "50", each(lambda: {"names": sorted({self.name() for _ in range(50)})})),
            *self.lists(),
            one("CatalogService.ListArticleRevisions", "", each(lambda: {"parent": self.name("revised")})),
            one("CatalogService.GetArticleRevision", "", each(lambda: {"name": self.name("revised") + "/revisions/1"})),
            one("CatalogService.ResolvePath", "", each(lambda: {
                "publication": data.PUBLICATION, "path": data.path_of(self.chance.choice(self.unused["published"]))})),
            one("CatalogService.ListClusterMembers", "", each(lambda: {"parent": f"clusters/{self.chance.choice(self.editors_clusters)}"})),
            one("CatalogService.ListAuditEntries", "newest", each(lambda: {"pageSize": 50})),
            one("CatalogService.ListAuditEntries", "of an article", each(lambda: {"resource": self.name()})),
            one("CatalogService.ListAuditEntries", "of a method", each(lambda: {"method": "CreateArticle", "pageSize": 50})),
            one("CatalogService.ListAuditEntries", "caller and time", each(lambda: {
                "caller": "local", "startTime": "2020-01-01T00:00:00Z", "pageSize": 50})),
            one("CatalogService.GetTopic", "", each(lambda: {"name": self.topic()})),
            one("CatalogService.ListTopics", "", each(lambda: {"pageSize": 50})),
            one("CatalogService.ListTopics", "below a topic", each(lambda: {
                "parent": data.topic(self.chance.randrange(1, 400)), "pageSize": 50})),
            one("CatalogService.ListTopics", "prefix", each(lambda: {
                "prefix": f"alias {self.chance.randrange(100, 999)}", "pageSize": 50})),
            one("CatalogService.GetAuthor", "", each(lambda: {"name": self.author()})),
            one("CatalogService.ListAuthors", "", each(lambda: {"pageSize": 50})),
            one("CatalogService.ListAuthors", "prefix", each(lambda: {
                "prefix": f"author {self.chance.randrange(10, 99)}", "pageSize": 50})),
            one("CatalogService.GetPublication", "", each(lambda: {"name": data.PUBLICATION})),
            one("CatalogService.ListPublications", "", each(lambda: {"pageSize": 50})),
            one("CatalogService.GetStatus", "", each(lambda: {})),
        ]

    def editors(self):
        each, one = self.each, Measured
        return [
            one("CatalogService.CreateArticle", "draft", each(lambda: {"article": self.content()})),
            one("CatalogService.CreateArticle", "published", each(lambda: {"article": self.content(), "publish": True})),
            one("CatalogService.UpdateArticle", "draft", each(lambda: self.update())),
            one("CatalogService.UpdateArticle", "published", each(lambda: {**self.update(), "publish": True})),
            one("CatalogService.BatchUpdateArticles", "10", each(lambda: {"requests": [
                {**self.update(self.take()), "publish": True} for _ in range(10)]}), weight=5),
            one("CatalogService.PublishArticle", "", each(lambda: {"name": self.take("draft")})),
            one("CatalogService.ScheduleArticle", "", each(lambda: {"name": self.take("draft"), "scheduleTime": data.FAR})),
            one("CatalogService.UnscheduleArticle", "", each(lambda: {"name": self.take("scheduled")})),
            one("CatalogService.RollbackArticle", "", each(lambda: {"name": self.name("revised") + "/revisions/1"})),
            one("CatalogService.AcceptFeedProposal", "", each(lambda: {"name": self.take("proposal"), "source": data.SOURCE})),
            one("CatalogService.DismissFeedProposal", "", each(lambda: {"name": self.take("proposal"), "source": data.SOURCE})),
            one("CatalogService.WithdrawArticle", "", each(lambda: {
                "name": self.take(), "withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}})),
            one("CatalogService.DeleteArticle", "", each(lambda: {"name": self.take()})),
            one("CatalogService.UndeleteArticle", "", each(lambda: {"name": self.take("deleted")})),
            one("CatalogService.TakeDownArticle", "", each(lambda: {"name": self.take(), "reason": "A court's order"})),
            one("ChangesService.AcknowledgeTakedown", "", self.receipts),
            one("ChangesService.ListTakedownReceipts", "", each(lambda: {"pageSize": 50})),
            one("CatalogService.JoinClusters", "", each(lambda: {"articles": [self.take(), self.take()]})),
            one("CatalogService.SplitCluster", "", self.split),
        ]

    def update(self, name=None):
        return {"article": {"name": name or self.name(), "title": f"Update {next(self.numbers)}"}, "updateMask": "title"}

    def vocabulary(self):
        each, one = self.each, Measured
        return [
            one("CatalogService.CreateTopic", "", each(lambda: {"topicId": f"c{next(self.numbers)}", "topic": {
                "displayName": f"Created {next(self.numbers)}", "parents": [self.rare_topic()]}})),
            one("CatalogService.UpdateTopic", "", each(lambda: {"topic": {
                "name": self.rare_topic(0), "description": f"Text {next(self.numbers)}"}, "updateMask": "description"})),
            one("CatalogService.MergeTopics", "", self.merged_topics),
            one("CatalogService.AcceptTopic", "", lambda count: self.of_names(self.new_topics(count, "PROPOSED"))),
            one("CatalogService.DismissTopic", "", lambda count: self.of_names(self.new_topics(count, "PROPOSED"))),
            one("CatalogService.DeleteTopic", "", lambda count: self.of_names(self.new_topics(count))),
            one("CatalogService.SetPinnedArticles", "", each(lambda: {
                "topic": self.rare_topic(0), "articles": sorted({self.name() for _ in range(5)})})),
            one("CatalogService.GetPinnedArticles", "", each(lambda: {"topic": self.topic()})),
            one("CatalogService.CreateAuthor", "", each(lambda: {
                "authorId": f"c{next(self.numbers)}", "author": {"displayName": f"Created {next(self.numbers)}"}})),
            one("CatalogService.UpdateAuthor", "", each(lambda: {
                "author": {"name": self.author(), "bio": f"Bio {next(self.numbers)}"}, "updateMask": "bio"})),
            one("CatalogService.DeleteAuthor", "", lambda count: self.of_names(self.new_authors(count))),
            one("CatalogService.MergeAuthors", "", lambda count: [
                {"target": data.author(self.chance.randrange(1, self.authors)), "merged": [name]} for name in self.new_authors(count)]),
            one("CatalogService.CreatePublication", "", each(lambda: {
                "publicationId": f"c{next(self.numbers)}", "publication": {"title": "Created"}})),
            one("CatalogService.UpdatePublication", "", each(lambda: {
                "publication": {"name": f"publications/other{self.chance.randrange(20)}", "title": f"Title {next(self.numbers)}"},
                "updateMask": "title"})),
            one("CatalogService.DeletePublication", "", lambda count: self.of_names([f"publications/n{n}" for n in self.made(
                "CatalogService.CreatePublication", lambda n: {"publicationId": f"n{n}", "publication": {"title": "New"}}, count)])),
        ]

    def services(self):
        each, one = self.each, Measured
        return [
            one("IntakeService.BatchUpsertArticles", "100 new", each(lambda: data.delivery(self.items(100))), weight=20),
            one("IntakeService.BatchUpsertArticles", "100 changed", each(lambda: data.delivery(self.changed_items(100))), weight=20),
            one("IntakeService.BatchAddArticleTopics", "100", each(lambda: {"items": [
                {"article": name, "topics": [self.rare_topic(0)]} for name in sorted({self.name() for _ in range(100)})]}), weight=20),
            one("IntakeService.EnsureTopics", "20", each(lambda: {"topics": [
                {"topicId": f"e{n}", "displayName": f"Ensured {n}", "state": "TOPIC_STATE_ACTIVE"}
                for n in itertools.islice(self.numbers, 20)]}), weight=5),
            one("ChangesService.RegisterConsumer", "", each(lambda: {"name": f"consumers/c{next(self.numbers)}", "leaseDuration": "1s"})),
            one("WebhookService.CreateWebhook", "", each(lambda: {"webhookId": f"c{next(self.numbers)}", "webhook": WEBHOOK})),
            one("WebhookService.GetWebhook", "", each(lambda: {"name": "webhooks/scale"})),
            one("WebhookService.ListWebhooks", "", each(lambda: {"pageSize": 50})),
            one("WebhookService.UpdateWebhook", "", each(lambda: {
                "webhook": {"name": "webhooks/scale", "url": f"https://hook.example/{next(self.numbers)}"}, "updateMask": "url"})),
            one("WebhookService.ReplayWebhook", "", each(lambda: {"name": "webhooks/scale", "position": self.position})),
            one("WebhookService.ListDeliveries", "", each(lambda: {"parent": "webhooks/scale", "pageSize": 50})),
            one("WebhookService.DeleteWebhook", "", lambda count: self.of_names([f"webhooks/n{n}" for n in self.made(
                "WebhookService.CreateWebhook", lambda n: {"webhookId": f"n{n}", "webhook": WEBHOOK}, count)])),
        ]

    def all(self):
        return [*self.reads(), *self.editors(), *self.vocabulary(), *self.services()]
