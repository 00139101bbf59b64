#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/check_in_reader.ipp>

#include <string>
#include <string_view>
#include <variant>

namespace relapse {

namespace io {

RELAPSE_INLINE CheckIn parse_check_in(std::string_view json) {
  return read_check_in(read_json(json));
}

RELAPSE_INLINE std::string to_json(const CheckIn& check_in) {
  JsonObject object;
  object.add("schema", "relapse/check_in/1");
  add_fields(object, check_in);
  JsonObject answers;
  for (const Answer& answer : check_in.answers) {
    std::visit([&](const auto& value) { answers.add(answer.item, value); }, answer.value);
  }
  if (!answers.empty()) object.add("answers", answers);
  JsonObject missing;
  for (const auto& [item, reason] : check_in.missing) missing.add(item, name_of(reason));
  if (!missing.empty()) object.add("missing", missing);
  return object.json();
}

}  // namespace io
}  // namespace relapse
