/// Every reader of documents: what is refused is refused by an error of the library, what
/// is accepted is written and read back the same.

#include <relapse/care/contact_rules.hpp>
#include <relapse/care/plan_check.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/case_file/case_file.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/json.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/protocol_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/merge.hpp>

#include "targets.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {
namespace {

using namespace relapse;

/// The value of a call; empty where it is refused as the library refuses.
template <class Call>
auto accepted(Call call) -> std::optional<decltype(call())> {
  try {
    return call();
  } catch (const InvalidInput&) {
    return std::nullopt;
  }
}

void model(Bytes bytes) {
  const auto model = accepted([&] { return io::parse_model(text_of(bytes)); });
  if (!model) return;
  const Model again = io::parse_model(io::to_json(*model));
  require(again.content_hash() == model->content_hash(), "a model reads back the same");
  Monitor monitor(*model);
  accepted([&] {
    return monitor.update({{}, Time{1.0}, {}, {}, {}, {}, {}, {}, {}}).level;
  });
}

void plan(Bytes bytes) {
  const auto plan = accepted([&] { return io::parse_plan(text_of(bytes)); });
  if (!plan) return;
  require(io::parse_plan(io::to_json(*plan)) == *plan, "a plan reads back the same");
  const auto page =
      accepted([&] { return care::plan_page(*plan, models::standard(), Zone{}, {}); });
  if (page) io::to_html(*page);
  care::check_plan(*plan, models::standard(), Time{20'000.0});
}

/// Two plans, with a zero byte between them.
void merging(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  const auto middle = text.find('\0');
  if (middle == text.npos) return;
  const auto one = accepted([&] { return io::parse_plan(text.substr(0, middle)); });
  const auto two = accepted([&] { return io::parse_plan(text.substr(middle + 1)); });
  if (!one || !two) return;
  diff(*one, *two);
  const auto merged = accepted([&] { return merge(*one, *two); });
  const auto turned = accepted([&] { return merge(*two, *one); });
  require(merged.has_value() == turned.has_value(), "merging refuses in any order");
  if (!merged) return;
  require(merged->plan == turned->plan, "merging does not depend on the order");
  require(merge(merged->plan, *one).plan == merged->plan,
          "merging again changes nothing");
}

void contact_rules(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  const auto middle = text.find('\0');
  if (middle == text.npos) return;
  const auto plan = accepted([&] { return io::parse_plan(text.substr(0, middle)); });
  if (!plan) return;
  Choices choices(bytes.subspan(middle + 1));
  ContactHistory past;
  double day = 20'000.0;
  while (!choices.empty()) {
    day += choices.between(0.0, 2.0);
    past.levels.push_back(
        {Time{day}, static_cast<RiskLevel>(choices.below(risk_levels))});
  }
  past.last_check_in = Time{day};
  accepted([&] {
    const auto decision = care::apply_contact_rules(*plan, past, Zone{}, Time{day});
    require(decision.trace.size() == plan->contact_rules.size(), "each rule has a trace");
    for (const auto& message : decision.messages) {
      for (const auto& contact : plan->contacts) {
        require(contact.name != message.contact ||
                    contact.allows(ConsentPurpose::contact_rule),
                "nobody is told without consent");
      }
    }
    return true;
  });
}

void instrument(Bytes bytes) {
  const auto read = accepted([&] { return io::parse_instrument(text_of(bytes)); });
  if (!read) return;
  require(io::parse_instrument(io::to_json(*read)).document() == read->document(),
          "an instrument reads back the same");
}

void check_in(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  io::parse_what_is_there(text);
  const auto read = accepted([&] { return io::parse_check_in(text); });
  if (!read) return;
  require(io::to_json(io::parse_check_in(io::to_json(*read))) == io::to_json(*read),
          "a check-in reads back the same");
  Monitor monitor(models::standard());
  accepted([&] { return monitor.update(*read).level; });
}

void snapshot(Bytes bytes) {
  const auto read = accepted([&] { return io::from_cbor(bytes); });
  if (!read) return;
  require(io::from_cbor(io::to_cbor(*read)) == *read, "a snapshot reads back the same");
  const auto monitor = accepted([&] { return Monitor(models::standard(), *read); });
  if (!monitor) return;
  Monitor follows = *monitor;
  const Time next = follows.last().value_or(Time{0.0}) + Days{1.0};
  accepted([&] {
    const auto& found = follows.update({{}, next, {}, {}, {}, {}, {}, {}, {}});
    require(std::isfinite(found.level_risk), "a restored person has a risk");
    return true;
  });
}

/// What is read is about people of the file, is the same again, and is for one patient
/// what it is among all.
void fhir(Bytes bytes) {
  const auto text = text_of(bytes);
  const auto reading = accepted([&] { return io::read_fhir(text); });
  if (!reading) return;
  require(io::read_fhir(text) == *reading, "fhir reads the same again");
  for (const auto& response : reading->responses) {
    require(std::isfinite(response.time.days), "a response of fhir has a time");
    require(!response.sources.empty(), "a response of fhir says where it is from");
  }
  if (reading->responses.empty()) return;
  const std::string patient = reading->responses.back().person;
  if (patient.empty()) return;
  // Alarms of nobody may be those of the patient.
  auto of_patient = reading->responses;
  std::erase_if(of_patient, [&](const auto& each) {
    return each.person != patient && !each.person.empty();
  });
  const auto alone =
      accepted([&] { return io::read_fhir(text, {.patient = patient, .mappings = {}}); });
  require(alone && alone->responses == of_patient,
          "one patient reads the same alone and among others");
}

/// Events, a line each, in both orders.
void case_file(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  accepted([&] { return CaseFile::read(models::standard(), text).events(); });
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  CaseFile file(models::standard());
  CaseFile turned(models::standard());
  for (const auto line : lines) file.add(line);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) turned.add(*line);
  constexpr Time late{200'000.0};
  const auto view = file.view(late);
  const auto kept = file.text();
  const auto read = CaseFile::read(models::standard(), kept);
  require(read.text() == kept, "a case file reads back the same");
  require(read.view(late) == view, "a case file that was read shows the same");
  require(turned.view(late) == view, "no order of events shows another view");
  CaseFile closed = file;
  closed.compact(late);
  require(closed.view(late) == view, "a closed case file shows the same");
}

void other_documents(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  accepted([&] { return io::parse_protocol(text); });
  accepted([&] { return io::parse_resources(text); });
  accepted([&] { return io::parse_medication(text); });
  accepted([&] { return io::parse_wording(text); });
}

void timestamp(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  const auto reading = io::read_timestamp(text);
  require(reading.time.has_value() == reading.problem.empty(), "a time or a problem");
  if (!reading.time) return;
  const auto written = io::to_timestamp(*reading.time);
  if (written)
    require(io::parse_timestamp(*written) == *reading.time, "a time reads back");
}

constexpr Target all[] = {{"model", model},
                          {"plan", plan},
                          {"merging", merging},
                          {"contact_rules", contact_rules},
                          {"instrument", instrument},
                          {"check_in", check_in},
                          {"snapshot", snapshot},
                          {"other_documents", other_documents},
                          {"timestamp", timestamp},
                          {"case_file", case_file},
                          {"fhir", fhir}};

}  // namespace

std::span<const Target> document_targets() { return all; }

}  // namespace fuzz
