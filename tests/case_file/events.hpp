#pragma once

#include <relapse/case_file/case_file.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/standard.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

/// Events of a case file, as an app writes them, and what comes back.
namespace test {

using Json = nlohmann::json;

inline Json told(relapse::CaseFile& file, const std::string& event) {
  return Json::parse(file.add(event));
}

inline Json seen(const relapse::CaseFile& file, double now,
                 const std::string& locale = "en-US") {
  return Json::parse(file.view(relapse::Time{now}, locale));
}

/// An event from its parts: kind, id, time, and what stands beside them.
inline std::string event(const std::string& kind, const std::string& id, double at,
                         const std::string& more = "") {
  return R"({"id":")" + id + R"(","at":)" + std::to_string(at) + R"(,"kind":")" + kind +
         "\"" + (more.empty() ? "" : "," + more) + "}";
}

inline std::string check_in(const std::string& id, double at,
                            const std::string& answers) {
  return event("check_in", id, at, R"("answers":{)" + answers + "}");
}

/// An event `check_in` of a check-in, at its time.
inline std::string event_json(const std::string& id, const relapse::CheckIn& check_in) {
  auto event = Json::parse(relapse::io::to_json(check_in));
  event.erase("schema");
  event["at"] = event["time"];
  event.erase("time");
  event["id"] = id;
  event["kind"] = "check_in";
  return event.dump();
}

/// An event `plan`: a new version as a whole.
inline std::string event_json(const std::string& id, double at,
                              const relapse::Plan& plan) {
  return event("plan", id, at,
               R"("plan":)" + Json::parse(relapse::io::to_json(plan)).dump());
}

/// A case file of the standard model that was told these, one after the other.
inline relapse::CaseFile of(const std::vector<std::string>& events) {
  relapse::CaseFile file(relapse::models::standard());
  for (const auto& each : events) file.add(each);
  return file;
}

}  // namespace test
