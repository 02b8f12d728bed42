\set topic random_zipfian(1, 20000, 1.001)
SELECT a.card FROM postings p JOIN articles a ON a.key = p.article WHERE p.topic = :topic AND p.publish_time <= now() AND p.visible_from <= now() AND p.visible_until > now() ORDER BY p.publish_time DESC, p.article LIMIT 10;
