#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// Structure stays, old elements become their successors, hidden and emptied ones go.
constexpr CleanCase kCases[] = {
    {"<center>x</center>", "<div style=\"text-align: center\">x</div>"},
    {"<center><table><tr><td>x</table></center>",
     "<div style=\"text-align: center\"><table><tbody><tr><td>x</td></tr></tbody></table></div>"},
    {"<center style=\"color:red\">x</center>",
     "<div style=\"color: red; text-align: center\">x</div>"},
    {"<center style=\"text-align:left\">x</center>", "<div style=\"text-align: left\">x</div>"},
    {"<font color=red size=7 face=x>x <b>y</b></font>", "x <b>y</b>"},
    {"<big>x</big><tt>y</tt><strike>z</strike>", "x<code>y</code><s>z</s>"},
    {"<acronym title=t>x</acronym>", "<abbr title=\"t\">x</abbr>"},
    {"<dir><li>x</dir><menu><li>y</menu>", "<ul><li>x</li></ul><ul><li>y</li></ul>"},
    {"<listing>\n a  b\n</listing>", "<pre> a  b\n</pre>"},
    {"<main><p>x</p></main>", "<div><p>x</p></div>"},
    {"<nav><ul><li><a href=/x>y</a></ul></nav>",
     "<div><ul><li><a href=\"https://a.example/x\">y</a></li></ul></div>"},
    {"<search>x</search>", "<div>x</div>"},
    {"<dialog>x</dialog>", "<div>x</div>"},
    {"<form><label>Name <input name=n></label><button>Go</button></form>", "<div>Name Go</div>"},
    {"<fieldset><legend>L</legend>x</fieldset>", "<div><div>L</div>x</div>"},
    {"<select><option>a<option>b</select>x", "x"},
    {"<textarea>x</textarea>y", "y"},
    {"<output>x</output><meter value=1>2</meter><progress>3</progress>", "x23"},
    {"<blink>x</blink><marquee>y</marquee><nobr>z</nobr>", "xyz"},
    {"<my-element>x<my-other>y</my-other></my-element>", "xy"},
    {"<o:p>x</o:p><st1:city w:st=\"on\">y</st1:city>", "xy"},
    {"<p hidden>x</p>y", "y"},
    {"<p hidden=until-found>x</p>y", "y"},
    {"<div style=\"display:none\"><p>preheader</p></div>y", "y"},
    {"<span style=\"display: none !important\">x</span>y", "y"},
    {"<span style=\"visibility:hidden\">x</span>y", "y"},
    {"<span style=\"display:inline\">x</span>y", "<span>x</span>y"},
    {"<span style=\"x-display:none\">x</span>y", "<span>x</span>y"},
    {"<span style=\"display:/**/none\">x</span>y", "y"},
    {"<li style=\"display:none\">x</li>y", "y"},
    {"<font style=\"display:none\">x</font>y", "y"},
    {"<custom-x hidden>x</custom-x>y", "y"},
    {"<p><script>x</script></p>y", "y"},
    {"<p> <script>x</script> </p>y", "y"},
    {"<p></p>y", "<p></p>y"},
    {"<p> </p>y", "<p> </p>y"},
    {"<p>&nbsp;</p>y", "<p>&nbsp;</p>y"},
    {"<div><div><style>x</style></div></div>y", "y"},
    {"<a href=/x><script>x</script></a>y", "y"},
    {"<a href=/x></a>y", "<a href=\"https://a.example/x\"></a>y"},
    {"a<b> <script>x</script> </b>c", "a c"},
    {"a<p><script>x</script></p>b", "a b"},
    {"<ul><li><script>x</script></li><li>y</li></ul>", "<ul><li>y</li></ul>"},
    {"<table><tr><td><script>x</script></td><td>y</td></tr></table>",
     "<table><tbody><tr><td></td><td>y</td></tr></tbody></table>"},
    {"<h2><img src=t width=1 height=1></h2>y", "y"},
    {"<p>a<br>b<br/>c</br>d</p>", "<p>a<br>b<br>c<br>d</p>"},
    {"<br clear=all>x", "<br>x"},
    {"<p>a<br><br><br>b</p>", "<p>a<br><br><br>b</p>"},
    {"<pre>  a\n\tb\n</pre>", "<pre>  a\n\tb\n</pre>"},
    {"<pre><code class=language-c>int  main() {\n  return 0;\n}</code></pre>",
     "<pre><code>int  main() {\n  return 0;\n}</code></pre>"},
    {"<pre>a<br>b</pre>", "<pre>a<br>b</pre>"},
    {"<pre><div>a</div>  b</pre>", "<pre><div>a</div>  b</pre>"},
    {"<code>a  b</code><kbd>c</kbd><samp>d</samp><var>e</var>",
     "<code>a  b</code><kbd>c</kbd><samp>d</samp><var>e</var>"},
    {"<blockquote cite=/x><p>x</p><footer>— y</footer></blockquote>",
     "<blockquote cite=\"https://a.example/x\"><p>x</p><footer>— y</footer></blockquote>"},
    {"<details><summary>s</summary>x</details>", "<details><summary>s</summary>x</details>"},
    {"<details open=false name=g>x</details>", "<details open=\"\">x</details>"},
    {"<ol start=5 reversed type=a><li value=7>x<li>y</ol>",
     "<ol start=\"5\" reversed=\"\" type=\"a\"><li value=\"7\">x</li><li>y</li></ol>"},
    {"<ol start=-2><li value=-1>x</ol>", "<ol start=\"-2\"><li value=\"-1\">x</li></ol>"},
    {"<ol start=x><li value=x>y</ol>", "<ol><li value=\"x\">y</li></ol>"},
    {"<dl><dt>a<dd>b<dd>c</dl>", "<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>"},
    {"<dl><div><dt>a</dt><dd>b</dd></div></dl>", "<dl><div><dt>a</dt><dd>b</dd></div></dl>"},
    {"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
     "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"},
    {"<ruby><rb>漢</rb><rt>kan</rt></ruby>", "<ruby>漢<rt>kan</rt></ruby>"},
    {"<table border=1 cellpadding=2 bgcolor=red><caption>c</caption><colgroup><col span=2 "
     "width=5></colgroup><thead><tr><th scope=col abbr=n>n</th></tr></thead><tbody><tr><td "
     "colspan=2 rowspan=3 align=right>1</td></tr></tbody></table>",
     "<table><caption>c</caption><colgroup><col span=\"2\"></colgroup><thead><tr><th scope=\"col\" "
     "abbr=\"n\">n</th></tr></thead><tbody><tr><td colspan=\"2\" "
     "rowspan=\"3\">1</td></tr></tbody></table>"},
    {"<table><tr><td colspan=1000000000>x</table>",
     "<table><tbody><tr><td>x</td></tr></tbody></table>"},
    {"<table><tr><td headers=a id=b>x</table>",
     "<table><tbody><tr><td>x</td></tr></tbody></table>"},
    {"<h1>a</h1><h6>b</h6><hgroup><h2>c</h2><p>d</p></hgroup>",
     "<h1>a</h1><h6>b</h6><hgroup><h2>c</h2><p>d</p></hgroup>"},
    {"<section><header>h</header><article>a</article><aside>s</aside><footer>f</footer></section>",
     "<section><header>h</header><article>a</article><aside>s</aside><footer>f</footer></section>"},
    {"<address>x</address>", "<address>x</address>"},
    {"<abbr title=\"World\">W</abbr><dfn>d</dfn><q cite=/x>q</q><cite>c</cite>",
     "<abbr title=\"World\">W</abbr><dfn>d</dfn><q "
     "cite=\"https://a.example/x\">q</q><cite>c</cite>"},
    {"<time datetime=\"2020-01-01T00:00Z\">x</time><data value=3>y</data>",
     "<time datetime=\"2020-01-01T00:00Z\">x</time><data value=\"3\">y</data>"},
    {"<bdi dir=auto>x</bdi><bdo dir=rtl>y</bdo>",
     "<bdi dir=\"auto\">x</bdi><bdo dir=\"rtl\">y</bdo>"},
    {"<sub>x</sub><sup>y</sup><small>s</small><mark>m</mark><u>u</u><s>s</s><del "
     "datetime=x>d</del><ins cite=/y>i</ins>",
     "<sub>x</sub><sup>y</sup><small>s</small><mark>m</mark><u>u</u><s>s</s><del "
     "datetime=\"x\">d</del><ins cite=\"https://a.example/y\">i</ins>"},
    {"<p align=center>x</p>", "<p>x</p>"},
    {"<p lang=de dir=ltr title=\"t\">x</p>", "<p lang=\"de\" dir=\"ltr\" title=\"t\">x</p>"},
    {"<math><semantics><mi>n</mi><annotation "
     "encoding=\"application/x-tex\">n^2</annotation></semantics></math>",
     "n^2"},
    {"<math alttext=\"a&lt;b\"><mi>a</mi></math>", "a&lt;b"},
    {"<math><mi>x</mi></math>y", "y"},
    {"<p>Let <math><semantics><mi>n</mi><annotation "
     "encoding=\"application/x-tex\">n</annotation></semantics></math> be.</p>",
     "<p>Let n be.</p>"},
    {"<math hidden><semantics><annotation encoding=tex>n</annotation></semantics></math>y", "y"},
    {"<math><semantics><annotation encoding=\"application/x-tex\">&lt;img src=x "
     "onerror=alert(1)&gt;</annotation></semantics></math>",
     "&lt;img src=x onerror=alert(1)&gt;"},
    {"<math><annotation encoding=tex><style><img src=x "
     "onerror=alert(1)></style></annotation></math>",
     ""},
    {"x<form>y</form>z", "x<div>y</div>z"},
    {"<form><p>x</form>y", "<div><p>x</p></div>y"},
    {"<table><tr><form><td>x</form></table>", "<table><tbody><tr><td>x</td></tr></tbody></table>"},
    {"<p>a &lt;b&gt; &amp;amp; &copy; &#8217; &hellip;</p>", "<p>a &lt;b&gt; &amp;amp; © ’ …</p>"},
};

TEST(CleanHtml, KeepsStructureAndDropsWhatIsHidden) { ExpectCleans(kCases); }

}  // namespace
}  // namespace dateline::html
