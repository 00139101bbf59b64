#pragma once

#include <relapse/case_file/case_file.hpp>
#include <relapse/case_file/detail/former_items.hpp>
#include <relapse/case_file/detail/log.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/detail/start_fields.hpp>
#include <relapse/model/detail/fields.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The header of a log, and what two logs must share to become one.
namespace relapse::case_file::detail {

/// The first line of a log.
inline std::string header_json(const Model& model, const CaseFileStart& start,
                               const std::vector<Item>& former) {
  const auto& document = model.document();
  JsonObject by;
  by.add("id", document.id);
  by.add("version", document.version);
  by.add("content_hash", model.content_hash());
  JsonObject header;
  header.add("schema", "relapse/case_file/1");
  header.add_json("model", by.json());
  header.add_unless_empty("person", start.person);
  add_fields(header, start.before);
  header.add_json("items", value_json(all_items(items_to_keep(model), former)));
  return header.json();
}

struct Header {
  CaseFileStart start;
  std::vector<Item> items;
  std::string model;
  std::string content_hash;
};

inline Header read_header(std::string_view line) {
  const auto parsed = io::read_json(line);
  const auto fields =
      io::read_root(parsed, "relapse/case_file/1", {"model"},
                    {"person", "days_since_use", "days_in_recovery", "items"});
  const io::Fields by(fields["model"], {"id", "version", "content_hash"});
  Header header;
  header.model = by["id"].text();
  header.content_hash = by["content_hash"].text();
  if (fields.has("person")) header.start.person = fields["person"].text();
  if (fields.has("items")) io::take_value(fields["items"], header.items);
  io::read_fields(fields, header.start.before);
  return header;
}

/// What two files know of the start. Throws InvalidInput when that is not the same.
inline CaseFileStart joined_start(const CaseFileStart& one, const CaseFileStart& other) {
  CaseFileStart both = one;
  if (one.person.empty()) both.person = other.person;
  if (!other.person.empty() && other.person != both.person) {
    throw InvalidInput("merge", "the case files are of two persons");
  }
  for_each_field(FieldsOf<infer::Start>::all, [&](const auto& field) {
    auto& own = both.before.*field.member;
    const auto& theirs = other.before.*field.member;
    if (!own) own = theirs;
    if (theirs && *theirs != *own)
      throw InvalidInput("merge", "the case files know of another start");
  });
  return both;
}

inline void require_open(const char* what, Time now, const Log& log) {
  if (!std::isfinite(now.days)) throw InvalidInput(what, "now must be a finite time");
  if (log.closing() && now < log.closing()->before)
    throw InvalidInput(what, "now lies in the part of the log that was closed");
}

/// Whether each digest is among others, both in rising order.
inline bool all_among(const std::vector<Digest>& digests,
                      const std::vector<Digest>& others) {
  return std::includes(others.begin(), others.end(), digests.begin(), digests.end());
}

inline std::vector<Digest> together(const std::vector<Digest>& one,
                                    const std::vector<Digest>& other) {
  std::vector<Digest> all;
  std::set_union(one.begin(), one.end(), other.begin(), other.end(),
                 std::back_inserter(all));
  return all;
}

/// Whose closing holds for two logs together: none, the first one's or the second one's.
/// Throws InvalidInput where what each closed is not known to the other.
enum class Closed { none, one, other };
inline Closed common_closing(const Log& one, const Log& other) {
  const std::vector<Digest> none;
  const auto& of_one = one.closing() ? one.closing()->known : none;
  const auto& of_other = other.closing() ? other.closing()->known : none;
  const auto there = together(one.digests(), other.digests());
  if (all_among(of_one, there) && all_among(of_other, there)) return Closed::none;
  const bool by_one = one.closing() && all_among(of_other, together(there, of_one));
  const bool by_other = other.closing() && all_among(of_one, together(there, of_other));
  if (by_one && by_other)
    return one.closing()->before < other.closing()->before ? Closed::other : Closed::one;
  if (by_one) return Closed::one;
  if (by_other) return Closed::other;
  throw InvalidInput("merge", "each log was closed without what the other one closed");
}

inline std::vector<std::string> less(const std::vector<std::string>& all,
                                     const std::vector<std::string>& without) {
  std::vector<std::string> left;
  for (const auto& each : all) {
    if (!contains(without, each)) left.push_back(each);
  }
  return left;
}

}  // namespace relapse::case_file::detail
