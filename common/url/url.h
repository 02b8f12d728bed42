#ifndef DATELINE_COMMON_URL_URL_H_
#define DATELINE_COMMON_URL_URL_H_

#include <array>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// Addresses as the WHATWG URL standard (https://url.spec.whatwg.org) parses and serialises them,
// for the only two schemes that leave the system as a link: http and https. All functions are
// thread-safe.
namespace dateline::url {

// Query parameters that tell who clicked where and never what is shown. A name ending in '*' stands
// for every name with that beginning; case is ignored. CanonicalUrl removes them.
inline constexpr std::array kTrackingParameters = {
    // Campaign tags: Google Analytics (Urchin), Matomo and Piwik, AT Internet, HubSpot's internal
    // ones.
    "utm_*",
    "mtm_*",
    "matomo_*",
    "pk_*",
    "piwik_*",
    "at_campaign*",
    "at_medium",
    "at_custom*",
    "hsa_*",
    // Google Ads and its partners.
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "gad_source",
    "gad_campaignid",
    "srsltid",
    "_ga",
    "_gl",
    // Meta.
    "fbclid",
    "fb_action_ids",
    "fb_action_types",
    "fb_source",
    "fb_ref",
    "igshid",
    "igsh",
    // Microsoft, Yandex, X, TikTok, LinkedIn, Reddit, Pinterest, Snapchat, Baidu.
    "msclkid",
    "yclid",
    "ysclid",
    "_openstat",
    "twclid",
    "ttclid",
    "li_fat_id",
    "rdt_cid",
    "epik",
    "sccid",
    "bd_vid",
    // Mail and marketing tools: Mailchimp, HubSpot, Marketo, MailerLite, Olytics, Vero, Drip,
    // Klaviyo.
    "mc_cid",
    "mc_eid",
    "mc_tc",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "vero_conv",
    "__s",
    "_kx",
    // Adobe, Wicked Reports, Branch, Impact, redirecting link shorteners, feed counters.
    "s_cid",
    "wickedid",
    "_branch_match_id",
    "_branch_referrer",
    "irclickid",
    "rb_clickid",
    "wt_mc*",
    "wt.mc*",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "ncid",
    "cmpid",
    "xtor",
    // Dotdigital, Kenshoo, Marin, Klaviyo's older name, Listrak, Sailthru,
    // Bronto, Inbound's internal ones, Alibaba's, comScore's, those of embedded posts.
    "dm_i",
    "ef_id",
    "s_kwcid",
    "mkwid",
    "_ke",
    "trk_contact",
    "trk_msg",
    "trk_module",
    "trk_sid",
    "sailthru_id",
    "_bta_tid",
    "_bta_c",
    "itm_*",
    "stm_*",
    "spm",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "ns_linkname",
    "ns_fee",
    "ref_src",
    "ref_url",
    "fb_comment_id",
    "gad",
    "gclgb",
    "_ga_*",
};

// The absolute address that `reference` stands for in a document at `base`. `base` may be empty,
// then `reference` must be absolute. Tabs, newlines and outer blanks go, backslashes become
// slashes, the host passes IDNA (UTS #46, nontransitional) and the IPv4 and IPv6 parsers, the
// scheme's own port and dot segments go, each part is percent-encoded by its set. Query and
// fragment stay. Nothing when the standard calls it a failure or the scheme is neither http nor
// https. Length is not bounded here.
std::optional<std::string> ResolveUrl(absl::string_view base, absl::string_view reference);

// The form of an absolute address by which two addresses of the same document compare equal:
// ResolveUrl, then without user name and password, without kTrackingParameters (the other
// parameters keep their order and spelling), without an empty query, and without the fragment
// unless it begins with "!" (which once selected the document). http and https stay apart.
// Idempotent. Nothing as for ResolveUrl.
std::optional<std::string> CanonicalUrl(absl::string_view url);

}  // namespace dateline::url

#endif  // DATELINE_COMMON_URL_URL_H_
