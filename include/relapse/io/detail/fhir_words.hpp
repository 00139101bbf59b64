#pragma once

#include <relapse/domain/phrases.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/io/detail/fhir_text.hpp>
#include <relapse/risk/assessment.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

/// What resources and cards say of an assessment, in words.
namespace relapse::io::detail {

namespace said {

inline constexpr Phrase within{"fhir.within", "{0} within {1}"};
inline constexpr Phrase interval{
    "fhir.interval",
    "{0}; 95 % interval over what is not known of the person {1} to {2}"};
inline constexpr Phrase day{"fhir.day", "1 day"};
inline constexpr Phrase days{"fhir.days", "{0} days"};
inline constexpr Phrase unread{"fhir.unread", "{0} (an answer could not be read: ask)"};
inline constexpr Phrase floor{"fhir.floor", "At least {0} after a fact: {1}"};
inline constexpr Phrase use{"fhir.floor.use", "use that was told of"};
inline constexpr Phrase silence{"fhir.floor.silence", "time without a check-in"};
inline constexpr Phrase self_harm{"flag.self_harm", "Thoughts of self-harm or suicide"};
inline constexpr Phrase overdose{"flag.overdose", "Overdose"};
inline constexpr Phrase withdrawal{"flag.severe_withdrawal", "Severe withdrawal"};

}  // namespace said

/// What a driver is about, in words.
inline std::string driver_words(const Driver& driver, const Model& model,
                                const Wording& say) {
  const auto& document = model.document();
  if (driver.kind == DriverKind::time) return "time since the last check-in";
  if (driver.kind == DriverKind::known) return "what is known from elsewhere";
  if (driver.kind == DriverKind::determinant) {
    for (const auto& rule : document.determinants) {
      if (rule.id == driver.id && !rule.label.empty())
        return std::string(say.known(rule.label));
    }
  }
  const int index = model.find_item(driver.id);
  const std::string label = index < 0 ? driver.id : model.item(index).label;
  return label.empty() ? driver.id : std::string(say.known(label));
}

/// The reasons that weigh most, of the change since the last check-in.
inline std::string drivers_in_words(const Assessment& assessment, const Wording& say) {
  constexpr std::size_t most = 5;
  constexpr double least = 5e-4;  // what would be written as 0.0 points
  auto drivers = assessment.drivers;
  std::stable_sort(drivers.begin(), drivers.end(), [](const auto& a, const auto& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  std::string words;
  for (std::size_t k = 0; k < std::min(most, drivers.size()); ++k) {
    const auto& driver = drivers[k];
    if (!(std::abs(driver.contribution) >= least)) break;
    std::string points = percent(std::abs(driver.contribution));
    points.resize(points.size() - 2);
    words += (words.empty() ? "Since the last check-in: " : "; ") +
             driver_words(driver, assessment.model, say) +
             (driver.contribution < 0.0 ? " -" : " +") + points + " points";
  }
  return words;
}

/// What a flag is called.
inline std::string flag_words(const std::string& flag, const Model& model,
                              const Wording& say) {
  for (const int index : model.safety_items()) {
    const Item& item = model.item(index);
    if (item.flag == flag && !item.label.empty())
      return std::string(say.known(item.label));
  }
  if (flag == "self_harm") return std::string(say(said::self_harm));
  if (flag == "overdose") return std::string(say(said::overdose));
  if (flag == "severe_withdrawal") return std::string(say(said::withdrawal));
  return flag;
}

inline std::string floor_words(const Floor& floor, const Model& model,
                               const Wording& say) {
  std::string fact(say(said::use));
  if (floor.after == FloorCause::silence) fact = say(said::silence);
  if (floor.after == FloorCause::flag) fact = flag_words(floor.of, model, say);
  if (floor.after == FloorCause::item) {
    const int index = model.find_item(floor.of);
    fact = index < 0 || model.item(index).label.empty()
               ? floor.of
               : std::string(say.known(model.item(index).label));
  }
  const auto level = static_cast<std::size_t>(floor.level);
  return say(said::floor, {say(phrases::levels[level]), fact});
}

inline std::vector<std::string> notes_of(const Assessment& assessment,
                                         const Wording& say) {
  const auto& document = assessment.model.document();
  std::vector<std::string> notes{"Level: " + std::string(name_of(assessment.level))};
  if (assessment.in_use) notes.push_back("In use now.");
  if (auto reasons = drivers_in_words(assessment, say); !reasons.empty())
    notes.push_back(std::move(reasons));
  for (const auto& flag : assessment.unknown_flags)
    notes.push_back("Asked about and not answered: " +
                    flag_words(flag, assessment.model, say));
  if (assessment.lost_tolerance_notice)
    notes.push_back("Tolerance may be lost: what was usual before can be fatal now.");
  if (assessment.replay_needed)
    notes.push_back("Use was told of that lies before the last check-in: a replay from "
                    "before it would be exact.");
  notes.push_back("Calibration of the model: " + document.calibration.status +
                  ". Decision support for professionals; not a diagnosis.");
  return notes;
}

}  // namespace relapse::io::detail
