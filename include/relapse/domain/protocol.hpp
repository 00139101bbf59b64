#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>

#include <string>
#include <vector>

namespace relapse {

/// What a step of a protocol is for, in the order in which steps are taken.
enum class StepKind {
  safety,
  medical,
  stop,
  contact,
  reframe,
  learning,
  plan,
  services,
  family,
  check_in
};

template <>
struct Names<StepKind> {
  static constexpr std::string_view all[] = {"safety",  "medical",  "stop", "contact",
                                             "reframe", "learning", "plan", "services",
                                             "family",  "check_in"};
};

/// One step of a protocol, for all substances or for some.
struct ProtocolStep {
  std::string id;
  StepKind kind = StepKind::safety;
  std::string words;
  std::vector<std::string> substances;  ///< empty: whatever was used
  std::string source;

  bool operator==(const ProtocolStep&) const = default;
};

/// What to do after a return to use, as data.
struct Protocol {
  std::string id;
  std::string version;
  std::string title;
  std::string source;
  std::vector<ProtocolStep> steps;
  Days next_after_lapse{1.0};    ///< to the next check-in; expert default
  Days next_after_relapse{0.5};  ///< expert default
  std::string next_source;       ///< of these two

  bool operator==(const Protocol&) const = default;
};

}  // namespace relapse
