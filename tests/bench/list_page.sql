\set topic random_zipfian(1, 1000, 1.07)
SELECT a.card FROM postings p JOIN articles a ON a.key = p.article WHERE p.topic = :topic AND p.publish_time <= now() AND p.visible_from <= now() AND p.visible_until > now() ORDER BY p.publish_time DESC, p.article LIMIT 10;
