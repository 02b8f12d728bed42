#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// Players need something to play, frames a host of the list, candidates of a srcset an address.
constexpr CleanCase kCases[] = {
    {"<video><source data-srcset=\"b.mp4 1x\">x</video>", "x"},
    {"<audio data-src=a.mp3 data-srcset=\"b.mp3 1x\"></audio>",
     "<audio src=\"https://a.example/d/a.mp3\" controls=\"\"></audio>"},
    {"<iframe data-src=https://www.youtube.com/embed/x data-srcset=\"b 1x\"></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" "
     "sandbox=\"allow-scripts allow-same-origin allow-popups allow-presentation\" "
     "loading=\"lazy\"></iframe>"},
    {"<video><source src=v.mp4 hidden><track src=t.vtt style=display:none></video>",
     "<video controls=\"\"><source src=\"https://a.example/d/v.mp4\"><track "
     "src=\"https://a.example/d/t.vtt\"></video>"},
    {"<video src=v.mp4>Your browser cannot.</video>",
     "<video src=\"https://a.example/d/v.mp4\" controls=\"\">Your browser cannot.</video>"},
    {"<video src=v.mp4 autoplay onplay=alert(1) preload=auto playsinline></video>",
     "<video src=\"https://a.example/d/v.mp4\" controls=\"\"></video>"},
    {"<video width=640 height=360 poster=p.jpg><source src=v.webm type=\"video/webm; "
     "codecs=vp9\"><source src=v.mp4 type=video/mp4></video>",
     "<video width=\"640\" height=\"360\" poster=\"https://a.example/d/p.jpg\" "
     "controls=\"\"><source src=\"https://a.example/d/v.webm\" type=\"video/webm; "
     "codecs=vp9\"><source src=\"https://a.example/d/v.mp4\" type=\"video/mp4\"></video>"},
    {"<video><source src=v.mp4>Download <a href=v.mp4>it</a>.</video>",
     "<video controls=\"\"><source src=\"https://a.example/d/v.mp4\">Download <a "
     "href=\"https://a.example/d/v.mp4\">it</a>.</video>"},
    {"<video>Download <a href=v.mp4>it</a>.</video>",
     "Download <a href=\"https://a.example/d/v.mp4\">it</a>."},
    {"<video src=\"data:video/mp4;base64,AA\">x</video>", "x"},
    {"<video src=blob:https://a.example/1></video>x", "x"},
    {"<video src=#t=10></video>x", "x"},
    {"<audio src=a.mp3 loop></audio>",
     "<audio src=\"https://a.example/d/a.mp3\" loop=\"\" controls=\"\"></audio>"},
    {"<audio controls><source src=a.ogg type=audio/ogg><source src=a.mp3 type=audio/mpeg></audio>",
     "<audio controls=\"\"><source src=\"https://a.example/d/a.ogg\" type=\"audio/ogg\"><source "
     "src=\"https://a.example/d/a.mp3\" type=\"audio/mpeg\"></audio>"},
    {"<audio><source src=javascript:alert(1)><a href=a.mp3>listen</a></audio>",
     "<a href=\"https://a.example/d/a.mp3\">listen</a>"},
    {"<video src=v.mp4><track kind=subtitles src=s.vtt srclang=de label=Deutsch default><track "
     "src=javascript:x></video>",
     "<video src=\"https://a.example/d/v.mp4\" controls=\"\"><track kind=\"subtitles\" "
     "src=\"https://a.example/d/s.vtt\" srclang=\"de\" label=\"Deutsch\" default=\"\"></video>"},
    {"<video src=v.mp4 poster=javascript:alert(1)></video>",
     "<video src=\"https://a.example/d/v.mp4\" controls=\"\"></video>"},
    {"<video src=v.mp4 poster=//cdn.example/p.jpg></video>",
     "<video src=\"https://a.example/d/v.mp4\" poster=\"https://cdn.example/p.jpg\" "
     "controls=\"\"></video>"},
    {"<p><video src=v.mp4></video></p>",
     "<p><video src=\"https://a.example/d/v.mp4\" controls=\"\"></video></p>"},
    {"<p>a<video src=v.mp4></video>b</p>",
     "<p>a<video src=\"https://a.example/d/v.mp4\" controls=\"\"></video>b</p>"},
    {"<a href=/x><video src=v.mp4></video></a>",
     "<a href=\"https://a.example/x\"><video src=\"https://a.example/d/v.mp4\" "
     "controls=\"\"></video></a>"},
    {"<embed src=https://www.youtube.com/v/x type=application/x-shockwave-flash>x", "x"},
    {"<object data=m.swf><param name=movie value=m.swf><embed src=m.swf><p>No "
     "<b>Flash</b></p></object>",
     "<p>No <b>Flash</b></p>"},
    {"<object type=image/svg+xml data=x.svg><img src=x.png></object>",
     "<img src=\"https://a.example/d/x.png\">"},
    {"<iframe src=https://www.youtube.com/embed/x?rel=0&start=3 width=560 height=315 frameborder=0 "
     "allow=\"autoplay; camera\" allowfullscreen name=x id=y></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x?rel=0&amp;start=3\" width=\"560\" "
     "height=\"315\" allowfullscreen=\"\" sandbox=\"allow-scripts allow-same-origin allow-popups "
     "allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=https://www.youtube.com/watch?v=x></iframe>x",
     "<a href=\"https://www.youtube.com/watch?v=x\">https://www.youtube.com/watch?v=x</a> x"},
    {"<iframe src=https://www.youtube.com/redirect?q=https://evil.example/></iframe>x",
     "<a "
     "href=\"https://www.youtube.com/redirect?q=https://evil.example/\">https://www.youtube.com/"
     "redirect?q=https://evil.example/</a> x"},
    {"<iframe src=https://www.google.com/maps/embed?pb=1></iframe>",
     "<iframe src=\"https://www.google.com/maps/embed?pb=1\" sandbox=\"allow-scripts "
     "allow-same-origin allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=https://www.google.com/url?q=https://evil.example></iframe>x",
     "<a "
     "href=\"https://www.google.com/url?q=https://evil.example\">https://www.google.com/"
     "url?q=https://evil.example</a> x"},
    {"<iframe src=https://www.youtube.com./embed/x></iframe>x",
     "<a href=\"https://www.youtube.com./embed/x\">https://www.youtube.com./embed/x</a> x"},
    {"<iframe src=https://www.youtube.com:443/embed/x></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=https://evil.example/https://www.youtube.com/embed/x></iframe>x",
     "<a "
     "href=\"https://evil.example/https://www.youtube.com/embed/x\">https://evil.example/https://"
     "www.youtube.com/embed/x</a> x"},
    {"<iframe src=https://www.youtube.com%2eevil.example/embed/x></iframe>x",
     "<a "
     "href=\"https://www.youtube.com.evil.example/embed/x\">https://www.youtube.com.evil.example/"
     "embed/x</a> x"},
    {"<iframe src=\"https://www.youtube.com/embed/../redirect?q=x\"></iframe>x",
     "<a href=\"https://www.youtube.com/redirect?q=x\">https://www.youtube.com/redirect?q=x</a> x"},
    {"<iframe src=//player.vimeo.com/video/1>fallback <b>text</b></iframe>y",
     "<iframe src=\"https://player.vimeo.com/video/1\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>y"},
    {"<iframe src=https://player.vimeo.com/video/1 srcdoc=\"<script>alert(1)</script>\" "
     "onload=alert(1)></iframe>",
     "<iframe src=\"https://player.vimeo.com/video/1\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=https://player.vimeo.com/video/1 style=\"position:fixed;top:0\"></iframe>",
     "<iframe src=\"https://player.vimeo.com/video/1\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<iframe src=\"https://player.vimeo.com/video/1\" width=100% height=1></iframe>",
     "<iframe src=\"https://player.vimeo.com/video/1\" height=\"1\" sandbox=\"allow-scripts "
     "allow-same-origin allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<picture><source srcset=\"a.avif\" type=image/avif media=\"(min-width: 600px)\"><source "
     "srcset=\"a.webp 1x, a2.webp 2x\"><img src=a.jpg alt=\"x\"></picture>",
     "<picture><source srcset=\"https://a.example/d/a.avif\" type=\"image/avif\" "
     "media=\"(min-width: 600px)\"><source srcset=\"https://a.example/d/a.webp 1x, "
     "https://a.example/d/a2.webp 2x\"><img src=\"https://a.example/d/a.jpg\" "
     "alt=\"x\"></picture>"},
    {"<figure><img src=a.jpg><figcaption>By <b>N.</b></figcaption></figure>",
     "<figure><img src=\"https://a.example/d/a.jpg\"><figcaption>By "
     "<b>N.</b></figcaption></figure>"},
    {"<figure><figcaption>c</figcaption><pre>code</pre></figure>",
     "<figure><figcaption>c</figcaption><pre>code</pre></figure>"},
    {"<img src=a.jpg srcset=\"a.jpg 1x,b.jpg 2x\" sizes=\"(max-width: 600px) 480px, 800px\" "
     "alt='\"q\"' title=t>",
     "<img src=\"https://a.example/d/a.jpg\" srcset=\"https://a.example/d/a.jpg 1x, "
     "https://a.example/d/b.jpg 2x\" sizes=\"(max-width: 600px) 480px, 800px\" "
     "alt=\"&quot;q&quot;\" title=\"t\">"},
    {"<img src=a.jpg srcset=\"//c.example/a.jpg 320w, /b.jpg 640w\">",
     "<img src=\"https://a.example/d/a.jpg\" srcset=\"https://c.example/a.jpg 320w, "
     "https://a.example/b.jpg 640w\">"},
    {"<img src=a.jpg srcset=\"a.jpg 100w 50h, b.jpg 0.5x\">",
     "<img src=\"https://a.example/d/a.jpg\" srcset=\"https://a.example/d/b.jpg 0.5x\">"},
    {"<img src=a.jpg srcset=\",,, a.jpg , b.jpg 2x,,\">",
     "<img src=\"https://a.example/d/a.jpg\" srcset=\"https://a.example/d/a.jpg, "
     "https://a.example/d/b.jpg 2x\">"},
    {"<img srcset=\"http://a.example/x,y.jpg 1x\">",
     "<img srcset=\"http://a.example/x,y.jpg 1x\" src=\"http://a.example/x,y.jpg\">"},
};

TEST(CleanHtml, KeepsPlayersPicturesAndEmbeds) { ExpectCleans(kCases); }

}  // namespace
}  // namespace dateline::html
