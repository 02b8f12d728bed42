-- What was taken down is listed by whoever has to erase it, every minute.
CREATE INDEX articles_taken_down ON catalog.articles (key) WHERE state = 8;
