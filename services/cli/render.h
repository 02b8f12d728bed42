#ifndef DATELINE_SERVICES_CLI_RENDER_H_
#define DATELINE_SERVICES_CLI_RENDER_H_

#include <string>

#include "absl/status/status.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/query/v1/articles.pb.h"
#include "dateline/query/v1/watch.pb.h"
#include "google/protobuf/message.h"

namespace dateline::cli {

// Text for people. All functions are pure and end their text with a newline.

// The topic page: a heading, then headline and teaser of each article, separated by empty lines; a
// teaser that was cut is followed by the link text MORE.
std::string RenderTopicPage(const query::v1::GetTopicPageResponse& page);

// One article: headline, when and where, topics, text.
std::string RenderArticle(const content::v1::Article& article);

// Where a former path or a withdrawn article leads.
std::string RenderRedirect(const query::v1::Redirect& redirect);

// Why an article is in a list or is not: a line, then one for each condition.
std::string RenderExplanation(const query::v1::ExplainListingResponse& explanation);

// A feed as it was understood: its own fields, then the entries.
std::string RenderFeed(const ingestion::v1::Feed& feed);

// What became of a document: one line of counts, then one line for each entry that was rejected.
std::string RenderIngested(const std::string& label,
                           const ingestion::v1::IngestDocumentResponse& response);

// A message in protobuf's JSON form, indented.
std::string RenderJson(const google::protobuf::Message& message);

// A failed call: code, text, reason, fields and when to try again.
std::string RenderError(const absl::Status& status);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_RENDER_H_
