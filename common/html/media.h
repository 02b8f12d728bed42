#ifndef DATELINE_COMMON_HTML_MEDIA_H_
#define DATELINE_COMMON_HTML_MEDIA_H_

#include <gumbo.h>

#include <string>

#include "absl/strings/string_view.h"
#include "common/html/clean.h"
#include "common/html/policy.h"
#include "common/html/writer.h"

namespace dateline::html {

// The value of the attribute `name`, null if it is absent.
const std::string* FindAttribute(const Attributes& attributes, absl::string_view name);

// Sets the attribute `name`, which may be there already.
void SetAttribute(absl::string_view name, std::string value, Attributes* attributes);

// The value of an attribute as the document has it, empty if it is absent.
absl::string_view RawAttribute(const GumboElement& element, const char* name);

// Whether a browser would show nothing of the element because of an attribute. A source or track is
// never shown itself.
bool IsHidden(const GumboElement& element);

// What an <a> is as a place in the text: old pages name it, and a link to another place has that
// one's prefix.
void FinishPlace(const GumboElement& element, Attributes* attributes);

// A link stays if it has an address; `rel` goes on those that lead to another document.
ElementAction FinishLink(absl::string_view rel, Attributes* attributes);

// An iframe stays if EmbedAddress has one for it; it is sandboxed and loaded lazily.
ElementAction FinishIframe(const CleanOptions& options, Attributes* attributes);

// Puts the address that a lazy loader would load in the place of what stands there until then; true
// if there was one.
bool RestoreLazyAddress(const GumboElement& element, const CleanOptions& options,
                        Attributes* attributes);

// True for an element with an address of something to load.
bool HasSource(const Attributes& attributes);

// True for a player that has something to play: its own address or a <source> with one.
bool IsPlayable(const GumboElement& element, const Attributes& attributes,
                const CleanOptions& options);

// True for an image that is at most 1 by 1 or counts readers; `style` is as the document has it.
bool IsTracker(absl::string_view style, const Attributes& attributes);

// True for an image whose class says that it stands for a sign of the text, an emoji or smiley: its
// alternative text is what is meant. See also IsSmileyAddress.
bool IsSmiley(const GumboElement& element);

// Gives an image that has several addresses only, of different sizes, the largest one as its own.
void CompleteSource(Attributes* attributes);

// The image that the attributes describe.
CleanImage ImageOf(const Attributes& attributes);

// The first element `tag` in the content of `node`, null if there is none.
const GumboElement* FindElement(const GumboNode* node, GumboTag tag);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_MEDIA_H_
