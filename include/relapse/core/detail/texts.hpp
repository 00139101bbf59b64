#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace relapse {

/// Whether a list holds an element.
template <class List, class Element>
bool contains(const List& list, const Element& element) {
  return std::find(std::begin(list), std::end(list), element) != std::end(list);
}

/// Texts one after the other, with `between` them.
template <class Texts>
std::string joined(const Texts& texts, std::string_view between) {
  std::string all;
  for (const auto& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

}  // namespace relapse
