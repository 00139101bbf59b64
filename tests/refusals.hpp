#pragma once

#include <relapse/core/error.hpp>

#include <nlohmann/json.hpp>

#include <ostream>
#include <string>

/// What readers of documents refuse, and the place that they name.
namespace test {

/// A value put at a place of a document, and the place that must be named.
struct Refusal {
  const char* place;
  const char* value;  ///< empty: the place is removed
  const char* pointer;

  friend std::ostream& operator<<(std::ostream& stream, const Refusal& refusal) {
    return stream << refusal.place << " = " << refusal.value;
  }
};

inline nlohmann::json patched(nlohmann::json document, const Refusal& refusal) {
  const nlohmann::json::json_pointer place(refusal.place);
  if (*refusal.value != '\0') {
    document[place] = nlohmann::json::parse(refusal.value);
  } else {
    document[place.parent_pointer()].erase(place.back());
  }
  return document;
}

/// The place that a reader names when it refuses.
template <class Read>
std::string refused_at(Read read) {
  try {
    read();
  } catch (const relapse::ParseError& error) {
    return error.pointer();
  }
  return "nothing was refused";
}

}  // namespace test
