#pragma once

#include <relapse/io/detail/html_text.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/plan/telephone.hpp>

#include <string_view>

namespace relapse::io {
namespace detail {

inline constexpr std::string_view page_style = R"(:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 60rem;
  padding: 1.5rem; color: #1d2733; background: #fff; }
h1 { font-size: 1.6rem; margin: 0; }
.subtitle { color: #5a6877; margin: .2rem 0 1rem; }
main { columns: 2 22rem; column-gap: 1.6rem; }
section { break-inside: avoid; margin: 0 0 1rem; }
a { color: #1f5673; overflow-wrap: anywhere; }
li { overflow-wrap: break-word; }
h2 { font-size: 1rem; margin: 0 0 .25rem; color: #1f5673; }
ul { margin: 0; padding-left: 1.1rem; }
li { margin: .1rem 0; }
li ul { color: #44515f; list-style: "\2013\00a0"; padding-left: .9rem; }
section.safety { column-span: all; border: 2px solid #b3261e; border-radius: .5rem;
  padding: .7rem 1rem; background: #fdf3f2; }
section.safety h2 { color: #8c1d18; }
section.safety li:first-child { font-weight: 650; }
@media (prefers-color-scheme: dark) {
  body { color: #dfe6ee; background: #14191f; }
  h2, a { color: #8cc3e2; } .subtitle, li ul { color: #a5b2bf; }
  section.safety { background: #2a1716; border-color: #e46962; }
  section.safety h2 { color: #f2b8b5; }
}
@page { size: A4; margin: 11mm; }
@media print { body { font-size: 10.5px; line-height: 1.3; padding: 0; max-width: none; }
  main { columns: 2; } section { margin-bottom: .6rem; } }
)";

/// ASCII punctuation may be escaped anywhere in CommonMark; a line end would end an item.
inline std::string markdown_escaped(std::string_view text) {
  constexpr std::string_view meant = R"(\`*_{}[]<>#+!|~&)";
  std::string safe;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      safe += ' ';
      continue;
    }
    if (meant.find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  // A list marker or a number with a point begins another item at the start alone.
  const auto digits = safe.find_first_not_of("0123456789");
  const bool numbered = digits != std::string::npos && digits > 0 &&
                        (safe[digits] == '.' || safe[digits] == ')');
  if (numbered) safe.insert(digits, 1, '\\');
  if (!safe.empty() && (safe[0] == '-' || safe[0] == '=')) safe.insert(0, 1, '\\');
  return safe;
}

/// A text with its telephone numbers as links.
inline std::string html_linked(std::string_view text, const care::Page& page) {
  std::string html;
  for (const auto& piece : telephone_pieces(text, page.numbers)) {
    const auto words = html_escaped(piece.text);
    html += piece.address.empty()
                ? words
                : "<a href=\"" + html_escaped(piece.address) + "\">" + words + "</a>";
  }
  return html;
}

/// The person's own words have their language, or none that is known, said to those who
/// listen.
inline std::string html_text(std::string_view text, const care::Page& page) {
  std::string_view own;
  for (const auto& words : page.own) {
    if (text.substr(0, words.size()) == words && words.size() > own.size()) own = words;
  }
  if (own.empty() || page.own_language == page.language) return html_linked(text, page);
  return "<span lang=\"" + html_escaped(page.own_language) + "\">" +
         html_linked(own, page) + "</span>" + html_linked(text.substr(own.size()), page);
}

inline std::string html_list(const std::vector<care::PageLine>& lines,
                             const care::Page& page) {
  std::string html = "<ul>\n";
  for (const auto& line : lines) {
    html += "<li>" + html_text(line.text, page);
    if (!line.under.empty()) {
      html += "<ul>";
      for (const auto& text : line.under) {
        html += "<li>" + html_text(text, page) + "</li>";
      }
      html += "</ul>";
    }
    html += "</li>\n";
  }
  return html + "</ul>\n";
}

}  // namespace detail

RELAPSE_INLINE std::string to_markdown(const care::Page& page) {
  using detail::markdown_escaped;
  std::string text = "# " + markdown_escaped(page.title) + "\n";
  if (!page.subtitle.empty()) text += "\n" + markdown_escaped(page.subtitle) + "\n";
  for (const auto& section : page.sections) {
    text += "\n## " + markdown_escaped(section.title) + "\n\n";
    for (const auto& line : section.lines) {
      text += "- " + markdown_escaped(line.text) + "\n";
      for (const auto& under : line.under) {
        text += "  - " + markdown_escaped(under) + "\n";
      }
    }
  }
  return text;
}

RELAPSE_INLINE std::string to_html(const care::Page& page) {
  using detail::html_escaped;
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"" + html_escaped(page.language) +
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>";
  html += html_escaped(page.title) + "</title>\n<style>\n";
  html += detail::page_style;
  html += "</style>\n</head>\n<body>\n<h1>" + html_escaped(page.title) + "</h1>\n";
  if (!page.subtitle.empty()) {
    html += "<p class=\"subtitle\">" + html_escaped(page.subtitle) + "</p>\n";
  }
  html += "<main>\n";
  for (const auto& section : page.sections) {
    html += section.tone == care::PageTone::safety ? "<section class=\"safety\">\n"
                                                   : "<section>\n";
    html += "<h2>" + html_escaped(section.title) + "</h2>\n";
    html += detail::html_list(section.lines, page) + "</section>\n";
  }
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace relapse::io
