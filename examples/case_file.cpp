// An app that keeps a person's case file: events go in as they come, everything that is
// shown comes out, and one text is all there is to keep.

#include <relapse/case_file/case_file.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/io/timestamp.hpp>

#include <cstdio>
#include <filesystem>
#include <string>

namespace {

constexpr const char* events[] = {
    R"({"id":"1","at":"2026-03-01T08:00+01:00","kind":"plan","set":{
        "reasons":["Being there for my daughter"],
        "contacts":[{"name":"Sam","channel":"0301234567","consent":["support"]}],
        "strategies":[{"action":"urge_surfing","words":"Ride the wave on the back steps"}]}})",
    R"({"id":"2","at":"2026-03-06T18:30+01:00","kind":"check_in","answers":{
        "craving":3,"stress":8,"thinking_of_use":3,"self_harm":0,"used":0}})",
    // Told by a second device after the one before, although it happened earlier.
    R"({"id":"3","at":"2026-03-04T19:00+01:00","kind":"follow_up",
        "action":"urge_surfing","helped":8})",
    // Cannot be used, and raises its flag all the same.
    R"({"id":"4","at":"2026-03-06T21:00+01:00","kind":"check_in","answers":{
        "no_such_item":1,"self_harm":1}})",
    R"({"id":"5","at":"2026-03-06T21:01+01:00","kind":"help_wanted","locale":"en-GB"})",
};

}  // namespace

int main() {
  const auto& model = relapse::models::standard();
  relapse::CaseFile phone(model, {.person = "P07"});
  for (const auto* event : events) std::printf("%s\n", phone.add(event).c_str());

  // Keep the text, and read it back.
  const auto path = std::filesystem::temp_directory_path() / "relapse_p07.case";
  relapse::io::write_file(path, phone.text());
  auto kept = relapse::CaseFile::read(model, relapse::io::read_file(path));
  std::filesystem::remove(path);

  // Another device comes along with an event of its own.
  relapse::CaseFile tablet(model, {.person = "P07"});
  tablet.add(R"({"id":"t1","at":"2026-03-06T21:30+01:00","kind":"acknowledge",
                 "flag":"self_harm","by":"clinician"})");
  kept.merge(tablet);

  const auto now = relapse::io::parse_timestamp("2026-03-06T22:00+01:00");
  std::printf("%s\n", kept.view(now, "en-GB").c_str());
  return kept.events() == 6 ? 0 : 1;
}
