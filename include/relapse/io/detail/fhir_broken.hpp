#pragma once

#include <relapse/io/detail/fhir_json.hpp>
#include <relapse/io/detail/mended_json.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What can be made out in resources that are no JSON, for what it says about
/// safety.
namespace relapse::io::detail {

/// A bundle larger than this is asked for in pages; what a document of ours may have
/// would be too little for one.
inline constexpr std::size_t fhir_size_limit = std::size_t{64} << 20;  // bytes

/// A text without the name, number or word in whose middle it ends: `Patient/1` may have
/// gone on as another person. A value that was begun stands as one that cannot be read.
inline std::string without_cut_end(std::string_view text) {
  std::string_view whole = text;
  std::size_t depth = 0;
  std::size_t word = text.npos;  // where a word or number begins that goes on
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char sign = text[k];
    if (sign == '"') {
      std::size_t end = k + 1;
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
      if (end >= text.size()) {
        whole = text.substr(0, k);
        depth = 1;
        break;
      }
      k = end;
      word = text.npos;
    } else if (std::string_view("{}[],: \t\r\n").find(sign) != text.npos) {
      if (sign == '{' || sign == '[') ++depth;
      if ((sign == '}' || sign == ']') && depth > 0) --depth;
      word = text.npos;
    } else if (word == text.npos) {
      word = k;
    }
  }
  if (depth == 0) return std::string(text);
  if (word != text.npos && whole.size() == text.size()) whole = text.substr(0, word);
  std::string left(whole);
  const auto last = left.find_last_not_of(" \t\r\n");
  left.resize(last == left.npos ? 0 : last + 1);
  if (!left.ends_with("\":")) return left;
  const auto name = left.rfind('"', left.size() - 3);
  const bool is_value = name != left.npos && left.compare(name, 6, "\"value") == 0;
  return is_value ? left + "{}" : left;
}

/// The first of the values of a name that stands twice, where nlohmann takes the last.
inline Json with_first_values(const std::string& text) {
  std::vector<std::set<std::string>> names;  // by depth
  using Seen = Json::parse_event_t;
  const auto take = [&](int depth, Seen seen, const Json& value) {
    const auto level = static_cast<std::size_t>(depth);
    if (seen == Seen::object_start) {
      names.resize(std::max(names.size(), level + 2));
      names[level + 1].clear();
    }
    return seen != Seen::key || names[level].insert(value.get<std::string>()).second;
  };
  constexpr bool throws = false;
  return Json::parse(text, take, throws);
}

/// What stands in a text that is nearly JSON: where a name stands twice, once with the
/// first of its values and once with the last.
inline std::vector<Json> mended_resources(std::string_view text) {
  std::vector<Json> found;
  if (text.size() > fhir_size_limit) return found;
  const auto mended = mended_json(without_cut_end(text));
  constexpr bool throws = false;
  for (const auto& each :
       {Json::parse(mended, nullptr, throws), with_first_values(mended)}) {
    const bool is_new = found.empty() || found.front() != each;
    if (each.is_structured() && is_new) found.push_back(each);
  }
  return found;
}

}  // namespace relapse::io::detail
