#pragma once

#include <relapse/domain/wording.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

/// Everything that the room `care` says to a person, in one place and in plain words that
/// put the person first. `{}` stands for what is filled in. Source of the style: NIDA
/// "Words Matter"; American Psychological Association guidance on person-first language.
namespace relapse::care::words {

using Text = std::string_view;

using relapse::filled;

/// An id of a document as words.
inline std::string spaced(std::string id) {
  std::replace(id.begin(), id.end(), '_', ' ');
  return id;
}

inline constexpr std::array<Text, 12> months{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

namespace plan {
inline constexpr Text title = "My recovery plan";
inline constexpr Text version = "Version {}";
inline constexpr Text version_of = "Version {}, {}";
inline constexpr Text review_on = "next look at it together on {}";
inline constexpr Text safety = "In an emergency";
inline constexpr Text call_first =
    "In danger, or not sure: call {} now. Everything else can wait.";
inline constexpr Text lost_tolerance = "If opioids may be involved: {}";
inline constexpr Text reasons = "Why I do this";
inline constexpr Text triggers = "Situations that are hard for me, and what I do then";
inline constexpr Text primary = "{} (the hardest one)";
inline constexpr Text signs = "What tells me that strain is building";
inline constexpr Text strategies = "What helps me";
inline constexpr Text not_now = "{} (not possible at present)";
inline constexpr Text contacts = "People who are with me";
inline constexpr Text agreed = "I agreed that {} may be: {}";
inline constexpr Text agreed_to_nothing = "Is not contacted without asking me first";
inline constexpr Text routine = "What holds my day together";
inline constexpr Text medication = "Medication";
inline constexpr Text meetings = "Meetings";
inline constexpr Text rules = "Who is told, and when";
inline constexpr Text copies = "Who has a copy";
inline constexpr Text copy_version = "{}, version {}";
inline constexpr Text definition = "How we talk about a return to use";
inline constexpr Text definition_lapse = "A return to use is first of all a lapse.";
inline constexpr Text definition_relapse = "We speak of a relapse from {} on.";
inline constexpr Text heavy_day = "a day with {} or more";
inline constexpr Text days_in_a_row = "{} days of use in a row";
inline constexpr Text days_in_a_week = "{} days of use within a week";
inline constexpr Text days_of_recovery =
    "Days in recovery, and what they taught me, stay mine whatever happens.";

inline constexpr Text rule_level = "{} is told when the level is {} or above{}";
inline constexpr Text rule_flag = "{} is told when I report: {}{}";
inline constexpr Text rule_silence = "{} is told when I have not checked in for {}";
inline constexpr Text rule_days = " on {} of {} days";
inline constexpr Text rule_nudge_first = "I hear first, and have {} before that";
inline constexpr Text rule_cool_down = "not again within {}";
inline constexpr Text rule_quiet = "not between {} and {}";
inline constexpr Text rule_expires = "until {}";

inline constexpr Text consent_support = "asked for support";
inline constexpr Text consent_contact_rule = "told by a rule below";
inline constexpr Text consent_after_use = "told after a return to use";
inline constexpr Text consent_share_plan = "given a copy of parts of this plan";
}  // namespace plan

namespace check {
inline constexpr Text no_crisis_step =
    "There is no crisis step of your own: what would you do first?";
inline constexpr Text no_contact = "There is nobody in the plan to reach out to.";
inline constexpr Text no_contact_for_high =
    "No rule tells anybody when the level is high. Is that what you want?";
inline constexpr Text trigger_without_strategy =
    "No strategy is meant for this situation: {}";
inline constexpr Text strategy_of_no_model =
    "The catalogue does not know this action, and it has no words of its own: {}";
inline constexpr Text sign_of_no_stage = "The model does not know the stage of: {}";
inline constexpr Text sign_of_no_item = "The model does not ask about: {}";
inline constexpr Text rule_of_no_flag = "The model does not know the flag of a rule: {}";
inline constexpr Text rule_without_consent =
    "A rule would tell {}, but the plan holds no consent for that.";
inline constexpr Text no_channel = "It is not written down how to reach {}.";
inline constexpr Text no_reasons =
    "The plan does not say yet why recovery matters to you.";
inline constexpr Text no_signs = "The plan names no warning signs of your own.";
inline constexpr Text no_strategies = "The plan names no strategies of your own.";
inline constexpr Text no_review = "There is no date for the next look at the plan.";
inline constexpr Text review_due = "It is time for a look at the plan together.";
inline constexpr Text quiet_without_zone =
    "There are quiet hours, but the plan does not say in which time zone.";
inline constexpr Text copy_is_old = "{} has an earlier version of the plan.";
}  // namespace check

namespace contact {
inline constexpr Text told = "The rule holds: {} is told.";
inline constexpr Text nudged = "The rule holds: you hear first, then {}.";
inline constexpr Text not_reached = "What the rule waits for does not hold now.";
inline constexpr Text not_sustained = "It held on {} days; the rule wants {} of {}.";
inline constexpr Text waiting = "You heard first, and there is time to answer.";
inline constexpr Text cooling_down = "It is too soon after the last message about {}.";
inline constexpr Text quiet_hours = "It is quiet until {}.";
inline constexpr Text expired = "The rule has ended.";
inline constexpr Text no_consent = "There is no consent to tell {} by a rule.";
inline constexpr Text already_told = "{} is told by another rule just now.";
}  // namespace contact

namespace suggest {
inline constexpr Text safety_first = "Your answers say that safety comes first now.";
inline constexpr Text reach_help =
    "Get in touch with someone who can help now, or with {}.";
inline constexpr Text own_crisis_step = "You wrote this step into your crisis plan.";
inline constexpr Text chosen = "You chose this for moments like this one.";
inline constexpr Text suits = "It suits where you are now.";
inline constexpr Text eases = "It eases {}.";
inline constexpr Text eases_way_back = "It eases {}, which makes the way back easier.";
inline constexpr Text eases_risk =
    "It eases {}: the risk of a return to use within {} goes from {} to {}.";
inline constexpr Text next_day = "the next day";
inline constexpr Text next_days = "the next {} days";
inline constexpr Text reach_somebody =
    "Be with somebody you trust now, or talk to somebody; at any time: {}.";
inline constexpr Text support_now = "At a moment like this one, nobody should be alone.";
inline constexpr Text if_trigger = "If I am here: {}, then: {}.";
inline constexpr Text if_felt = "If I notice {}, then: {}.";
inline constexpr Text if_hard = "If it gets hard, then: {}.";
}  // namespace suggest

namespace after {
inline constexpr Text title = "After a return to use";
inline constexpr Text kept =
    "{} days in recovery, {} days without use, {} times back on the way: all of that is "
    "kept.";
inline constexpr std::array<Text, 10> kinds{"Safety first",
                                            "Your body",
                                            "Stop here",
                                            "Reach somebody",
                                            "What this is",
                                            "What there is to learn",
                                            "Your plan",
                                            "Professional support",
                                            "Family, friends and peers",
                                            "The next check-in"};
inline constexpr Text next_check_in = "Check in again on {}, or earlier if you like.";
inline constexpr Text proposals = "What you could change in the plan";
inline constexpr Text evidence = "what you wrote about the last return to use";
inline constexpr Text add_trigger = "Add this situation to the plan: {}.";
inline constexpr Text add_strategy = "Add a strategy for this situation: {}.";
inline constexpr Text not_tried =
    "This was in the plan and not within reach at that moment: {}. What would bring it "
    "closer?";
inline constexpr Text did_not_carry =
    "You tried this and it did not carry this time: {}. Change it, or put another one "
    "first?";
inline constexpr Text add_sign = "Add this warning sign to the plan: {}.";
inline constexpr Text own_idea = "Put your own idea into the plan: {}.";
}  // namespace after

namespace review {
inline constexpr Text title = "Looking back together";
inline constexpr Text check_ins = "Check-ins";
inline constexpr Text answered = "{} of {} check-ins were answered.";
inline constexpr Text signs = "What came before strain";
inline constexpr Text sign_evidence =
    "Before {} of {} rises, {} ahead on average; as often by chance with probability {}.";
inline constexpr Text situations = "Situations that came up";
inline constexpr Text situation = "{}: {} times";
inline constexpr Text met_times = "It came up {} times.";
inline constexpr Text actions = "What you tried";
inline constexpr Text action = "{}: {}";
inline constexpr std::array<Text, 5> verdicts{"helped", "helped at times",
                                              "did not help much", "too early to say",
                                              "not tried yet"};
inline constexpr Text tries = "Tried {} times; it helped {} of 10 on average.";
inline constexpr Text not_tried = "Suggested and not tried {} times.";
inline constexpr Text proposals = "What you could change in the plan";
inline constexpr Text add_sign = "Add this warning sign to the plan: {}.";
inline constexpr Text add_action = "Add what helped to the plan: {}.";
inline constexpr Text retire_action = "Put something else in the place of this: {}.";
inline constexpr Text reach_action =
    "This is in the plan and was not tried yet: {}. What would bring it closer?";
inline constexpr Text dates = "When to look again";
inline constexpr Text due = "{}: {}";
inline constexpr std::array<Text, 3> occasions{"Each week", "Each month",
                                               "After a return to use"};
}  // namespace review

namespace length {
inline constexpr Text hour = "1 hour";
inline constexpr Text hours = "{} hours";
inline constexpr Text day = "1 day";
inline constexpr Text days = "{} days";
}  // namespace length

}  // namespace relapse::care::words
