#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_FIT_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_FIT_H_

#include <string>
#include <vector>

#include "dateline/content/v1/article.pb.h"

namespace dateline::ingestion::pipeline {

// Makes an article of a feed fit the bounds that the contract gives its fields, so that too many
// authors or too long a title costs no entry: lists keep their first items, texts their beginning
// and an ellipsis, pictures, files and links whose address is too long go. What identifies the
// article (its address) and its body stay as they are. Tells what was cut, field by field. Pure.
std::vector<std::string> FitToContract(content::v1::Article* article);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_FIT_H_
