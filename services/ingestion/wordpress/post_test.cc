// Posts as WordPress stores them, and what its readers see. The rules of paragraphs are numbered as
// in paragraphs.h, those of shortcodes as in shortcodes.h.

#include "services/ingestion/wordpress/post.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace dateline::ingestion::wordpress {
namespace {

struct PostCase {
  const char* rule;
  std::string stored;
  const char* shown;  // Line breaks between blocks are left out.
};

ExportFiles Files() {
  ExportFiles files;
  files.Add({11, 7, 2, "https://e.org/b.jpg", "B", ""});
  files.Add({12, 7, 1, "https://e.org/a.jpg?x=1&y=2", "A \"1\"", "An <em>A</em>"});
  files.Add({13, 7, 0, "https://e.org/talk.mp3", "Talk", ""});
  files.Add({14, 8, 0, "https://e.org/c.png", "C", ""});
  return files;
}

void Check(const PostCase& c) {
  const std::string shown =
      absl::StrReplaceAll(ShownPost(c.stored, 7, Files()), {{">\n\n", ">"}, {">\n<", "><"}});
  EXPECT_EQ(shown, c.shown) << c.rule << "\n" << c.stored;
}

// Twenty posts of the classic editor.
TEST(ShownPost, OfTheClassicEditor) {
  const PostCase kPosts[] = {
      {"1: an empty line ends a paragraph", "One.\n\nTwo.", "<p>One.</p><p>Two.</p>"},
      {"1: even with blanks in it, and however many", "One.\r\n \t\r\n\r\n\r\nTwo.\r\n",
       "<p>One.</p><p>Two.</p>"},
      {"1, 2: <br>, and two of them", "One<br />two.<br/>\n<br>Three.",
       "<p>One<br>two.</p><p>Three.</p>"},
      {"2: verse", "Roses are red,\nviolets are <em>blue</em>,\nand so on.",
       "<p>Roses are red,<br>violets are <em>blue</em>,<br>and so on.</p>"},
      {"3: headings need no empty lines", "Before\n<h2>Head</h2>\nBehind <b>it</b>",
       "<p>Before</p><h2>Head</h2><p>Behind <b>it</b></p>"},
      {"3, 5: a list", "Buy:\n<ul>\n\t<li>salt</li>\n\t<li>oil</li>\n</ul>\nThen cook.",
       "<p>Buy:</p><ul><li>salt</li><li>oil</li></ul><p>Then cook.</p>"},
      {"4: a list's items in paragraphs",
       "<ol>\n<li>one\n\nmore\n<ul>\n<li>x</li>\n</ul>\n</li>\n<li>two\nlines</li>\n</ol>",
       "<ol><li>one<p>more</p><ul><li>x</li></ul></li><li>two<br>lines</li></ol>"},
      {"4: a quote", "<blockquote>To be.\n\nOr not.\n<cite>H.</cite></blockquote>\nSaid he.",
       "<blockquote><p>To be.</p><p>Or not.<br><cite>H.</cite></p></blockquote><p>Said he.</p>"},
      {"4: a box", "<div class=\"box\">\nText of it\nand\n\nanother</div>outside",
       "<div class=\"box\">\nText of it<br>and<p>another</p></div><p>outside</p>"},
      {"4: own paragraphs", "<p align=\"right\">One.</p>\n\nTwo.\n<p>Three.\n\nFour.</p>",
       "<p align=\"right\">One.</p><p>Two.</p><p>Three.</p><p>Four.</p>"},
      {"5: a table",
       "<table>\n<tbody>\n<tr>\n<td>a</td>\n<td>b\n\nc</td>\n</tr>\n</tbody>\n</table>",
       "<table><tbody><tr><td>a</td><td>b<p>c</p></td></tr></tbody></table>"},
      {"5: a player's parts",
       "<video controls>\n<source src=\"a.mp4\">\n<source src=\"a.webm\">\nnone\n</video>",
       "<p><video controls><source src=\"a.mp4\"><source src=\"a.webm\">\nnone<br></video></p>"},
      {"6: code", "Run\n<pre>if (a &lt; b)\n\n  go();</pre>\nand <code>x</code>.",
       "<p>Run</p><pre>if (a &lt; b)\n\n  go();</pre><p>and <code>x</code>.</p>"},
      {"6: a script, which is not shown", "A\n\n<script>\nf();\n\ng();\n</script>\n\nB",
       "<p>A<script>\nf();\n\ng();\n</script></p><p>B</p>"},
      {"markup over an empty line", "<strong>One.\n\nTwo.</strong>\n\nThree.",
       "<p><strong>One.</p><p>Two.</strong></p><p>Three.</p>"},
      {"what is no tag", "1 < 2 and <3\n\n<a title=\"a > b\n\nc\" href='/x'>x</a>",
       "<p>1 < 2 and <3</p><p><a title=\"a > b\n\nc\" href='/x'>x</a></p>"},
      {"s9: more and further pages", "One.\n\n<!--more-->\n\nTwo.<!--nextpage-->Three.",
       "<p>One.</p><p>Two.</p><p>Three.</p>"},
      {"s1: a picture with its caption",
       "Look:\n\n[caption id=\"attachment_9\" align=\"alignnone\" width=\"300\"]<a "
       "href=\"/big.jpg\"><img src=\"/small.jpg\" alt=\"x\" /></a> A "
       "<em>cat</em>.[/caption]\n\nNice.",
       "<p>Look:</p><figure><a href=\"/big.jpg\"><img src=\"/small.jpg\" alt=\"x\" /></a>"
       "<figcaption>A <em>cat</em>.</figcaption></figure><p>Nice.</p>"},
      {"s2, s3, s4: a gallery, a recording and an address",
       "[gallery ids=\"12,11\" columns=\"2\"]\n[audio mp3=\"https://e.org/a.mp3\"][/audio]\n\n"
       "https://youtu.be/dQw4w9WgXcQ\n\nsee https://e.org/x",
       "<figure><img src=\"https://e.org/a.jpg?x=1&amp;y=2\" alt=\"A "
       "&quot;1&quot;\"><figcaption>An "
       "<em>A</em></figcaption></figure><figure><img src=\"https://e.org/b.jpg\" "
       "alt=\"B\"></figure><p><audio controls src=\"https://e.org/a.mp3\"></audio></p>"
       "<p><iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ\"></iframe></p>"
       "<p>see https://e.org/x</p>"},
      {"s6, s7: of plugins, and none",
       "[vc_row][vc_column width=\"1/2\"]Kept [sic] and [1].[/vc_column][/vc_row]\n"
       "[contact-form-7 id=\"3\" title=\"Ask\"]\nWrite [[gallery]] or [...].",
       "<p>Kept [sic] and [1].</p><p>Write [gallery] or [...].</p>"},
  };
  for (const PostCase& c : kPosts) Check(c);
}

TEST(ShownPost, OfTheBlockEditorGetsNoParagraphs) {
  const PostCase kPosts[] = {
      {"blocks",
       "<!-- wp:paragraph -->\n<p>One.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:html "
       "-->\nRaw\n\nraw\n"
       "<!-- /wp:html -->",
       "<!-- wp:paragraph --><p>One.</p><!-- /wp:paragraph --><!-- wp:html -->\nRaw\n\nraw\n<!-- "
       "/wp:html -->"},
      {"an embed",
       "<!-- wp:embed {\"url\":\"https://vimeo.com/1\"} -->\n<figure><div "
       "class=\"w\">\nhttps://vimeo.com/1\n</div></figure>\n<!-- /wp:embed -->",
       "<!-- wp:embed {\"url\":\"https://vimeo.com/1\"} --><figure><div class=\"w\"><iframe "
       "src=\"https://player.vimeo.com/video/1\"></iframe></div></figure><!-- /wp:embed -->"},
      {"a shortcode", "<!-- wp:shortcode -->\n[gallery ids=\"14\"]\n<!-- /wp:shortcode -->",
       "<!-- wp:shortcode --><figure><img src=\"https://e.org/c.png\" alt=\"C\"></figure><!-- "
       "/wp:shortcode -->"},
  };
  for (const PostCase& c : kPosts) Check(c);
}

TEST(ShownPost, ShortcodesThatAreKnown) {
  const PostCase kPosts[] = {
      {"1: caption in an attribute",
       "[caption width=\"9\" caption=\"A\"]<img src=\"/a.jpg\">[/caption]",
       "<figure><img src=\"/a.jpg\"><figcaption>A</figcaption></figure>"},
      {"1: no caption", "[caption width=\"9\"]<img src=\"/a.jpg\">[/caption]",
       "<p><img src=\"/a.jpg\"></p>"},
      {"1: a shortcode in it", "[wp_caption]<img src=\"/a.jpg\">By [b_c]Ann[/b_c][/wp_caption]",
       "<figure><img src=\"/a.jpg\"><figcaption>By Ann</figcaption></figure>"},
      {"1: within a line", "One [caption]<img src=\"/a.jpg\"> A[/caption] two",
       "<p>One</p><figure><img src=\"/a.jpg\"><figcaption>A</figcaption></figure><p>two</p>"},
      {"1: without its end", "a [caption width=\"9\"] b", "<p>a b</p>"},
      {"2: of the post, in order", "[gallery exclude=\"11\"]",
       "<figure><img src=\"https://e.org/a.jpg?x=1&amp;y=2\" alt=\"A "
       "&quot;1&quot;\"><figcaption>An "
       "<em>A</em></figcaption></figure>"},
      {"2: files that the export does not have", "A [gallery ids=\"98,99\"] b", "<p>A b</p>"},
      {"2: typographic quotes", "[gallery ids=\u201d14\u2033]",
       "<figure><img src=\"https://e.org/c.png\" alt=\"C\"></figure>"},
      {"2: a playlist", "[playlist ids=\"13\"]",
       "<figure><audio controls "
       "src=\"https://e.org/talk.mp3\"></audio><figcaption>Talk</figcaption></figure>"},
      {"3: the post's own recording", "[audio]",
       "<p><audio controls src=\"https://e.org/talk.mp3\"></audio></p>"},
      {"3: older form", "[audio http://e.org/a.mp3|titles=A]",
       "<p><audio controls src=\"http://e.org/a.mp3\"></audio></p>"},
      {"3: video",
       "[video width=\"640\" mp4=\"https://e.org/a.mp4\" poster=\"https://e.org/a.jpg\"][/video]",
       "<p><video controls src=\"https://e.org/a.mp4\" "
       "poster=\"https://e.org/a.jpg\"></video></p>"},
      {"3: video of a host", "[video src=\"https://www.youtube.com/watch?v=a-b_1&amp;t=3\"]",
       "<p><iframe src=\"https://www.youtube.com/embed/a-b_1\"></iframe></p>"},
      {"4: embed", "[embed width=\"9\"]https://twitter.com/a/status/1[/embed]",
       "<p><a href=\"https://twitter.com/a/status/1\">https://twitter.com/a/status/1</a></p>"},
      {"4: embed of nothing", "a[embed][/embed]b", "<p>ab</p>"},
      {"4: by id and by address", "[youtube abc] [youtube=https://www.youtube.com/watch?v=x]",
       "<p><iframe src=\"https://www.youtube.com/embed/abc\"></iframe> <iframe "
       "src=\"https://www.youtube.com/embed/x\"></iframe></p>"},
      {"4: in content", "[youtube]https://youtu.be/x[/youtube] [wpvideo tF w=680]",
       "<p><iframe src=\"https://www.youtube.com/embed/x\"></iframe> <a "
       "href=\"https://videopress.com/v/tF\">https://videopress.com/v/tF</a></p>"},
      {"4: music", "[soundcloud url=\"https://soundcloud.com/a/b\"]",
       "<p><iframe src=\"https://w.soundcloud.com/player/"
       "?url=https%3A//soundcloud.com/a/b\"></iframe></p>"},
      {"4: an address in a paragraph", "<p>https://e.org/a.mp4</p>",
       "<p><video controls src=\"https://e.org/a.mp4\"></video></p>"},
      {"4: addresses that are not alone",
       "https://youtu.be/x is it\n<pre>https://youtu.be/x\n</pre>",
       "<p>https://youtu.be/x is it</p><pre>https://youtu.be/x\n</pre>"},
      {"5: code", "[code language=\"cpp\"]\nif (a<b) [x_y]\n\n  f(&amp;c);\n[/code]\nend",
       "<pre><code>if (a&lt;b) [x_y]\n\n  f(&amp;c);</code></pre><p>end</p>"},
      {"5: without its end", "the [code] of", "<p>the [code] of</p>"},
  };
  for (const PostCase& c : kPosts) Check(c);
}

TEST(ShownPost, BracketsThatAreTextOrOfPlugins) {
  const PostCase kPosts[] = {
      {"6: text", "[sic], [edit: no], [1], [], [Ann Lee], a[i_j], [see x=1]",
       "<p>[sic], [edit: no], [1], [], [Ann Lee], a[i_j], [see x=1]</p>"},
      {"6: text in a line of its own", "[applause]\n\n[End of part 1]",
       "<p>[applause]</p><p>[End of part 1]</p>"},
      {"6: alone in their line", "A\n\n[contact-form]\n\n[gravityform id=1]\n\nB",
       "<p>A</p><p>B</p>"},
      {"6: content stays", "[quote]One.\n\nTwo.[/quote]", "<p>One.</p><p>Two.</p>"},
      {"6: an address with a text", "[button url=\"https://e.org/b\" size=\"xl\"]Buy[/button]",
       "<p><a href=\"https://e.org/b\">Buy</a></p>"},
      {"6: an address alone",
       "[su_image src=\"https://e.org/a.png\"] [x_y href=\"https://e.org/y\"/]",
       "<p><img src=\"https://e.org/a.png\" alt=\"\"> <a "
       "href=\"https://e.org/y\">https://e.org/y</a></p>"},
      {"6: a quote in an address", "[x_y url='https://e.org/\"><b']", ""},
      {"7: escapes", "[[caption]x[/caption]] [[x]] [[my_form id=\"1\"]]",
       "<p>[caption]x[/caption] [x] [my_form id=\"1\"]</p>"},
      {"7: none", "[[Main Page]] x[[i]] [[1, 2], [3]]",
       "<p>[[Main Page]] x[[i]] [[1, 2], [3]]</p>"},
      {"8: code", "<pre>a [my_form] [x y=\"1\"] [[gallery]]</pre><code>[b][/b]</code>",
       "<pre>a [my_form] [x y=\"1\"] [gallery]</pre><p><code>[b][/b]</code></p>"},
      {"brackets in tags", "<a title=\"[gallery]\" href=\"/\">x</a>",
       "<p><a title=\"[gallery]\" href=\"/\">x</a></p>"},
      {"end tags alone", "a[/caption] b [/i]", "<p>a b [/i]</p>"},
      {"comments", "a <!-- [gallery] --> b <!-- open", "<p>a<!-- [gallery] --> b <!-- open</p>"},
      {"nothing", " \n ", ""},
  };
  for (const PostCase& c : kPosts) Check(c);
}

TEST(ShownPost, TakesTimeThatGrowsWithSizeOnly) {
  for (const char* part :
       {"<pre>", "<!--", "[[a", "[caption]", "[a_b", "<a '", "<a b=\"", "[/a]",
        "[a_b url=\"https://e.org\"]", "<svg>", "<script", "\n\n<br>", "</pre"}) {
    std::string post;
    while (post.size() < (size_t{1} << 20)) post += part;
    EXPECT_LT(ShownPost(post, 7, Files()).size(), 20 * post.size()) << part;
    EXPECT_LT(ShownPost(absl::StrCat(post, "[/caption][/a_b]</svg>\"'"), 7, Files()).size(),
              20 * post.size())
        << part;
  }
}

}  // namespace
}  // namespace dateline::ingestion::wordpress
