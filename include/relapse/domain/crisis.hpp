#pragma once

#include <array>
#include <string_view>

/// The crisis protocol that works without any document: constants, so that no model file,
/// plan or locale can take it away. Sources: SAMHSA overdose prevention guidance
/// (standard, recalled); NIDA "Words Matter" for the wording.
namespace relapse {

/// What to do first when a built-in flag is up: one for each of them, what can end a life
/// within minutes before others.
struct CrisisStep {
  std::string_view flag;
  std::string_view text;
};

inline constexpr std::array<CrisisStep, 3> crisis_steps{{
    {"overdose",
     "Call the local emergency number now. Give naloxone if opioids may be involved, keep "
     "the person on their side and do not leave them alone."},
    {"severe_withdrawal",
     "Call the local emergency number or get medical help now. Severe withdrawal can be "
     "dangerous; do not stop alcohol or sedatives suddenly without medical care."},
    {"self_harm",
     "Stay with someone you trust and contact a crisis line or the local emergency number "
     "now. You do not have to explain everything; say that you are not safe."},
}};

/// Shown after any return to use when the substance is an opioid or is not known.
inline constexpr std::string_view lost_tolerance_notice =
    "After a time without opioids the body tolerates much less: the amount used before can "
    "now be fatal. Do not use alone, keep naloxone at hand, and ask about restarting "
    "medication.";

/// The resource of last resort, for every locale.
inline constexpr std::string_view fallback_resource = "your local emergency number";

}  // namespace relapse
