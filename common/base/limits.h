#ifndef DATELINE_COMMON_BASE_LIMITS_H_
#define DATELINE_COMMON_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

// Every bound of the system, each with its reason. A value over its bound is refused with an error
// that names the field; it is never cut silently.
namespace dateline::limits {

// A feed or WXR file: the largest captured one has 2.7 MB; five times that leaves room.
inline constexpr size_t kMaxDocumentBytes = size_t{16} << 20;
// Entries of one document: bounds the work of one call.
inline constexpr int kMaxDocumentEntries = 10'000;
// One article's body: a long-read is 100 kB; above 2 MiB it is not prose.
inline constexpr size_t kMaxBodyBytes = size_t{2} << 20;
// Code points of a title (AIP-210 counts code points).
inline constexpr int kMaxTitleCodePoints = 1'000;
// References of one article: keeps its entries in lists and its card small.
inline constexpr int kMaxTopicsPerArticle = 64;
inline constexpr int kMaxImagesPerArticle = 256;
// Items of a batch, read or write (AIP-231 suggests 1,000).
inline constexpr int kMaxBatchSize = 1'000;
// AIP-158: 0 means the default, above the maximum is lowered to it.
inline constexpr int kDefaultPageSize = 10;
inline constexpr int kMaxPageSize = 200;
// A filter expression: enough for 32 terms with long ids.
inline constexpr size_t kMaxFilterBytes = size_t{4} << 10;
inline constexpr int kMaxFilterTerms = 32;
// A gRPC message in either direction, but for documents, which travel alone.
inline constexpr size_t kMaxMessageBytes = size_t{8} << 20;
// The request that carries a document as bytes: the document and its envelope.
inline constexpr size_t kMaxDocumentMessageBytes = kMaxDocumentBytes + (size_t{1} << 20);
// An error's text, and an error as a whole (google.rpc.Status, encoded): the text travels twice,
// escaped, the rest in base64, and above 8 KiB of trailers gRPC's clients lose the error or the
// connection.
inline constexpr size_t kMaxErrorMessageBytes = 512;
inline constexpr size_t kMaxErrorBytes = size_t{4} << 10;
// A page of articles: with what rides along it stays below 4 MiB, gRPC's default for clients; the
// rest comes with the next page.
inline constexpr size_t kPageByteBudget = size_t{3} << 20;
// Any other answer, whole: below 4 MiB, gRPC's default for clients, with room for its envelope.
inline constexpr size_t kAnswerByteBudget = size_t{3584} << 10;
// An article's state, the live and the scheduled revision together: any answer and any batch of
// changes holds one, with its row and its change. A body of 2 MiB with its text fits where the text
// is 1 MiB; prose does.
inline constexpr size_t kMaxArticleStateBytes = size_t{3} << 20;
// The state of a topic, an author, a publication or a topic's pins: 256 names of 1,000 bytes each.
inline constexpr size_t kMaxResourceStateBytes = size_t{256} << 10;
// What a state that is sent may take in all, above what may be written: topics that are added
// later, numbers and keys. A larger one, stored by an older build, is sent as a tombstone.
inline constexpr size_t kMaxSentStateBytes = kMaxArticleStateBytes + (size_t{256} << 10);
// A line of the log: what a caller sent must not be multiplied by what is written about it.
inline constexpr size_t kMaxLogLineBytes = size_t{2} << 10;
// Teaser words: default from the publication's page, maximum so that a card stays a card.
inline constexpr int kDefaultTeaserWords = 45;
inline constexpr int kMaxTeaserWords = 200;
// A user-chosen id (AIP-122: 4 to 63 characters is advised; topics such as "us" are shorter).
inline constexpr int kMaxIdLength = 63;
// An LMDB key ends at 511 bytes; paths above this are stored by their hash.
inline constexpr size_t kMaxPathBytes = 1'024;
inline constexpr size_t kMaxUrlBytes = 2'048;

}  // namespace dateline::limits

#endif  // DATELINE_COMMON_BASE_LIMITS_H_
