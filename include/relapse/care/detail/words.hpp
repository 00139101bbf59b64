#pragma once

#include <relapse/domain/phrases.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

/// Everything that the room `care` says to a person, in one place and in plain words that
/// put the person first; the catalogue has it in other languages. Source of the style:
/// NIDA "Words Matter"; American Psychological Association guidance on person-first
/// language.
namespace relapse::care::words {

/// An id of a document as words.
inline std::string spaced(std::string id) {
  std::replace(id.begin(), id.end(), '_', ' ');
  return id;
}

/// A label of a document in the language, or else its id as words.
inline std::string labelled(const std::string& label, const std::string& id,
                            const Wording& say) {
  return label.empty() ? spaced(id) : std::string(say.known(label));
}

/// A situation in the person's words, or else the category's.
inline std::string_view situation(const Trigger& trigger, const Wording& say) {
  if (!trigger.words.empty()) return trigger.words;
  const auto* category = phrases::situation(trigger.situation);
  return category == nullptr ? std::string_view(trigger.situation) : say(*category);
}

inline constexpr Phrase date{"date.long", "{0} {1} {2}"};
inline constexpr std::array<Phrase, 12> months{{
    {"date.month.01", "January"},
    {"date.month.02", "February"},
    {"date.month.03", "March"},
    {"date.month.04", "April"},
    {"date.month.05", "May"},
    {"date.month.06", "June"},
    {"date.month.07", "July"},
    {"date.month.08", "August"},
    {"date.month.09", "September"},
    {"date.month.10", "October"},
    {"date.month.11", "November"},
    {"date.month.12", "December"},
}};
inline constexpr std::array<Phrase, 7> weekdays{{
    {"weekday.monday", "Monday"},
    {"weekday.tuesday", "Tuesday"},
    {"weekday.wednesday", "Wednesday"},
    {"weekday.thursday", "Thursday"},
    {"weekday.friday", "Friday"},
    {"weekday.saturday", "Saturday"},
    {"weekday.sunday", "Sunday"},
}};
inline constexpr Phrase decimal_sign{"number.decimal", "."};
inline constexpr Phrase last_and{"driver.and", " and "};

namespace plan {
inline constexpr Phrase title{"plan.title", "My recovery plan"};
inline constexpr Phrase version{"plan.version", "Version {0}"};
inline constexpr Phrase version_of{"plan.version_of", "Version {0}, {1}"};
inline constexpr Phrase review_on{"plan.review_on", "next look at it together on {0}"};
inline constexpr Phrase safety{"plan.safety", "In an emergency"};
inline constexpr Phrase call_first{
    "plan.call_first", "In danger, or not sure: call {0} now. Everything else can wait."};
inline constexpr Phrase lost_tolerance{"plan.lost_tolerance",
                                       "If opioids may be involved: {0}"};
inline constexpr Phrase reasons{"plan.reasons", "Why I do this"};
inline constexpr Phrase triggers{"plan.triggers",
                                 "Situations that are hard for me, and what I do then"};
inline constexpr Phrase primary{"plan.primary", "{0} (the hardest one)"};
inline constexpr Phrase signs{"plan.signs", "What tells me that strain is building"};
inline constexpr Phrase strategies{"plan.strategies", "What helps me"};
inline constexpr Phrase not_now{"plan.not_now", "{0} (not possible at present)"};
inline constexpr Phrase contacts{"plan.contacts", "People who are with me"};
inline constexpr Phrase agreed{"plan.agreed", "I agreed that {0} may be: {1}"};
inline constexpr Phrase agreed_to_nothing{"plan.agreed_to_nothing",
                                          "Is not contacted without asking me first"};
inline constexpr Phrase routine{"plan.routine", "What holds my day together"};
inline constexpr Phrase medication{"plan.medication", "Medication"};
inline constexpr Phrase meetings{"plan.meetings", "Meetings"};
inline constexpr Phrase rules{"plan.rules", "Who is told, and when"};
inline constexpr Phrase copies{"plan.copies", "Who has a copy"};
inline constexpr Phrase copy_version{"plan.copy_version", "{0}, version {1}"};
inline constexpr Phrase definition{"plan.definition",
                                   "How we talk about a return to use"};
inline constexpr Phrase definition_lapse{"plan.definition_lapse",
                                         "A return to use is first of all a lapse."};
inline constexpr Phrase definition_relapse{"plan.definition_relapse",
                                           "We speak of a relapse from {0} on."};
inline constexpr Phrase heavy_day{"plan.heavy_day", "a day with {0} or more"};
inline constexpr Phrase days_in_a_row{"plan.days_in_a_row", "{0} of use in a row"};
inline constexpr Phrase days_in_a_week{"plan.days_in_a_week", "{0} of use within a week"};
inline constexpr Phrase days_of_recovery{
    "plan.days_of_recovery",
    "Days in recovery, and what they taught me, stay mine whatever happens."};

inline constexpr Phrase rule_level{"plan.rule_level",
                                   "{0} is told when the level is {1} or above{2}"};
inline constexpr Phrase rule_flag{"plan.rule_flag", "{0} is told when I report: {1}{2}"};
inline constexpr Phrase rule_silence{"plan.rule_silence",
                                     "{0} is told when I have not checked in for {1}"};
inline constexpr Phrase rule_days{"plan.rule_days", " on {0} of {1} days"};
inline constexpr Phrase rule_nudge_first{"plan.rule_nudge_first",
                                         "I hear first, and have {0} before that"};
inline constexpr Phrase rule_cool_down{"plan.rule_cool_down", "not again within {0}"};
inline constexpr Phrase rule_quiet{"plan.rule_quiet", "not between {0} and {1}"};
inline constexpr Phrase rule_expires{"plan.rule_expires", "until {0}"};

inline constexpr Phrase consent_support{"plan.consent_support", "asked for support"};
inline constexpr Phrase consent_contact_rule{"plan.consent_contact_rule",
                                             "told by a rule below"};
inline constexpr Phrase consent_after_use{"plan.consent_after_use",
                                          "told after a return to use"};
inline constexpr Phrase consent_share_plan{"plan.consent_share_plan",
                                           "given a copy of parts of this plan"};
inline constexpr Phrase consent_share_state{"plan.consent_share_state",
                                            "told how things stand"};
}  // namespace plan

namespace check {
inline constexpr Phrase no_crisis_step{
    "check.no_crisis_step",
    "There is no crisis step of your own: what would you do first?"};
inline constexpr Phrase no_contact{"check.no_contact",
                                   "There is nobody in the plan to reach out to."};
inline constexpr Phrase no_contact_for_high{
    "check.no_contact_for_high",
    "No rule tells anybody when the level is high. Is that what you want?"};
inline constexpr Phrase trigger_without_strategy{
    "check.trigger_without_strategy", "No strategy is meant for this situation: {0}"};
inline constexpr Phrase strategy_of_no_model{
    "check.strategy_of_no_model",
    "The catalogue does not know this action, and it has no words of its own: {0}"};
inline constexpr Phrase sign_of_no_stage{"check.sign_of_no_stage",
                                         "The model does not know the stage of: {0}"};
inline constexpr Phrase sign_of_no_item{"check.sign_of_no_item",
                                        "The model does not ask about: {0}"};
inline constexpr Phrase rule_of_no_flag{
    "check.rule_of_no_flag", "The model does not know the flag of a rule: {0}"};
inline constexpr Phrase rule_without_consent{
    "check.rule_without_consent",
    "A rule would tell {0}, but the plan holds no consent for that."};
inline constexpr Phrase no_channel{"check.no_channel",
                                   "It is not written down how to reach {0}."};
inline constexpr Phrase no_reasons{
    "check.no_reasons", "The plan does not say yet why recovery matters to you."};
inline constexpr Phrase no_signs{"check.no_signs",
                                 "The plan names no warning signs of your own."};
inline constexpr Phrase no_strategies{"check.no_strategies",
                                      "The plan names no strategies of your own."};
inline constexpr Phrase no_review{"check.no_review",
                                  "There is no date for the next look at the plan."};
inline constexpr Phrase review_due{"check.review_due",
                                   "It is time for a look at the plan together."};
inline constexpr Phrase quiet_without_zone{
    "check.quiet_without_zone",
    "There are quiet hours, but the plan does not say in which time zone."};
inline constexpr Phrase copy_is_old{"check.copy_is_old",
                                    "{0} has an earlier version of the plan."};
}  // namespace check

/// What is wrong with a rule, after "it".
namespace rule {
inline constexpr Phrase nobody{"rule.nobody", "names nobody of the plan's contacts"};
inline constexpr Phrase too_many_days{"rule.too_many_days",
                                      "wants more days than it looks back"};
inline constexpr Phrase negative{"rule.negative", "has a length of time below 0"};
inline constexpr Phrase no_silence{"rule.no_silence",
                                   "has a silence that is no length of time"};
inline constexpr Phrase two_states{"rule.two_states", "waits for two states"};
inline constexpr Phrase days_of_silence{
    "rule.days_of_silence", "counts days of a silence, which has a length of its own"};
inline constexpr Phrase half_quiet{"rule.half_quiet", "has half quiet hours"};
inline constexpr Phrase no_times{"rule.no_times",
                                 "has quiet hours that are no times of day"};
inline constexpr Phrase all_day{"rule.all_day", "is quiet all day"};
inline constexpr Phrase expires_early{"rule.expires_early",
                                      "expires before the plan was made"};
inline constexpr Phrase number{"rule.number", "contact rule {0}"};
inline constexpr Phrase same_words{
    "rule.same_words", "is known by the same words as {0}; one of them needs an id"};
inline constexpr Phrase says_no_more{"rule.says_no_more", "never says more than {0}"};
inline constexpr Phrase another_way{
    "rule.another_way", "wants the same state handled in another way than {0}"};
}  // namespace rule

namespace contact {
inline constexpr Phrase told{"contact.told", "The rule holds: {0} is told."};
inline constexpr Phrase nudged{"contact.nudged",
                               "The rule holds: you hear first, then {0}."};
inline constexpr Phrase not_reached{"contact.not_reached",
                                    "What the rule waits for does not hold now."};
inline constexpr Phrase not_sustained{"contact.not_sustained",
                                      "It held {0}; the rule wants {1} of {2}."};
inline constexpr Phrase waiting{"contact.waiting",
                                "You heard first, and there is time to answer."};
inline constexpr Phrase cooling_down{"contact.cooling_down",
                                     "It is too soon after the last message about {0}."};
inline constexpr Phrase quiet_hours{"contact.quiet_hours", "It is quiet until {0}."};
inline constexpr Phrase expired{"contact.expired", "The rule has ended."};
inline constexpr Phrase no_consent{"contact.no_consent",
                                   "There is no consent to tell {0} by a rule."};
inline constexpr Phrase already_told{"contact.already_told",
                                     "{0} is told by another rule just now."};
}  // namespace contact

namespace suggest {
inline constexpr Phrase safety_first{"suggest.safety_first",
                                     "Your answers say that safety comes first now."};
inline constexpr Phrase reach_help{
    "suggest.reach_help", "Get in touch with someone who can help now, or with {0}."};
inline constexpr Phrase own_crisis_step{"suggest.own_crisis_step",
                                        "You wrote this step into your crisis plan."};
inline constexpr Phrase chosen{"suggest.chosen",
                               "You chose this for moments like this one."};
inline constexpr Phrase suits{"suggest.suits", "It suits where you are now."};
inline constexpr Phrase suits_either_way{
    "suggest.suits_either_way",
    "It does good either way, while it is not clear whether there was use."};
// Not always the person told of it.
inline constexpr Phrase told_of_use{"suggest.told_of_use", "Use was told of."};
inline constexpr Phrase told_of_use_ago{"suggest.told_of_use_ago",
                                        "Use was told of; it was {0} ago."};
inline constexpr Phrase tested{
    "suggest.tested", "A test was positive on {0}: it is good to talk about that."};
inline constexpr Phrase doubted{
    "suggest.doubted",
    "Use on {0} was told of and is not sure: it is good to talk about that."};
inline constexpr Phrase safety_told{"suggest.safety_told",
                                    "There was an answer about safety: {0}."};
inline constexpr Phrase safety_told_ago{"suggest.safety_told_ago",
                                        "There was an answer about safety {1} ago: {0}."};
inline constexpr Phrase silent{"suggest.silent", "The last answer was {0} ago."};
inline constexpr Phrase check_in{
    "suggest.check_in",
    "Check in again, a few answers are enough, or let somebody you trust know how it is"};
inline constexpr Phrase told_of{"suggest.told_of", "You told of this: {0}."};
// Each today, and when last asked.
inline constexpr std::array<Phrase, 2> strong{
    {{"suggest.is_strong", "{0} is strong today."},
     {"suggest.was_strong", "{0} was strong when last asked, {1} ago."}}};
inline constexpr std::array<Phrase, 2> there{
    {{"suggest.is_there", "{0} is there today."},
     {"suggest.was_there", "{0} was there when last asked, {1} ago."}}};
inline constexpr std::array<Phrase, 2> raised{
    {{"suggest.is_raised", "{0} stands out today."},
     {"suggest.was_raised", "{0} stood out when last asked, {1} ago."}}};
inline constexpr Phrase met{"suggest.met", "You met this: {0}."};
inline constexpr Phrase lies_ahead{"suggest.lies_ahead", "This lies ahead: {0}."};
inline constexpr Phrase eases_way_back{
    "suggest.eases_way_back", "This step works on: {0}. That makes the way back easier."};
inline constexpr Phrase eases_risk{
    "suggest.eases_risk",
    "This step works on: {0}. The risk of a return to use within {1} goes from {2} to {3}."};
inline constexpr Phrase next_day{"suggest.next_day", "the next day"};
inline constexpr Phrase next_days{"suggest.next_days", "the next {0} days"};
inline constexpr Phrase reach_somebody{
    "suggest.reach_somebody",
    "Be with somebody you trust now, or talk to somebody; at any time: {0}."};
inline constexpr Phrase support_now{"suggest.support_now",
                                    "At a moment like this one, nobody should be alone."};
inline constexpr Phrase talk_to_somebody{
    "suggest.talk_to_somebody",
    "Talk to somebody you trust today, or call or text a helpline."};
inline constexpr Phrase support_today{
    "suggest.support_today", "On a day like this one it is good to talk to somebody."};
inline constexpr Phrase if_trigger{"suggest.if_trigger", "If I am here: {0}, then: {1}."};
inline constexpr Phrase if_felt{"suggest.if_felt", "If I notice {0}, then: {1}."};
inline constexpr Phrase if_hard{"suggest.if_hard", "If it gets hard, then: {0}."};
}  // namespace suggest

namespace crisis {
inline constexpr Phrase reach{"crisis.reach", "{0} ({1})"};
inline constexpr Phrase resource{"crisis.resource", "{0}: {1}"};
inline constexpr Phrase to_text{"crisis.to_text", "text {0}"};
}  // namespace crisis

namespace after {
inline constexpr Phrase title{"after.title", "After a return to use"};
inline constexpr Phrase kept{"after.kept", "{0}: all of that is kept."};
inline constexpr Phrase kept_days{"after.kept.days", "{0} in recovery"};
inline constexpr Phrase kept_without{"after.kept.without", "{0} reported without use"};
inline constexpr Phrase kept_back{"after.kept.back", "{0} back on the way"};
inline constexpr std::array<Phrase, 10> kinds{{
    {"after.kind.safety", "Safety first"},
    {"after.kind.medical", "Your body"},
    {"after.kind.stop", "Stop here"},
    {"after.kind.contact", "Reach somebody"},
    {"after.kind.reframe", "What this is"},
    {"after.kind.learning", "What there is to learn"},
    {"after.kind.plan", "Your plan"},
    {"after.kind.services", "Professional support"},
    {"after.kind.family", "Family, friends and peers"},
    {"after.kind.check_in", "The next check-in"},
}};
inline constexpr Phrase next_check_in{"after.next_check_in",
                                      "Check in again on {0}, or earlier if you like."};
inline constexpr Phrase proposals{"after.proposals", "What you could change in the plan"};
inline constexpr Phrase evidence{"after.evidence",
                                 "what you wrote about the last return to use"};
inline constexpr Phrase add_trigger{"after.add_trigger",
                                    "Add this situation to the plan: {0}."};
inline constexpr Phrase add_strategy{"after.add_strategy",
                                     "Add a strategy for this situation: {0}."};
inline constexpr Phrase not_tried{
    "after.not_tried",
    "This was in the plan and not within reach at that moment: {0}. What would bring it closer?"};
inline constexpr Phrase did_not_carry{
    "after.did_not_carry",
    "You tried this and it did not carry this time: {0}. Change it, or put another one first?"};
inline constexpr Phrase add_sign{"after.add_sign",
                                 "Add this warning sign to the plan: {0}."};
inline constexpr Phrase own_idea{"after.own_idea",
                                 "Put your own idea into the plan: {0}."};
}  // namespace after

namespace review {
inline constexpr Phrase title{"review.title", "Looking back together"};
inline constexpr Phrase check_ins{"review.check_ins", "Check-ins"};
inline constexpr Phrase answered{"review.answered", "Check-ins answered: {0} of {1}."};
inline constexpr Phrase signs{"review.signs", "What came before strain"};
inline constexpr Phrase sign_evidence{
    "review.sign_evidence",
    "Before {0} of {1} rises, {2} ahead on average; as often by chance with probability {3}."};
inline constexpr Phrase situations{"review.situations", "Situations that came up"};
inline constexpr Phrase situation{"review.situation", "{0}: {1}"};
inline constexpr Phrase met_times{"review.met_times", "It came up {0}."};
inline constexpr Phrase actions{"review.actions", "What you tried"};
inline constexpr Phrase action{"review.action", "{0}: {1}"};
inline constexpr std::array<Phrase, 5> verdicts{{
    {"review.verdict.helped", "helped"},
    {"review.verdict.mixed", "helped at times"},
    {"review.verdict.did_not_help", "did not help much"},
    {"review.verdict.too_early", "too early to say"},
    {"review.verdict.never_tried", "not tried yet"},
}};
inline constexpr Phrase tries{"review.tries",
                              "Tried {0}; it helped {1} of 10 on average."};
inline constexpr Phrase not_tried{"review.not_tried", "Suggested and not tried {0}."};
inline constexpr Phrase no_follow_up{"review.no_follow_up",
                                     "Nobody has said yet whether it was tried."};
inline constexpr Phrase proposals{"review.proposals",
                                  "What you could change in the plan"};
inline constexpr Phrase add_sign{"review.add_sign",
                                 "Add this warning sign to the plan: {0}."};
inline constexpr Phrase add_action{"review.add_action",
                                   "Add what helped to the plan: {0}."};
inline constexpr Phrase retire_action{"review.retire_action",
                                      "Put something else in the place of this: {0}."};
inline constexpr Phrase reach_action{
    "review.reach_action",
    "This is in the plan and was not tried yet: {0}. What would bring it closer?"};
inline constexpr Phrase dates{"review.dates", "When to look again"};
inline constexpr Phrase due{"review.due", "{0}: {1}"};
inline constexpr Phrase due_now{"review.due_now", "{0}: now"};
inline constexpr Phrase due_again{"review.due_again", "{0}: now, and again on {1}"};
inline constexpr std::array<Phrase, 3> occasions{{
    {"review.occasion.weekly", "Each week"},
    {"review.occasion.monthly", "Each month"},
    {"review.occasion.after_use", "After a return to use"},
}};
}  // namespace review

namespace length {
inline constexpr Phrase hour{"length.hour", "1 hour"};
inline constexpr Phrase hours{"length.hours", "{0} hours"};
inline constexpr Phrase day{"length.day", "1 day"};
inline constexpr Phrase days{"length.days", "{0} days"};
inline constexpr Phrase on_day{"length.on_day", "on 1 day"};
inline constexpr Phrase on_days{"length.on_days", "on {0} days"};
inline constexpr Phrase once{"length.once", "once"};
inline constexpr Phrase times{"length.times", "{0} times"};

/// How often something was.
inline std::string times_in_words(int count, const Wording& say) {
  return count == 1 ? std::string(say(once)) : say(times, {std::to_string(count)});
}
}  // namespace length

}  // namespace relapse::care::words
