#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

constexpr CleanCase kCases[] = {
    {"<a href=x>y</a>", "<a href=\"https://a.example/d/x\">y</a>"},
    {"<a href=./x?q=1&r=2#f>y</a>", "<a href=\"https://a.example/d/x?q=1&amp;r=2#f\">y</a>"},
    {"<a href=\"?q\">y</a>", "<a href=\"https://a.example/d/p?q\">y</a>"},
    {"<a href=\"../../../x\">y</a>", "<a href=\"https://a.example/x\">y</a>"},
    {"<a href=\"/x y\">y</a>", "<a href=\"https://a.example/x%20y\">y</a>"},
    {"<a href=\" /x \">y</a>", "<a href=\"https://a.example/x\">y</a>"},
    {"<a href=\"HTTP://EXAMPLE.org:80/%7ex\">y</a>", "<a href=\"http://example.org/%7ex\">y</a>"},
    {"<a href=\"http://b&#252;cher.example/\">y</a>",
     "<a href=\"http://xn--bcher-kva.example/\">y</a>"},
    {"<a href=\"http://[::1]:99/\">y</a>", "<a href=\"http://[::1]:99/\">y</a>"},
    {"<a href=\"http://0x7f.1/\">y</a>", "<a href=\"http://127.0.0.1/\">y</a>"},
    {"<a href=\"http://a b/\">y</a>", "y"},
    {"<a href=\"http://\">y</a>", "y"},
    {"<a href=\"\">y</a>", "y"},
    {"<a href>y</a>", "y"},
    {"<a href=\"#\">y</a>", "<a href=\"#\">y</a>"},
    {"<a href=\"#fn1\">y</a>", "<a href=\"#fn1\">y</a>"},
    {"<a href=\" #fn1 \">y</a>", "<a href=\"#fn1\">y</a>"},
    {"<a href=\"#a&quot;b<c\">y</a>", "<a href=\"#a&quot;b&lt;c\">y</a>"},
    {"<a href=\"x#f\">y</a>", "<a href=\"https://a.example/d/x#f\">y</a>"},
    {"<a href=\"http://u:p@h.example/\">y</a>", "<a href=\"http://u:p@h.example/\">y</a>"},
    {"<a href=\"x&#10;y\">z</a>", "<a href=\"https://a.example/d/xy\">z</a>"},
    {"<a href=\"x&#0;y\">z</a>", "<a href=\"https://a.example/d/x%EF%BF%BDy\">z</a>"},
    {"<a href=/x hreflang=de title=t>y</a>",
     "<a href=\"https://a.example/x\" hreflang=\"de\" title=\"t\">y</a>"},
    {"<a href=/x hreflang='\"'>y</a>", "<a href=\"https://a.example/x\">y</a>"},
    {"<img src=i.png>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=\"i.png?a=1&amp;b=2\" alt=\"\">",
     "<img src=\"https://a.example/d/i.png?a=1&amp;b=2\" alt=\"\">"},
    {"<img alt=x>", ""},
    {"<img src=\"\">", ""},
    {"<img src=\"#x\">", ""},
    {"<img src=\"data:image/png;base64,AAAA\">", ""},
    {"<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">", ""},
    {"<img src=\"data:x\" data-src=l.png>", "<img src=\"https://a.example/d/l.png\">"},
    {"<img data-src=l.png alt=a>", "<img alt=\"a\" src=\"https://a.example/d/l.png\">"},
    {"<img data-lazy-src=l.png>", "<img src=\"https://a.example/d/l.png\">"},
    {"<img data-original=l.png src=i.png>", "<img src=\"https://a.example/d/l.png\">"},
    {"<img data-src=javascript:alert(1)>", ""},
    {"<img src=i.png width=10 height=20>",
     "<img src=\"https://a.example/d/i.png\" width=\"10\" height=\"20\">"},
    {"<img src=i.png width=10px height=20.5>",
     "<img src=\"https://a.example/d/i.png\" width=\"10\" height=\"20\">"},
    {"<img src=i.png width=100% height=auto>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=i.png width=-1>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=i.png width=9999999>", "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=i.png width=1 height=1>", ""},
    {"<img src=i.png width=0 height=0>", ""},
    {"<img src=i.png width=1px height=1px>", ""},
    {"<img src=i.png width=1>", "<img src=\"https://a.example/d/i.png\" width=\"1\">"},
    {"<img src=i.png width=1 height=100>",
     "<img src=\"https://a.example/d/i.png\" width=\"1\" height=\"100\">"},
    {"<img src=i.png style=\"display:none\">", ""},
    {"<img src=i.png style=\"visibility : hidden\">", ""},
    {"<img src=http://feeds.feedburner.com/~r/x/~4/y>", ""},
    {"<img src=https://pixel.wp.com/b.gif?x>", ""},
    {"<img src=https://www.facebook.com/tr?id=1>", ""},
    {"<img src=/piwik.php?x>", ""},
    {"<img src=i.png srcset=\"i2.png 2x\">",
     "<img src=\"https://a.example/d/i.png\" srcset=\"https://a.example/d/i2.png 2x\">"},
    {"<img srcset=\"i1.png 100w, i2.png 200w\" sizes=\"50vw\">",
     "<img srcset=\"https://a.example/d/i1.png 100w, https://a.example/d/i2.png 200w\" "
     "sizes=\"50vw\" src=\"https://a.example/d/i2.png\">"},
    {"<img srcset=\"i1.png,i2.png 2x\">",
     "<img srcset=\"https://a.example/d/i1.png,i2.png 2x\" "
     "src=\"https://a.example/d/i1.png,i2.png\">"},
    {"<img srcset=\"i1.png, ,i2.png 1.5x,\">",
     "<img srcset=\"https://a.example/d/i1.png, https://a.example/d/i2.png 1.5x\" "
     "src=\"https://a.example/d/i2.png\">"},
    {"<img srcset=\"javascript:alert(1) 1x, i.png 2x\">",
     "<img srcset=\"https://a.example/d/i.png 2x\" src=\"https://a.example/d/i.png\">"},
    {"<img srcset=\"javascript:alert(1) 1x\">", ""},
    {"<img srcset=\"i.png evil\">", ""},
    {"<img srcset=\"i.png 1x 2x\">", ""},
    {"<img srcset=\"i.png -1x, j.png 2q, k.png 3x\">",
     "<img srcset=\"https://a.example/d/k.png 3x\" src=\"https://a.example/d/k.png\">"},
    {"<img srcset=\"data:image/png;base64,AA 1x, i.png 2x\">",
     "<img srcset=\"https://a.example/d/i.png 2x\" src=\"https://a.example/d/i.png\">"},
    {"<img srcset=\"i.png 1.2.3x\">", ""},
    {"<img srcset=\"a,b.png 2x\">",
     "<img srcset=\"https://a.example/d/a,b.png 2x\" src=\"https://a.example/d/a,b.png\">"},
    {"<img srcset=\"   \">", ""},
    {"<img src=i.png longdesc=x usemap=#m ismap crossorigin lowsrc=x dynsrc=y>",
     "<img src=\"https://a.example/d/i.png\">"},
    {"<img src=i.png loading=eager decoding=sync>", "<img src=\"https://a.example/d/i.png\">"},
    {"<blockquote cite=/x>y</blockquote>",
     "<blockquote cite=\"https://a.example/x\">y</blockquote>"},
    {"<q cite=javascript:alert(1)>y</q>", "<q>y</q>"},
    {"<del cite=/x datetime=2020-01-01T00:00:00Z>y</del>",
     "<del cite=\"https://a.example/x\" datetime=\"2020-01-01T00:00:00Z\">y</del>"},
    {"<ins cite=\"#x\">y</ins>", "<ins cite=\"#x\">y</ins>"},
    {"<time datetime=\"2020-01-01 10:00\">y</time>",
     "<time datetime=\"2020-01-01 10:00\">y</time>"},
    {"<time datetime=2020-01-01>y</time>", "<time datetime=\"2020-01-01\">y</time>"},
    {"<video src=v.mp4 poster=p.png width=1 height=2 autoplay loop muted></video>",
     "<video src=\"https://a.example/d/v.mp4\" poster=\"https://a.example/d/p.png\" width=\"1\" "
     "height=\"2\" loop=\"\" muted=\"\" controls=\"\"></video>"},
    {"<video poster=javascript:alert(1)></video>", ""},
    {"<video controls=controls src=v.mp4></video>",
     "<video src=\"https://a.example/d/v.mp4\" controls=\"\"></video>"},
    {"<audio src=a.mp3 autoplay></audio>",
     "<audio src=\"https://a.example/d/a.mp3\" controls=\"\"></audio>"},
    {"<video><source src=v.mp4 type=video/mp4><track src=t.vtt kind=captions srclang=en "
     "label=English default></video>",
     "<video controls=\"\"><source src=\"https://a.example/d/v.mp4\" type=\"video/mp4\"><track "
     "src=\"https://a.example/d/t.vtt\" kind=\"captions\" srclang=\"en\" label=\"English\" "
     "default=\"\"></video>"},
    {"<video><source></video>", ""},
    {"<video><track></video>", ""},
    {"<audio><source src=javascript:alert(1) type=audio/mpeg></audio>", ""},
    {"<picture><source srcset=\"a.webp 1x\" type=image/webp media=\"(min-width: 1px)\"><img "
     "src=a.png></picture>",
     "<picture><source srcset=\"https://a.example/d/a.webp 1x\" type=\"image/webp\" "
     "media=\"(min-width: 1px)\"><img src=\"https://a.example/d/a.png\"></picture>"},
    {"<iframe src=https://www.youtube.com/embed/x></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=//www.youtube.com/embed/x width=560 height=315 allowfullscreen "
     "allow=camera></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" width=\"560\" height=\"315\" "
     "allowfullscreen=\"\" sandbox=\"allow-scripts allow-same-origin allow-popups "
     "allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=http://www.youtube.com/embed/x></iframe>y",
     "<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>y"},
    {"<iframe src=https://www.youtube.com.evil.example/></iframe>y",
     "<a href=\"https://www.youtube.com.evil.example/\">https://www.youtube.com.evil.example/</a> "
     "y"},
    {"<iframe src=https://evil.example/www.youtube.com></iframe>y",
     "<a href=\"https://evil.example/www.youtube.com\">https://evil.example/www.youtube.com</a> y"},
    {"<iframe src=https://www.youtube.com@evil.example/></iframe>y",
     "<a href=\"https://www.youtube.com@evil.example/\">https://www.youtube.com@evil.example/</a> "
     "y"},
    {"<iframe src=https://x@www.youtube.com/></iframe>y",
     "<a href=\"https://x@www.youtube.com/\">https://x@www.youtube.com/</a> y"},
    {"<iframe src=https://www.youtube.com:444/></iframe>y",
     "<a href=\"https://www.youtube.com:444/\">https://www.youtube.com:444/</a> y"},
    {"<iframe src=HTTPS://WWW.YouTube.COM/embed/x></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=\"https://www.youtube.com\\@evil.example/\"></iframe>",
     "<a "
     "href=\"https://www.youtube.com/@evil.example/\">https://www.youtube.com/@evil.example/</a>"},
    {"<iframe src=https://player.vimeo.com/video/1 sandbox=\"allow-top-navigation\" loading=eager "
     "srcdoc=x></iframe>",
     "<iframe src=\"https://player.vimeo.com/video/1\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe></iframe>y", "y"},
    {"<iframe src=#x></iframe>y", "y"},
};

TEST(CleanHtml, MakesAddressesAbsoluteAndSafe) { ExpectCleans(kCases); }

}  // namespace
}  // namespace dateline::html
