#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/check_in_reader.ipp>
#include <relapse/io/detail/mended_json.hpp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse {

namespace io {

RELAPSE_INLINE CheckIn parse_check_in(std::string_view json) {
  return read_check_in(read_json(json));
}

namespace detail {

/// Listens to a parser and keeps what it can of a check-in: whatever has a name counts as
/// an answer, wherever it stands, but in the parts that hold none.
class Gleaner final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Gleaner(CheckIn& found) : found_(found) {}

  nlohmann::json_sax<nlohmann::json>* reader() { return this; }
  bool null() override { return take(nullptr); }
  bool boolean(bool value) override { return take(value); }
  bool number_integer(std::int64_t value) override { return take(value); }
  bool number_unsigned(std::uint64_t value) override { return take(value); }
  bool number_float(double value, const std::string&) override { return take(value); }
  bool string(std::string& value) override { return take(value); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    named_.clear();
    return open();
  }
  bool key(std::string& key) override {
    keys_.resize(depth_ + 1);
    keys_[depth_] = key;
    return true;
  }
  bool end_object() override { return close(nlohmann::json::object()); }
  bool start_array(std::size_t) override {
    open();
    pair_ = Pair::begins;
    return true;
  }
  bool end_array() override { return close(nlohmann::json::array()); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return false;
  }

 private:
  bool open() {
    pair_ = Pair::none;
    if (keys_.size() > depth_ + 1) keys_.resize(depth_ + 1);
    ++depth_;
    return true;
  }
  bool close(const nlohmann::json& closed) {
    --depth_;
    return take(closed);
  }
  bool take(const nlohmann::json& parsed) {
    if (keys_.size() > depth_ + 1) keys_.resize(depth_ + 1);
    if (keys_.size() >= 2) take_named(parsed);
    return true;
  }
  void take_named(const nlohmann::json& parsed) {
    const auto& part = keys_[1];
    take_pair(parsed, part);
    if (depth_ == 1 && part == "person" && parsed.is_string())
      found_.person = parsed.get<std::string>();
    if (depth_ == 1 && part == "time") take_time(parsed);
    // A list or an object in the place of an answer is one that cannot be read.
    const bool is_place = depth_ + 1 == keys_.size() && depth_ >= 2;
    const bool closed = parsed.is_structured();
    if (holds_none(part) || keys_.back().empty() || (closed && !is_place)) return;
    if (keys_.back() == "item" && parsed.is_string()) {
      named_ = parsed.get<std::string>();
    } else {
      take_answer(keys_.back() == "value" && !named_.empty() ? named_ : keys_.back(),
                  parsed);
    }
  }

  /// A list of a name and an answer.
  void take_pair(const nlohmann::json& parsed, std::string_view part) {
    const auto place = std::exchange(pair_, Pair::none);
    if (place == Pair::named && !holds_none(part)) take_answer(first_, parsed);
    if (place != Pair::begins || !parsed.is_string()) return;
    pair_ = Pair::named;
    first_ = parsed.get<std::string>();
  }
  static bool holds_none(std::string_view part) {
    constexpr std::string_view none[] = {"abstinent_since_last",
                                         "acknowledge",
                                         "at",
                                         "by",
                                         "id",
                                         "instruments",
                                         "kind",
                                         "known_stage",
                                         "missing",
                                         "person",
                                         "seconds",
                                         "schema",
                                         "time",
                                         "told",
                                         "used_days_ago"};
    return contains(none, part);
  }

  void take_answer(const std::string& item, const nlohmann::json& value) {
    constexpr double unreadable = std::numeric_limits<double>::quiet_NaN();
    if (value.is_null()) return;
    if (value.is_string()) {
      found_.answers.push_back({item, value.get<std::string>()});
    } else if (value.is_boolean()) {
      found_.answers.push_back({item, value.get<bool>() ? 1.0 : 0.0});
    } else {
      found_.answers.push_back(
          {item, value.is_number() ? value.get<double>() : unreadable});
    }
  }

  void take_time(const nlohmann::json& value) {
    try {
      found_.time = Node(value, JsonPointer{}).time();
    } catch (const InvalidInput&) {
      // It stays what it is when there is none.
    }
  }

  CheckIn& found_;
  std::vector<std::string> keys_;  ///< by depth
  std::size_t depth_ = 0;          ///< objects and arrays that are open
  std::string named_;              ///< by a member `item` of the object
  enum class Pair { none, begins, named } pair_ = Pair::none;
  std::string first_;  ///< of a list
};

}  // namespace detail

RELAPSE_INLINE CheckIn parse_what_is_there(std::string_view given) {
  const std::string json = detail::mended_json(given);
  CheckIn found;
  found.time = Time{std::numeric_limits<double>::quiet_NaN()};
  detail::Gleaner gleaner(found);
  nlohmann::json::sax_parse(json.begin(), json.end(), gleaner.reader());
  return found;
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
