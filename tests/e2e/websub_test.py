#!/usr/bin/env python3
"""A feed with a hub: the whole way from the first fetch through subscription and verification to an article that a push brought."""

import signal
import unittest

import system
import websub_hub


class WebSubTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.hub = self.enterContext(websub_hub.Hub())
        self.port = system.free_ports(1)[0]
        self.system.stop("ingestion")
        self.start_ingestion()
        self.system.must("catalog", "CreatePublication", {"publication_id": "pushed", "publication": {"title": "Pushed"}})
        day = {"seconds": 86400}
        self.system.must("ingestion", "CreateSource", {"source_id": "pushed", "source": {
            "publication": "publications/pushed", "url": self.hub.topic, "polling": {"min_interval": day, "max_interval": day}}})

    def start_ingestion(self):
        self.system.start("ingestion", "--allow-networks", "127.0.0.0/8", "--websub-listen", f"127.0.0.1:{self.port}",
                          "--websub-public-url", f"http://127.0.0.1:{self.port}/")
        self.system.wait_until_well()

    def articles(self):
        return int(self.system.sql("SELECT count(*) FROM catalog.articles")[0])

    def newest_fetch(self):
        return self.system.must("ingestion", "ListFetches", {"parent": "sources/pushed", "page_size": 1})["fetches"][0]

    def metrics(self):
        return websub_hub.call(f"http://{self.system.metrics('ingestion')}/metrics")[1]

    def column(self, name):
        return self.system.sql(f"SELECT {name} FROM ingestion.subscriptions")[0]

    def wait_for(self, what, condition):
        system.wait_until(what, condition, seconds=60)

    def test_the_whole_way(self):
        self.wait_for("the hub has verified the subscription", lambda: self.hub.verified)
        self.assertEqual(self.hub.refused, [])
        subscription = self.hub.subscriptions[0]
        self.assertEqual(subscription["hub.topic"], self.hub.topic)
        self.assertRegex(subscription["hub.callback"], rf"^http://127\.0\.0\.1:{self.port}/websub/[a-z2-7]{{26}}$")
        self.assertGreaterEqual(len(subscription["hub.secret"]), 32)
        source = self.system.must("ingestion", "GetSource", {"name": "sources/pushed"})["source"]
        self.assertIn("push_expire_time", source["health"])
        self.assertEqual(self.articles(), 1)

        # Nobody else's verification is confirmed.
        for changes in ({"topic": self.hub.topic + "x"}, {"mode": "unsubscribe"}, {"mode": "nonsense"}):
            self.assertFalse(self.hub.verify(subscription, **changes), changes)
        self.assertEqual([status for status, _ in self.hub.refused], [404] * 3)

        # A wrong signature, or none, is answered alike and does nothing.
        self.hub.entries = 2
        fetches = self.hub.fetches
        self.assertEqual(self.hub.push(secret="guessed"), [202])
        self.assertEqual(self.hub.push(header=False), [202])
        self.assertEqual(self.column("bad_pushes || ' ' || pushes"), "2 0")
        self.assertEqual(self.hub.fetches, fetches)

        # A good one brings the source's news, not its own content; another one soon after waits for its minute.
        self.assertEqual(self.hub.push(body=b"<feed><entry>forged</entry></feed>"), [202])
        self.wait_for("the push has brought its article", lambda: self.articles() == 2)
        # A fetch is recorded after its articles are there.
        self.wait_for("the fetch is recorded as a push's", lambda: self.newest_fetch()["trigger"] == "FETCH_TRIGGER_PUSH")
        for method in ("sha1", "sha384", "sha512"):
            self.assertEqual(self.hub.push(method=method), [202])
        self.assertEqual(self.column("pushes"), "4")
        soon = "SELECT next_fetch_time - now() BETWEEN '1 second' AND '1 minute' FROM ingestion.sources"
        self.wait_for("the next is a minute after", lambda: self.system.sql(soon) == ["t"])

        # What is too large is not taken, and other paths are nobody's.
        self.assertIn(websub_hub.call(subscription["hub.callback"], b"x" * ((1 << 20) + 1))[0], (0, 413))
        self.assertEqual(self.column("bad_pushes || ' ' || pushes"), "2 4")
        for path in ("/", "/websub/", "/websub/" + "a" * 26, "/metrics"):
            self.assertEqual(websub_hub.call(f"http://127.0.0.1:{self.port}{path}")[0], 404, path)

        # The subscription outlives the process that made it.
        self.system.stop("ingestion", signal.SIGKILL)
        self.start_ingestion()
        self.system.sql("UPDATE ingestion.subscriptions SET push_poll_time = now() - interval '2 minutes'")
        self.hub.entries = 3
        self.assertEqual(self.hub.push(), [202])
        self.wait_for("a push has brought an article after the restart", lambda: self.articles() == 3)

        # It is renewed before it ends, under the same address.
        self.system.sql("UPDATE ingestion.subscriptions SET next_attempt = now(), lease_until = now() + interval '1 day'")
        self.wait_for("it is renewed", lambda: self.column("lease_until > now() + interval '9 days'") == "t")
        self.assertEqual(len(self.hub.verified), 1)

        # Secrets show nowhere.
        self.assertNotIn(subscription["hub.secret"], self.system.log("ingestion"))
        self.wait_for("the push is counted", lambda: 'dateline_ingestion_hub_calls_total{outcome="pushed"} 1' in self.metrics())
        taken = 'dateline_ingestion_fetches_total{outcome="taken",reason="",trigger="push"} 1'
        self.wait_for("its fetch is counted", lambda: taken in self.metrics())

        # A source that is deleted is no longer subscribed to.
        self.system.must("ingestion", "DeleteSource", {"name": "sources/pushed"})
        self.assertEqual(self.hub.push(), [410])


if __name__ == "__main__":
    unittest.main()
