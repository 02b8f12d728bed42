#include "common/html/embeds.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/html/clean.h"

namespace dateline::html {

std::optional<std::string> EmbedAddress(absl::string_view address,
                                        absl::Span<const std::string> hosts) {
  absl::string_view rest = address;
  if (!absl::ConsumePrefix(&rest, "https://") && !absl::ConsumePrefix(&rest, "http://")) {
    return std::nullopt;
  }
  const absl::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  for (const absl::string_view entry : hosts) {
    const absl::string_view host = entry.substr(0, entry.find('/'));
    if (authority == host && absl::StartsWith(rest, entry)) return absl::StrCat("https://", rest);
  }
  return std::nullopt;
}

const std::vector<std::string>& DefaultEmbedHosts() {
  // Where a host also serves other pages, or forwards to any address, its embeds' path is named.
  static const auto& hosts = *new std::vector<std::string>{
      // Video.
      "www.youtube.com/embed/",
      "youtube.com/embed/",
      "www.youtube-nocookie.com/embed/",
      "youtube-nocookie.com/embed/",
      "player.vimeo.com",
      "www.dailymotion.com/embed/",
      "geo.dailymotion.com",
      "player.twitch.tv",
      "clips.twitch.tv/embed",
      "embed.ted.com",
      "players.brightcove.net",
      "fast.wistia.net/embed/",
      "fast.wistia.com/embed/",
      "content.jwplatform.com",
      "streamable.com",
      "player.bilibili.com",
      "rutube.ru/play/embed/",
      "peertube.tv",
      "archive.org/embed/",
      // Sound.
      "open.spotify.com/embed",
      "w.soundcloud.com",
      "bandcamp.com/EmbeddedPlayer",
      "embed.podcasts.apple.com",
      "embed.music.apple.com",
      "widget.deezer.com",
      "www.mixcloud.com/widget/",
      "embed.acast.com",
      "player.simplecast.com",
      "player.megaphone.fm",
      "playlist.megaphone.fm",
      "html5-player.libsyn.com",
      "play.libsyn.com",
      // Posts, pictures, slides, code.
      "www.instagram.com/p/",
      "www.instagram.com/reel/",
      "www.tiktok.com/embed",
      "platform.twitter.com/embed/",
      "embed.bsky.app",
      "www.facebook.com/plugins/",
      "giphy.com/embed/",
      "www.slideshare.net/slideshow/embed_code/",
      "speakerdeck.com/player/",
      "codepen.io",
      "www.scribd.com/embeds/",
      // Charts and maps.
      "datawrapper.dwcdn.net",
      "flo.uri.sh",
      "e.infogram.com",
      "public.tableau.com",
      "ourworldindata.org",
      "www.openstreetmap.org/export/embed.html",
      "www.google.com/maps/",
      "maps.google.com/maps",
      "umap.openstreetmap.fr",
  };
  return hosts;
}

}  // namespace dateline::html
