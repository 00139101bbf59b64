#pragma once

#include <relapse/case_file/detail/closing.hpp>
#include <relapse/case_file/detail/event_fields.hpp>
#include <relapse/case_file/detail/history_fields.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/detail/field_writer.hpp>
#include <relapse/io/plan_json.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace relapse {

template <>
struct FieldsOf<LevelShown> {
  static constexpr std::tuple all{Field{"at", &LevelShown::at, Need::required},
                                  Field{"level", &LevelShown::level, Need::required}};
};

template <>
struct FieldsOf<case_file::FlagMove> {
  using Move = case_file::FlagMove;
  static constexpr std::tuple all{Field{"flag", &Move::flag, Need::required},
                                  Field{"at", &Move::at, Need::required},
                                  Field{"up", &Move::up, Need::required}};
};

template <>
struct FieldsOf<UseReport> {
  static constexpr std::tuple all{
      Field{"at", &UseReport::at, Need::required}, Field{"used", &UseReport::used},
      Field{"amount", &UseReport::amount}, Field{"substance", &UseReport::substance}};
};

template <>
struct FieldsOf<FollowUp> {
  static constexpr std::tuple all{Field{"action", &FollowUp::action, Need::required},
                                  Field{"at", &FollowUp::at, Need::required},
                                  Field{"helped", &FollowUp::helped}};
};

template <>
struct FieldsOf<case_file::EventProblem> {
  using Each = case_file::EventProblem;
  static constexpr std::tuple all{Field{"id", &Each::id, Need::required},
                                  Field{"problem", &Each::problem, Need::required},
                                  Field{"rank", &Each::rank}};
};

template <>
struct FieldsOf<case_file::Past> {
  using Past = case_file::Past;
  static constexpr std::tuple all{Field{"levels", &Past::levels},
                                  Field{"flags", &Past::flags},
                                  Field{"check_ins", &Past::check_ins},
                                  Field{"uses", &Past::uses},
                                  Field{"inserted", &Past::inserted},
                                  Field{"doubted", &Past::doubted},
                                  Field{"tests", &Past::tests},
                                  Field{"schedules", &Past::schedules},
                                  Field{"follow_ups", &Past::follow_ups},
                                  Field{"sent", &Past::sent},
                                  Field{"help", &Past::help},
                                  Field{"appointments", &Past::appointments},
                                  Field{"goals", &Past::goals},
                                  Field{"steps", &Past::steps},
                                  Field{"notes", &Past::notes},
                                  Field{"learning", &Past::learning},
                                  Field{"conflicts", &Past::conflicts},
                                  Field{"problems", &Past::problems},
                                  Field{"told_late", &Past::told_late}};
};

namespace case_file {
namespace detail {

inline std::string hexadecimal(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

inline std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

inline std::vector<std::uint8_t> bytes_of(const io::Node& node) {
  const std::string text = node.text();
  const bool all = text.find_first_not_of("0123456789abcdef") == text.npos;
  if (!all || text.size() % 2 != 0) node.refuse("other text", "hexadecimal digits");
  std::vector<std::uint8_t> bytes;
  for (std::size_t k = 0; k < text.size(); k += 2)
    bytes.push_back(
        static_cast<std::uint8_t>(number_of(std::string_view(text).substr(k, 2))));
  return bytes;
}

/// 16 digits for each number.
inline std::string digits_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::uint8_t> bytes;
  for (const auto number : numbers) {
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<std::uint8_t>(number >> shift & 255U));
  }
  return hexadecimal(bytes);
}

inline std::string digits_of(const std::vector<Digest>& digests) {
  std::vector<std::uint64_t> numbers;
  for (const auto& digest : digests) {
    numbers.insert(numbers.end(), digest.begin(), digest.end());
  }
  return digits_of(numbers);
}

inline std::vector<std::uint64_t> numbers_of(const io::Node& node, std::size_t each) {
  const auto bytes = bytes_of(node);
  constexpr std::size_t size = 8;
  if (bytes.size() % (each * size) != 0) node.refuse("cut short", "whole");
  std::vector<std::uint64_t> numbers(bytes.size() / size);
  for (std::size_t k = 0; k < bytes.size(); ++k)
    numbers[k / size] = numbers[k / size] << 8U | bytes[k];
  return numbers;
}

inline std::vector<Digest> digests_of(const io::Node& node) {
  const auto numbers = numbers_of(node, 2);
  std::vector<Digest> digests;
  for (std::size_t k = 0; k < numbers.size(); k += 2)
    digests.push_back({numbers[k], numbers[k + 1]});
  std::sort(digests.begin(), digests.end());
  return digests;
}

}  // namespace detail

RELAPSE_INLINE Digest digest_of(std::string_view id, std::string_view text) {
  const auto number = [](std::string_view of) {
    return detail::number_of(std::string_view(sha256(of)).substr(0, 16));
  };
  return {number(id), number(text)};
}

RELAPSE_INLINE bool Closing::knows(const Digest& digest) const {
  return std::binary_search(known.begin(), known.end(), digest);
}

RELAPSE_INLINE bool Closing::knows_id(std::string_view id) const {
  const Digest least{digest_of(id, {})[0], 0};
  const auto found = std::lower_bound(known.begin(), known.end(), least);
  return found != known.end() && (*found)[0] == least[0];
}

RELAPSE_INLINE bool Closing::knows_correction(std::string_view id) const {
  return std::binary_search(corrections.begin(), corrections.end(), digest_of(id, {})[0]);
}

RELAPSE_INLINE std::string closing_json(const Closing& closing, const Fold& base) {
  JsonObject past;
  add_fields(past, base.past());
  JsonObject object;
  object.add("schema", "relapse/closing/1");
  object.add_json("before", io::time_json(closing.before));
  object.add("known", detail::digits_of(closing.known));
  object.add("corrections", detail::digits_of(closing.corrections));
  object.add("settled", detail::digits_of(closing.settled));
  object.add("snapshot", detail::hexadecimal(io::to_cbor(base.monitor().snapshot())));
  object.add("content_hash", base.monitor().model().content_hash());
  object.add_unless_empty("person", base.person());
  if (const auto plan = base.whole_plan())
    object.add_json("plan", io::read_json(io::to_json(*plan)).dump());
  object.add_json("past", past.json());
  return object.json();
}

RELAPSE_INLINE bool is_closing(std::string_view line) {
  constexpr std::string_view schema = "relapse/closing/1";
  if (line.find(schema) == line.npos) return false;
  // A line that was cut short is one that cannot be read, and no event.
  constexpr bool throws = false;
  const auto document = nlohmann::json::parse(line, nullptr, throws);
  if (document.is_discarded()) return line.find(R"("id":)") == line.npos;
  return document.is_object() && !document.contains("id") &&
         document.contains("schema") && document["schema"] == schema;
}

RELAPSE_INLINE Closing read_closing(std::string_view line, Fold& fold) {
  const auto document = io::read_json(line);
  const auto fields = io::read_root(
      document, "relapse/closing/1",
      {"before", "known", "corrections", "settled", "snapshot", "content_hash", "past"},
      {"person", "plan"});
  if (fields["content_hash"].text() != fold.monitor().model().content_hash()) {
    fields["content_hash"].refuse(
        "that of another version of the model, which cannot take in what was closed",
        "that of the version that closed it");
  }
  Closing closing{fields["before"].time()};
  closing.known = detail::digests_of(fields["known"]);
  closing.corrections = detail::numbers_of(fields["corrections"], 1);
  std::sort(closing.corrections.begin(), closing.corrections.end());
  closing.settled = detail::digests_of(fields["settled"]);
  Past past;
  io::take_value(fields["past"], past);
  Checkpoint to{io::from_cbor(detail::bytes_of(fields["snapshot"])),
                {},
                nullptr,
                fields.has("person") ? fields["person"].text() : std::string(),
                {},
                {},
                past.sizes()};
  if (fields.has("plan")) {
    to.plan.told = std::make_shared<const Plan>(io::parse_plan(document["plan"].dump()));
  }
  fold.take_over(to, std::move(past));
  return closing;
}

}  // namespace case_file
}  // namespace relapse
