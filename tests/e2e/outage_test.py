#!/usr/bin/env python3
"""What the system does while a part of it is away: reads go on, writes say when to try again, and nothing is lost on the way back."""

import signal
import unittest

import system


class OutageTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.make_topic("before")

    def make_topic(self, topic):
        request = {"topic_id": topic, "topic": {"display_name": topic.capitalize()}}
        position = self.system.must("catalog", "CreateTopic", request)["position"]
        self.assertEqual(self.read(topic, position)["topic"]["display_name"], topic.capitalize())

    def read(self, topic, position=""):
        return self.system.must("query", "GetTopicPage", {"topic": f"topics/{topic}", "min_position": position})

    def try_write(self, topic):
        return self.system.call("catalog", "CreateTopic", {"topic_id": topic, "topic": {"display_name": topic}}, deadlineMs=10000)

    def test_without_the_database_reads_go_on_and_writes_say_when_to_retry(self):
        self.system.postgres("kill")
        answer = self.try_write("during")
        self.assertEqual(answer.get("code"), "UNAVAILABLE", answer)
        self.assertEqual(system.reason_of(answer), "DATABASE_UNAVAILABLE")
        self.assertIsNotNone(system.detail_of(answer, "RetryInfo"), answer)
        self.assertEqual(self.read("before")["topic"]["display_name"], "Before")
        status = self.system.dateline("status", check=False)
        self.assertEqual(status.returncode, 1)
        self.assertIn("UNREACHABLE", status.stdout)

        self.system.postgres("start", "--fast")
        self.system.wait_until_well()
        self.make_topic("after")

    def test_without_the_catalog_reads_go_on_and_status_shows_it(self):
        self.assertEqual(self.system.stop("catalog", signal.SIGKILL), -signal.SIGKILL)
        self.assertEqual(self.read("before")["topic"]["display_name"], "Before")
        follower = system.wait_until("the replica knows that it is alone", lambda: self.follower() == "FOLLOWER_STATE_DISCONNECTED")
        self.assertTrue(follower)
        answer = self.system.call("ingestion", "GetStatus", {})["response"]
        self.assertFalse(answer.get("catalog_reachable", False))
        self.assertEqual(self.system.dateline("status", check=False).returncode, 1)

        self.system.start("catalog")
        self.system.wait_until_well()
        self.make_topic("after")

    def follower(self):
        return self.system.must("query", "GetStatus", {})["follower"]

    def test_a_query_server_started_again_has_what_it_had(self):
        self.assertEqual(self.system.stop("query", signal.SIGKILL), -signal.SIGKILL)
        position = self.system.must("catalog", "CreateTopic", {"topic_id": "meanwhile", "topic": {"display_name": "Meanwhile"}})["position"]
        self.system.start("query")
        self.system.wait_until_well()
        self.assertEqual(self.read("before")["topic"]["display_name"], "Before")
        self.assertEqual(self.read("meanwhile", position)["topic"]["display_name"], "Meanwhile")

    def test_servers_end_by_themselves_when_asked(self):
        for name in ("query", "ingestion", "catalog"):
            with self.subTest(server=name):
                self.assertEqual(self.system.stop(name, signal.SIGTERM), 0, self.system.log(name))


if __name__ == "__main__":
    unittest.main()
