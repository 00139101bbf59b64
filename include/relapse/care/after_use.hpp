#pragma once

#include <relapse/care/page.hpp>
#include <relapse/care/page_speech.hpp>
#include <relapse/care/proposal.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/crisis_resource.hpp>
#include <relapse/domain/protocol.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/plan/use_history.hpp>

#include <optional>
#include <string>
#include <vector>

/// After a return to use: what to do now, what to learn, and when to look again. Safety
/// comes first and does not depend on the protocol that is passed.
namespace relapse {

/// What is known when a return to use was reported, and how to speak of it.
struct AfterUseInput {
  std::vector<UseReport> reports;  ///< in the order of time; the last with use is meant
  Time recovery_start;
  Time now;
  std::vector<std::string> flags = {};          ///< safety flags that are up
  std::optional<LearningRecord> learning = {};  ///< once the person has looked back
  Wording wording = {};                         ///< words of what is not the person's own
  PlaceResources place = {};                    ///< whom to reach where the person is
  Days without_before{0.0};  ///< without use right before the first report; 0: not told
  /// When the use was told, or the last word since: from then the next check-in is
  /// counted. Left out: `now`.
  std::optional<Time> heard = {};
};

/// One step of the path after a return to use: what to do, and whom to reach.
struct AfterUseStep {
  StepKind kind = StepKind::safety;
  std::string words;
  std::vector<std::string> contacts = {};  ///< whom, for steps that reach somebody
  std::string source;

  bool operator==(const AfterUseStep&) const = default;
};

/// The whole path after a return to use, with the words of the person's plan filled in.
struct AfterUse {
  UseEpisode episode;
  RecoveryCounts counts;
  std::vector<AfterUseStep> steps;  ///< in the order in which to take them
  std::vector<Proposal> proposals;  ///< from the learning record; empty without one
  Time next_check_in;

  bool operator==(const AfterUse&) const = default;
};

namespace care {

/// The steps after the last reported use: crisis steps of the flags that are up, the
/// lost-tolerance notice unless all substances are known to be none of the opioids, the
/// person's own crisis steps while a flag is up, then the steps of the protocol that fit
/// one of the substances (all of them where none is known), by kind. Substances are all
/// that were told of the last episode, an opioid told in the month before it, and those
/// of the plan where a use was told without one. Steps that reach somebody
/// name contacts who agreed: professional support those whose role is a professional one,
/// family and peers those who are. Throws InvalidInput when
/// no use was reported, and as `count_recovery` does.
AfterUse after_use(const Plan& plan, const Protocol& protocol, const AfterUseInput& input,
                   const Zone& zone);

/// What a learning record says about the plan: situations and signs that are not in it,
/// strategies that were there and not tried or tried and did not carry, what the person
/// would change. What was put into the plan afterwards is not proposed again; when that
/// was is known by the plan's history.
std::vector<Proposal> propose(const Plan& plan, const LearningRecord& learning,
                              const Wording& say = {});

/// The same to read, without counts that are not known. Steps and proposals are in the
/// words that they were made with.
Page after_use_page(const AfterUse& after, const Zone& zone,
                    const PageSpeech& speech = {});

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/after_use.ipp>
#endif
