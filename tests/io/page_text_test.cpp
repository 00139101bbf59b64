#include <relapse/io/page_text.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(page_text_test)

namespace {

care::Page page() {
  return {"Plan",
          "Version 2",
          {{"First", {{"Call", {"Mira", "Noor"}}, {"Wait"}}, care::PageTone::safety},
           {"Second", {{"Read"}}, care::PageTone::usual}},
          "de"};
}

/// A page that says one thing, in each of its places.
care::Page saying(const std::string& text) {
  return {text, text, {{text, {{text, {text}}}, care::PageTone::usual}}};
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++times;
  return times;
}

/// The lines of the body of a page with one text in each place.
std::string markdown(const std::string& text) { return io::to_markdown(saying(text)); }

}  // namespace

BOOST_AUTO_TEST_CASE(markdown_is_headings_and_lists) {
  BOOST_TEST(io::to_markdown(page()) == "# Plan\n\nVersion 2\n\n## First\n\n- Call\n"
                                        "  - Mira\n  - Noor\n- Wait\n\n## Second\n\n"
                                        "- Read\n");
  BOOST_TEST(io::to_markdown({"Plan", "", {}}) == "# Plan\n");
}

BOOST_AUTO_TEST_CASE(html_says_its_language_and_marks_safety) {
  const auto html = io::to_html(page());
  BOOST_TEST(count(html, "<html lang=\"de\">") == 1U);
  BOOST_TEST(count(html, "<section class=\"safety\">") == 1U);
  BOOST_TEST(count(html, "<section") == 2U);
  BOOST_TEST(html.find("<section class=\"safety\">") < html.find("<section>\n"));
  BOOST_TEST(count(html, "<li>Mira</li><li>Noor</li>") == 1U);
  for (const char* tag : {"ul", "li", "section", "main", "h1", "h2"}) {
    const std::string open = std::string("<") + tag;
    BOOST_TEST(count(html, open + ">") + count(html, open + " ") ==
                   count(html, std::string("</") + tag + ">"),
               tag);
  }
}

BOOST_AUTO_TEST_CASE(telephone_numbers_are_links_and_known_short_ones_as_well) {
  auto page = saying("Mira, 0151 2345678, or 112");
  page.numbers = {"112"};
  const auto html = io::to_html(page);
  BOOST_TEST(count(html, "<a href=\"tel:01512345678\">0151 2345678</a>") == 2U);
  BOOST_TEST(count(html, "<a href=\"tel:112\">112</a>") == 2U);
  BOOST_TEST(io::to_markdown(page).find("tel:") == std::string::npos);
  BOOST_TEST(count(io::to_html(saying("javascript:alert(1)")), "<a ") == 0U);
}

BOOST_AUTO_TEST_CASE(own_words_say_their_language_where_it_is_another) {
  auto page = saying("I sit by the lake");
  const auto marked = [&] { return count(io::to_html(page), "<span lang="); };
  BOOST_TEST(marked() == 0U);
  page.own = {"I sit"};
  page.own_language = "en";
  BOOST_TEST(marked() == 0U);  // the page's language, which is en
  page.language = "de";
  BOOST_TEST(count(io::to_html(page), "<span lang=\"en\">I sit</span> by") == 2U);
  page.own_language = "";
  BOOST_TEST(count(io::to_html(page), "<span lang=\"\">") == 2U);
  page.own_language = "\"><script>";
  BOOST_TEST(count(io::to_html(page), "<script>") == 0U);
}

BOOST_AUTO_TEST_CASE(html_fetches_and_runs_nothing) {
  const auto html = io::to_html(page());
  BOOST_TEST(count(html, "default-src 'none'") == 1U);
  for (const char* part : {"<script", "src=", "href=", "url(", "@import", "://"})
    BOOST_TEST(count(html, part) == 0U, part);
}

BOOST_AUTO_TEST_CASE(what_was_written_is_never_a_tag) {
  const auto html = io::to_html(saying("<b a=\"1\" c='2'>&amp;</b>"));
  BOOST_TEST(count(html, "<b") == count(html, "<body"));
  BOOST_TEST(count(html, "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;") ==
             6U);
}

BOOST_AUTO_TEST_CASE(what_was_written_stays_one_item_of_the_list) {
  const std::string plain = markdown("x");
  for (const char* text : {"a\nb", "a\r\n# b", "- a", "1. a", "12) a", "= a", "# a",
                           "> a", "+ a", "* a", "```", "---", "| a |"}) {
    const auto said = markdown(text);
    BOOST_TEST(count(said, "\n") == count(plain, "\n"), text);
    BOOST_TEST(count(said, "\n- " + std::string(text)) == 0U, text);
  }
  BOOST_TEST(markdown("1. a").find("- 1\\. a") != std::string::npos);
  BOOST_TEST(markdown("[a](b) <c> *d*").find("- \\[a\\](b) \\<c\\> \\*d\\*") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(letters_beyond_ascii_stay_as_they_are) {
  const std::string text = "Grüße, naïve „Ziele“ 北京";
  BOOST_TEST(count(markdown(text), text) == 5U);
  BOOST_TEST(count(io::to_html(saying(text)), text) == 6U);
}

BOOST_AUTO_TEST_SUITE_END()
