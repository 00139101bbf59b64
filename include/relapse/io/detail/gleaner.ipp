#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instruments.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What can be made out of a check-in that is refused, in whatever shape it stands.
namespace relapse::io::detail {

/// A value of a text and what it is called there. A key that stands twice is two parts.
struct Part {
  enum class Kind { scalar, object, list } kind = Kind::scalar;
  std::string key = {};  ///< empty in a list
  nlohmann::json value = {};
  std::vector<Part> parts = {};
};

/// Listens to a parser and keeps all parts.
class PartReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return keep({}); }
  bool boolean(bool value) override { return keep(value); }
  bool number_integer(std::int64_t value) override { return keep(value); }
  bool number_unsigned(std::uint64_t value) override { return keep(value); }
  bool number_float(double value, const std::string&) override { return keep(value); }
  bool string(std::string& value) override { return keep(value); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Part::Kind::object); }
  bool key(std::string& key) override {
    key_ = key;
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Part::Kind::list); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return false;
  }

  /// The outermost one, with what was read.
  Part take() {
    while (open_.size() > 1) close();
    return std::move(open_.front());
  }

 private:
  bool open(Part::Kind kind) {
    open_.push_back({kind, std::exchange(key_, {})});
    return true;
  }
  bool close() {
    Part done = std::move(open_.back());
    open_.pop_back();
    open_.back().parts.push_back(std::move(done));
    return true;
  }
  bool keep(nlohmann::json value) {
    open_.back().parts.push_back(
        {Part::Kind::scalar, std::exchange(key_, {}), std::move(value)});
    return true;
  }

  std::vector<Part> open_{{Part::Kind::list}};
  std::string key_;
};

/// What of a check-in has no answers.
inline bool holds_none(std::string_view key) {
  constexpr std::string_view none[] = {"abstinent_since_last",
                                       "acknowledge",
                                       "at",
                                       "by",
                                       "id",
                                       "kind",
                                       "known_stage",
                                       "missing",
                                       "person",
                                       "seconds",
                                       "schema",
                                       "time",
                                       "told",
                                       "used_days_ago"};
  return contains(none, key);
}

/// Whether a member is the answer where an object describes a question as well.
inline bool is_answer_key(std::string_view key) {
  const std::string plain = spelling_key(key);
  for (const char* begin :
       {"val", "answer", "respon", "score", "result", "select", "choice"}) {
    if (plain.starts_with(begin)) return true;
  }
  return false;
}

/// What a value says beside a plain no: a number above 0, or NaN for what cannot be read.
/// Empty for a no, and for what says nothing.
inline std::optional<double> beside_no(const Part& part);

/// The most that some of several parts say; a number goes before what cannot be read.
template <class Counts>
std::optional<double> most_said(const std::vector<Part>& parts, const Counts& counts) {
  std::optional<double> most;
  for (const Part& part : parts) {
    if (!counts(part)) continue;
    const auto said = beside_no(part);
    if (said && !(most && *most >= *said) && !(most && std::isnan(*said))) most = said;
  }
  return most;
}

/// The answer that an object holds beside one of its members: what is called an answer,
/// or else whatever stands there.
inline std::optional<double> answer_beside(const Part* named, const Part& object) {
  bool any = false;
  const auto is_answer = [&](const Part& part) {
    return &part != named && is_answer_key(part.key);
  };
  for (const Part& part : object.parts) any |= is_answer(part);
  return most_said(object.parts, [&](const Part& part) {
    return any ? is_answer(part) : &part != named && !holds_none(part.key);
  });
}

inline std::optional<double> beside_no(const Part& part) {
  constexpr double unreadable = std::numeric_limits<double>::quiet_NaN();
  if (part.kind == Part::Kind::object) return answer_beside(nullptr, part);
  if (part.kind == Part::Kind::list)
    return most_said(part.parts, [](const Part&) { return true; });
  const auto& value = part.value;
  if (value.is_null()) return std::nullopt;
  std::optional<double> number;
  if (value.is_boolean()) number = value.get<bool>() ? 1.0 : 0.0;
  if (value.is_number()) number = value.get<double>();
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    constexpr std::string_view no[] = {"no", "n", "nein", "nie", "never", "false"};
    const bool empty = text.find_first_not_of(" \t\r\n") == text.npos;
    if (empty || contains(no, spelling_key(text))) return std::nullopt;
    number = decimal_number(text);
  }
  if (number && *number <= 0.0) return std::nullopt;
  return number.value_or(unreadable);
}

/// Keeps what it can of a check-in: whatever has a name counts as an answer, wherever it
/// stands, but in the parts that hold none.
class Gleaner {
 public:
  Gleaner(CheckIn& found, Named named) : found_(found), named_(named) {}

  void take(const Part& root) { take_parts(root, {}, {}, 0); }

 private:
  /// @param name the nearest key
  /// @param instrument the one that a name around it means
  /// @param depth objects and lists around its parts, from 0 in the text itself
  void take_parts(const Part& whole, const std::string& name, std::string_view instrument,
                  int depth) {
    const bool is_list = whole.kind == Part::Kind::list;
    for (const Part& part : whole.parts) {
      if (const auto meant = instrument_in(text_of(part)); !meant.empty())
        instrument = meant;
    }
    for (std::size_t k = 0; k < whole.parts.size(); ++k) {
      const Part& part = whole.parts[k];
      if (depth == 1) take_root(part);
      if (depth == 1 && holds_none(part.key)) continue;
      take(part, is_list ? name : part.key, instrument, depth);
      if (!is_list) {
        take_item(instrument, part.key, part);
        if (named_ == Named::by_any_text) take_beside(part, whole, instrument);
      } else if (depth > 0) {
        take_in_list(whole.parts, k, instrument);
      }
    }
  }

  void take(const Part& part, const std::string& name, std::string_view instrument,
            int depth) {
    if (part.kind == Part::Kind::scalar) return take_answer(name, part.value);
    const auto meant = instrument_in(part.key);
    take_parts(part, name, meant.empty() ? instrument : meant, depth + 1);
    // A list or an object in the place of an answer is one that cannot be read.
    if (depth >= 2) take_unreadable(part.key);
  }

  void take_root(const Part& part) {
    if (part.key == "person" && part.value.is_string())
      found_.person = part.value.get<std::string>();
    if (part.key != "time" || part.kind != Part::Kind::scalar) return;
    try {
      found_.time = Node(part.value, JsonPointer{}).time();
    } catch (const InvalidInput&) {
      // It stays what it is when there is none.
    }
  }

  /// A list of names and answers, or of the answers to an instrument in their order.
  void take_in_list(const std::vector<Part>& parts, std::size_t k,
                    std::string_view instrument) {
    const Part& part = parts[k];
    if (part.kind == Part::Kind::scalar)
      take_item(instrument, std::to_string(k + 1), part);
    if (k + 1 == parts.size()) return;
    const Part& next = parts[k + 1];
    const auto name = text_of(part);
    if (name.empty()) {
      if (parts.size() == 2) take_item(instrument, number_of(part), next);
      return;
    }
    if (k > 0 && next.value.is_string()) return;
    if (next.kind == Part::Kind::scalar) {
      take_answer(name, next.value);
    } else {
      take_said(name, beside_no(next));
    }
    take_item(instrument, name, next);
  }

  /// An object that names what it answers: by any of its texts, or by the number of an
  /// item of an instrument.
  void take_beside(const Part& part, const Part& object, std::string_view instrument) {
    constexpr std::size_t most = 64;  // that has more is no answer to a question
    if (object.parts.size() > most) return;
    auto name = text_of(part);
    if (!name.empty()) take_said(name, answer_beside(&part, object));
    if (name.empty() && !is_answer_key(part.key)) name = number_of(part);
    if (!flagged_in(instrument, name).empty())
      take_said(flagged_in(instrument, name), answer_beside(&part, object));
  }

  void take_item(std::string_view instrument, const std::string& name, const Part& part) {
    auto item = flagged_in(instrument, name);
    // An item may be called by its number alone, whatever word stands before that.
    const auto digit = name.find_first_of("0123456789");
    if (item.empty() && digit != name.npos && instrument_in(name).empty())
      item = flagged_in(instrument, name.substr(digit));
    if (item.empty()) return;
    if (part.value.is_number()) return take_answer(item, part.value);
    take_said(item, beside_no(part));
  }

  /// The instrument with a flag that a name begins or ends with, in any spelling.
  static std::string_view instrument_in(std::string_view name) {
    static const auto known = [] {
      std::vector<std::string> ids;
      for (const auto id : instruments::names()) {
        const auto& items = instruments::find(id)->document().items;
        if (std::any_of(items.begin(), items.end(),
                        [](const auto& item) { return !item.flag.empty(); }))
          ids.emplace_back(id);
      }
      return ids;
    }();
    if (name.empty()) return {};
    const auto key = item_key(name);
    for (const auto& id : known) {
      const auto own = item_key(id);
      const bool begins =
          key.starts_with(own) && !ascii::is_digit((key + ' ')[own.size()]);
      if (begins || key.ends_with(own)) return id;
    }
    return {};
  }

  /// The item with a flag that a name means within an instrument: in a group, which is no
  /// name of a model's item.
  static std::string flagged_in(std::string_view instrument, const std::string& name) {
    if (instrument.empty() || name.empty()) return {};
    const FlaggedItem* item = flagged_item(std::string(instrument) + '_' + name);
    return item == nullptr ? std::string() : "instrument/" + item->column();
  }

  /// A text that may be a name.
  static std::string text_of(const Part& part) {
    constexpr std::size_t longest = 100;
    if (!part.value.is_string()) return {};
    const auto& text = part.value.get_ref<const std::string&>();
    return text.size() > longest ? std::string() : text;
  }

  /// The number of an item, as its name.
  static std::string number_of(const Part& part) {
    constexpr double most = 1000.0;
    const double number = part.value.is_number() ? part.value.get<double>() : -1.0;
    const bool may_be = number >= 0.0 && number < most && number == std::floor(number);
    return may_be ? std::to_string(static_cast<int>(number)) : std::string();
  }

  void take_answer(const std::string& item, const nlohmann::json& value) {
    if (item.empty() || value.is_null()) return;
    if (value.is_string()) {
      found_.answers.push_back({item, value.get<std::string>()});
    } else {
      found_.answers.push_back(
          {item, value.is_boolean() ? double(value.get<bool>()) : value.get<double>()});
    }
  }
  void take_said(const std::string& item, std::optional<double> said) {
    if (said) found_.answers.push_back({item, *said});
  }
  void take_unreadable(const std::string& item) {
    if (!item.empty())
      found_.answers.push_back({item, std::numeric_limits<double>::quiet_NaN()});
  }

  CheckIn& found_;
  Named named_;
};

}  // namespace relapse::io::detail
