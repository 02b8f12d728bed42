#ifndef DATELINE_SERVICES_CLI_IMPORT_ARTICLE_STREAM_H_
#define DATELINE_SERVICES_CLI_IMPORT_ARTICLE_STREAM_H_

#include "absl/status/status.h"
#include "dateline/ingestion/v1/documents.pb.h"

namespace dateline::cli {

// One call of IngestArticles. One thread may write while another reads.
class ArticleStream {
 public:
  virtual ~ArticleStream() = default;
  // False if the stream has ended.
  virtual bool Write(const ingestion::v1::IngestArticlesRequest& item) = 0;
  virtual void WritesDone() = 0;
  virtual bool Read(ingestion::v1::IngestArticlesResponse* answer) = 0;
  // How it ended; after WritesDone or a false Write, and a false Read.
  virtual absl::Status Finish() = 0;
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_ARTICLE_STREAM_H_
