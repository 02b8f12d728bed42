#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_PARAGRAPHS_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_PARAGRAPHS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::wordpress {

// A post as WordPress's classic editor stores it, with the paragraphs that WordPress adds when it
// shows the post:
//
//  1. An empty line, or two <br> in a row, ends a paragraph.
//  2. Another line break within a paragraph is a <br>; one beside a <br> is none.
//  3. A block (heading, list, table, quote, <div> …) stands in no paragraph and ends the one before
//     it, whether or not there is an empty line.
//  4. Text directly behind the start tag of a block is that block's own: it becomes a paragraph
//  only
//     behind an empty line or another block. In a quote every text is one.
//  5. Line breaks next to the tags of blocks, and of what players and lists of choices are made of,
//     are none.
//  6. <pre>, <script>, <style>, <svg>, <math> and <textarea> stay as they are.
//
// Takes time that grows with the size of `html` only. Thread-safe.
std::string WithParagraphs(absl::string_view html);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_PARAGRAPHS_H_
