#pragma once

#include <string>
#include <vector>

namespace relapse::care {

/// One line of a section, and what belongs under it.
struct PageLine {
  std::string text;
  std::vector<std::string> under = {};

  bool operator==(const PageLine&) const = default;
};

/// How a section is set: `safety` stands out.
enum class PageTone { usual, safety };

/// Lines under one title.
struct PageSection {
  std::string title;
  std::vector<PageLine> lines;
  PageTone tone = PageTone::usual;

  bool operator==(const PageSection&) const = default;
};

/// Something to read for a person, before it has a format: what `own` holds is a text of
/// a line, or the beginning of one.
struct Page {
  std::string title;
  std::string subtitle;
  std::vector<PageSection> sections;
  std::string language = "en";            ///< of what is not the person's own
  std::string own_language = {};          ///< of the person's own words; empty: not known
  std::vector<std::string> own = {};      ///< what is in the person's own words
  std::vector<std::string> numbers = {};  ///< short ones that may be called, such as 112

  bool operator==(const Page&) const = default;
};

}  // namespace relapse::care
