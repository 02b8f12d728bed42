#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// What stands in `src` until a script runs is not the picture; one of two copies is enough.
constexpr CleanCase kLazyCases[] = {
    {"<img src=ph.gif data-src=real.jpg>", "<img src=\"https://a.example/d/real.jpg\">"},
    {"<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" data-src=\"/real.jpg\" alt=a>",
     "<img alt=\"a\" src=\"https://a.example/real.jpg\">"},
    {"<img data-lazy-src=/l.jpg src=/p.png>", "<img src=\"https://a.example/l.jpg\">"},
    {"<img data-lazyload=/l.jpg>", "<img src=\"https://a.example/l.jpg\">"},
    {"<img data-original=/o.jpg src=/grey.gif>", "<img src=\"https://a.example/o.jpg\">"},
    {"<img data-actualsrc=/z.jpg src=/x.png>", "<img src=\"https://a.example/z.jpg\">"},
    {"<img data-orig-file=/big.jpg src=/small.jpg>", "<img src=\"https://a.example/small.jpg\">"},
    {"<img data-orig-file=/big.jpg>", "<img src=\"https://a.example/big.jpg\">"},
    {"<img data-large-file=/big.jpg src=\"data:x\">", "<img src=\"https://a.example/big.jpg\">"},
    {"<img data-src=42 src=i.png>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img data-src='{\"a\":1}' src=i.png>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img data-src=\"\" src=i.png>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img data-src=\"#x\" src=i.png>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img data-src=\"javascript:alert(1)//.png\" src=i.png>",
     "<img src=\"https://a.example/d/i.png\">"},
    {"<img data-src=\"data:image/png;base64,AA/.\" src=i.png>",
     "<img src=\"https://a.example/d/i.png\">"},
    {"<img data-srcset=\"a.jpg 1x, b.jpg 2x\">",
     "<img srcset=\"https://a.example/d/a.jpg 1x, https://a.example/d/b.jpg 2x\" "
     "src=\"https://a.example/d/b.jpg\">"},
    {"<img src=\"data:x\" srcset=\"data:y 1x\" data-srcset=\"a.jpg 100w, b.jpg 200w\" "
     "data-src=a.jpg>",
     "<img src=\"https://a.example/d/a.jpg\" srcset=\"https://a.example/d/a.jpg 100w, "
     "https://a.example/d/b.jpg 200w\">"},
    {"<img srcset=\"#a 3x, a.jpg 2x\">",
     "<img srcset=\"https://a.example/d/a.jpg 2x\" src=\"https://a.example/d/a.jpg\">"},
    {"<img data-lazy-srcset=\"a.jpg 2x\" data-lazy-src=a.jpg src=p.gif>",
     "<img src=\"https://a.example/d/a.jpg\" srcset=\"https://a.example/d/a.jpg 2x\">"},
    {"<img data-srcset=\"javascript:alert(1) 1x\" src=i.png>",
     "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=p.gif data-src=a.jpg><noscript><img src=a.jpg></noscript>",
     "<img src=\"https://a.example/d/a.jpg\">"},
    {"<img src=p.gif data-src=a-300.jpg><noscript><img src=a.jpg></noscript>",
     "<img src=\"https://a.example/d/a-300.jpg\">"},
    {"<img src=\"data:x\"><noscript><img src=a.jpg></noscript>",
     "<img src=\"https://a.example/d/a.jpg\">"},
    {"<noscript><img src=a.jpg></noscript><img src=p.gif data-src=a.jpg>",
     "<img src=\"https://a.example/d/a.jpg\">"},
    {"<noscript><img src=a.jpg alt=n></noscript>",
     "<img src=\"https://a.example/d/a.jpg\" alt=\"n\">"},
    {"<p><img data-src=a.jpg> text <noscript><img src=b.jpg></noscript></p>",
     "<p><img src=\"https://a.example/d/a.jpg\"> text <img src=\"https://a.example/d/b.jpg\"></p>"},
    {"<figure><img data-src=a.jpg><noscript><img "
     "src=a.jpg></noscript><figcaption>c</figcaption></figure>",
     "<figure><img src=\"https://a.example/d/a.jpg\"><figcaption>c</figcaption></figure>"},
    {"<a href=/l><img data-src=a.jpg></a><noscript><a href=/l><img src=a.jpg></a></noscript>",
     "<a href=\"https://a.example/l\"><img src=\"https://a.example/d/a.jpg\"></a>"},
    {"<noscript><p>Enable JavaScript</p></noscript>", "<p>Enable JavaScript</p>"},
    {"<noscript><iframe src=//www.googletagmanager.com/ns.html?id=1></iframe></noscript>x", "x"},
    {"<noscript><img height=1 width=1 src=https://www.facebook.com/tr?id=1></noscript>x", "x"},
    {"<picture><source data-srcset=\"a.webp 1x\" type=image/webp><img data-src=a.jpg></picture>",
     "<picture><source type=\"image/webp\" srcset=\"https://a.example/d/a.webp 1x\"><img "
     "src=\"https://a.example/d/a.jpg\"></picture>"},
    {"<picture><source srcset=\"data:x 1x\"><img src=a.jpg></picture>",
     "<picture><img src=\"https://a.example/d/a.jpg\"></picture>"},
    {"<iframe data-src=https://www.youtube.com/embed/x></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=about:blank data-src=https://player.vimeo.com/video/1></iframe>",
     "<iframe src=\"https://player.vimeo.com/video/1\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe data-src=https://evil.example/></iframe>x",
     "<a href=\"https://evil.example/\">https://evil.example/</a> x"},
    {"<video data-src=v.mp4></video>",
     "<video src=\"https://a.example/d/v.mp4\" controls=\"\"></video>"},
    {"<video><source data-src=v.mp4 type=video/mp4></video>",
     "<video controls=\"\"><source type=\"video/mp4\" src=\"https://a.example/d/v.mp4\"></video>"},
    {"<amp-img src=a.jpg width=10 height=20 alt=x><noscript><img src=a.jpg></noscript></amp-img>y",
     "<img src=\"https://a.example/d/a.jpg\" width=\"10\" height=\"20\" alt=\"x\">y"},
};

// Pictures that nobody is to see, and hosts known to count, against pictures that only look like
// it.
constexpr CleanCase kTrackerCases[] = {
    {"<img src=t.gif width=1 height=1>x", "x"},
    {"<img src=t.gif width=0 height=0>x", "x"},
    {"<img src=t.gif width=1 height=0>x", "x"},
    {"<img src=t.gif width=\"1px\" height=\"1px\">x", "x"},
    {"<img src=t.gif style=\"width:1px;height:1px\">x", "x"},
    {"<img src=t.gif style=\"width: 1px !important; height: 0\">x", "x"},
    {"<img src=t.gif style=\"width:1px\">", "<img src=\"https://a.example/d/t.gif\">"},
    {"<img src=i.png width=1 height=10>",
     "<img src=\"https://a.example/d/i.png\" width=\"1\" height=\"10\">"},
    {"<img src=i.png style=\"width:100px;height:1px\">", "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=t.gif style=\"display:none\">x", "x"},
    {"<img src=t.gif style=\"DISPLAY : NONE;\">x", "x"},
    {"<img src=t.gif hidden>x", "x"},
    {"<img src=t.gif style=\"visibility:hidden\">x", "x"},
    {"<p><img src=t.gif width=1 height=1></p>x", "x"},
    {"<p>a <img src=t.gif width=1 height=1></p>", "<p>a </p>"},
    {"<div class=feedflare><a href=http://feeds.feedburner.com/~ff/x?d=y><img "
     "src=http://feeds.feedburner.com/~ff/x?d=y></a> <a "
     "href=http://feeds.feedburner.com/~ff/x?d=z><img "
     "src=http://feeds.feedburner.com/~ff/x?d=z></a></div>",
     ""},
    {"<img src=//feeds.feedburner.com/~r/Blog/~4/abc height=1 width=1>x", "x"},
    {"<img src=http://feeds.example.org/~r/Blog/~4/abc>x", "x"},
    {"<img src=http://feeds.example.org/~r/photo.jpg>",
     "<img src=\"http://feeds.example.org/~r/photo.jpg\">"},
    {"<img src=https://pixel.wp.com/b.gif?host=x>x", "x"},
    {"<img src=https://stats.wp.com/x.gif>x", "x"},
    {"<img src=http://feeds.wordpress.com/1.0/comments/x/1/>x", "x"},
    {"<img src=https://blogger.googleusercontent.com/tracker/1-2?l=x>x", "x"},
    {"<img src=https://blogger.googleusercontent.com/img/a.jpg>",
     "<img src=\"https://blogger.googleusercontent.com/img/a.jpg\">"},
    {"<img src=https://medium.com/_/stat?event=post.clientViewed>x", "x"},
    {"<img src=https://www.facebook.com/tr?id=1&ev=PageView&noscript=1>x", "x"},
    {"<img src=https://www.facebook.com/photo.jpg>",
     "<img src=\"https://www.facebook.com/photo.jpg\">"},
    {"<img src=https://ad.doubleclick.net/ad/x;ord=1>x", "x"},
    {"<img src=https://notdoubleclick.net/a.jpg>",
     "<img src=\"https://notdoubleclick.net/a.jpg\">"},
    {"<img src=https://example.org/?u=//ad.doubleclick.net/>",
     "<img src=\"https://example.org/?u=//ad.doubleclick.net/\">"},
    {"<img src=https://xyz.met.vgwort.de/na/abc>x", "x"},
    {"<img src=https://a.example.com/matomo.php?idsite=1&rec=1>x", "x"},
    {"<img src=/piwik.php?idsite=1>x", "x"},
    {"<img src=https://rss.feedsportal.com/c/1/f/2/mf.gif>x", "x"},
    {"<img src=http://www.assoc-amazon.com/e/ir?t=x>x", "x"},
    {"<img src=/images/spacer.gif width=20 height=20>x", "x"},
    {"<img src=/1x1.gif>x", "x"},
    {"<img src=https://sb.scorecardresearch.com/p?c1=2>x", "x"},
    {"<img src=https://counter.theconversation.com/content/1/count.gif width=1 height=1>x", "x"},
    {"<img src=https://www.google-analytics.com/collect?v=1>x", "x"},
};

// Pictures that stand for a sign of the text.
constexpr CleanCase kSmileyCases[] = {
    {"a <img src=https://s.w.org/images/core/emoji/15.0.3/72x72/1f600.png alt=\U0001F600 "
     "class=wp-smiley style=\"height: 1em\"> b",
     "a \U0001F600 b"},
    {"a<img class=\"x EMOJI\" src=e.png alt=\":-)\" width=20 height=20>b", "a:-)b"},
    {"<img class=emoji data-src=e.png alt=\"<3\">", "&lt;3"},
    {"<img class=custom-emoji src=e.png title=\":cat:\">", ":cat:"},
    {"a<img class=emoji src=e.png>b", "ab"},
    {"<p><img class=emoji src=e.png></p>b", "b"},
    {"a<img src=/wp-includes/images/smilies/icon_smile.gif alt=\":)\">", "a:)"},
    {"a<img src=https://twemoji.maxcdn.com/v/14/72x72/1f600.png alt=x>", "ax"},
    {"<a href=/x><img class=emoji alt=e></a>", "<a href=\"https://a.example/x\">e</a>"},
    {"<table><tr><td><img class=emoji alt=e></table>",
     "<table><tbody><tr><td>e</td></tr></tbody></table>"},
    {"<img srcset=\"/twemoji/1.png 2x\" alt=x>", "x"},
    {"<img data-src=/twemoji/1.png alt=x>", "x"},
    {"<img class=emojis src=e.png alt=e>", "<img src=\"https://a.example/d/e.png\" alt=\"e\">"},
    {"<img src=/emoji/e.png alt=e>", "<img src=\"https://a.example/emoji/e.png\" alt=\"e\">"},
};

// A browser that knows no srcset, and whoever wants one address, needs a src.
constexpr CleanCase kSourceCases[] = {
    {"<img srcset=\"a.jpg 100w, b.jpg 200w\">",
     "<img srcset=\"https://a.example/d/a.jpg 100w, https://a.example/d/b.jpg 200w\" "
     "src=\"https://a.example/d/b.jpg\">"},
    {"<img src=\"data:x\" alt=a srcset=\"b.jpg 1.5x, a.jpg\">",
     "<img alt=\"a\" srcset=\"https://a.example/d/b.jpg 1.5x, https://a.example/d/a.jpg\" "
     "src=\"https://a.example/d/b.jpg\">"},
    {"<picture><source srcset=a.webp><img srcset=\"a.jpg 2x\"></picture>",
     "<picture><source srcset=\"https://a.example/d/a.webp\"><img "
     "srcset=\"https://a.example/d/a.jpg 2x\" src=\"https://a.example/d/a.jpg\"></picture>"},
    {"<img srcset=\"https://pixel.wp.com/g.gif 1x\">x", "x"},
};

// A frame of a page that is not embedded is a link to it.
constexpr CleanCase kFrameCases[] = {
    {"<p>a</p><iframe src=https://b.example/x?a&b=1 title=\"The <map>\"></iframe><p>b</p>",
     "<p>a</p><a href=\"https://b.example/x?a&amp;b=1\">The &lt;map&gt;</a><p>b</p>"},
    {"a<iframe src=//b.example/x width=560 height=315>c</iframe>b",
     "a <a href=\"https://b.example/x\">https://b.example/x</a> b"},
    {"<iframe data-src=/map></iframe>",
     "<a href=\"https://a.example/map\">https://a.example/map</a>"},
    {"<a href=/y>a<iframe src=/x></iframe>b</a>", "<a href=\"https://a.example/y\">a b</a>"},
    {"<iframe src=https://b.example/x width=1 height=1></iframe>b", "b"},
    {"<iframe src=https://b.example/x width=0 height=0></iframe>b", "b"},
    {"<iframe src=https://b.example/x style=\"display:none\"></iframe>b", "b"},
    {"<iframe src=https://www.googletagmanager.com/ns.html?id=1></iframe>b", "b"},
    {"<iframe src=https://www.facebook.com/widgets/like.php?href=x></iframe>b", "b"},
    {"<iframe src=about:blank></iframe><iframe src=mailto:x></iframe>b", "b"},
};

TEST(CleanHtml, ReadsSmileysAsTheirText) {
  ExpectCleans(kSmileyCases);
  EXPECT_TRUE(CleanHtml(kSmileyCases[0].input, TestOptions()).images.empty());
  EXPECT_EQ(CleanHtml(kSmileyCases[0].input, TestOptions()).text, "a \U0001F600 b");
}

TEST(CleanHtml, GivesEveryPictureASource) { ExpectCleans(kSourceCases); }

TEST(CleanHtml, LinksToFramesThatItDoesNotEmbed) {
  ExpectCleans(kFrameCases);
  EXPECT_THAT(CleanHtml(kFrameCases[0].input, TestOptions()).links,
              ::testing::ElementsAre("https://b.example/x?a&b=1"));
}

TEST(CleanHtml, ShowsWhatALazyLoaderWouldLoad) { ExpectCleans(kLazyCases); }

TEST(CleanHtml, DropsPicturesThatCountReaders) { ExpectCleans(kTrackerCases); }

}  // namespace
}  // namespace dateline::html
