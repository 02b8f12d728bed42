#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_SHORTCODES_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_SHORTCODES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/wordpress/export_files.h"

namespace dateline::ingestion::wordpress {

// A post of WordPress in which every shortcode is what a reader of the post would see:
//
//  1. [caption] and [wp_caption] become a figure with the picture and its caption.
//  2. [gallery] becomes a figure for each picture that it names, or else for each that was uploaded
//     for the post; [playlist] a player for each recording. `files` has them; those that the export
//     does not list are left out.
//  3. [audio] and [video] become players, of the first recording of the post where they name none.
//  4. [embed] and the shortcodes of known hosts ([youtube], [vimeo] …), and an http(s) address that
//     stands alone in its line or paragraph, become a player or a link.
//  5. [code], [sourcecode] and those named after a language become preformatted text.
//  6. Of another shortcode, which a plugin of the site would know, the tags go and the content
//     stays; an address that it names stays as a link or picture. Brackets that no writer of prose
//     would set count as one: those that have an end tag or an attribute in quotes, or a name with
//     an underscore; and alone in their line, those that have attributes only, or a name with a
//     hyphen. All others are text, as WordPress shows what it has no shortcode for.
//  7. Double brackets are an escape: "[[gallery]]" shows "[gallery]".
//  8. Within <pre> and <code> only what WordPress itself knows is a shortcode.
//  9. <!--more--> goes, <!--nextpage--> separates paragraphs.
//
// Takes time that grows with the size of `html` only. Thread-safe.
std::string WithoutShortcodes(absl::string_view html, int64_t post, const ExportFiles& files);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_SHORTCODES_H_
