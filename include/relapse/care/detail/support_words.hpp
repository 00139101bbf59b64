#pragma once

#include <relapse/domain/wording.hpp>

#include <array>

/// What the room `care` says about medication, dates ahead, goals, support and the people
/// around somebody; as `care/words.hpp`, in the same style.
namespace relapse::care::words {

namespace medication {
/// As `MedicationClass`.
inline constexpr std::array<Phrase, 6> classes{{
    {"medication.class.opioid_agonist", "opioid agonist"},
    {"medication.class.opioid_antagonist", "opioid antagonist"},
    {"medication.class.aversive", "makes drinking dangerous"},
    {"medication.class.anti_craving", "against craving"},
    {"medication.class.other", "other medication"},
    {"medication.class.unknown", "not known here what kind of medication this is"},
}};
/// What matters about a class, as `MedicationClass`; empty: nothing beside its name.
inline constexpr std::array<Phrase, 6> notes{{
    {"medication.note.opioid_agonist",
     "After two or more missed days: speak with the prescriber before the next dose. The body tolerates less, and the usual dose can then be too much."},
    {"medication.note.opioid_antagonist",
     "After four or more missed days, or a return to use: not again before the prescriber has said so."},
    {"medication.note.aversive",
     "After drinking: not again before the prescriber has said so."},
    {"medication.note.anti_craving", "After a return to use: let the prescriber know."},
    {"medication.note.other", "Doses missed: do as the prescriber said."},
    {"medication.note.unknown",
     "Doses missed, or a return to use: ask the prescriber before the next dose."},
}};
inline constexpr Phrase prescriber_first{"medication.prescriber_first",
                                         "Speak with {0} before the next dose of {1}"};
inline constexpr Phrase prescriber{"medication.prescriber", "your prescriber"};
inline constexpr Phrase doses_missed{
    "medication.doses_missed",
    "You told of {0} without it: what is right now is for the prescriber to say."};
inline constexpr Phrase lost_tolerance_until{"medication.lost_tolerance_until",
                                             "This notice stands until {0}."};
}  // namespace medication

namespace ahead {
inline constexpr Phrase title{"ahead.title", "Dates ahead that may be hard"};
inline constexpr Phrase on{"ahead.on", "{0}: {1}"};
inline constexpr Phrase from_to{"ahead.from_to", "{0} to {1}: {2}"};
inline constexpr Phrase yearly{"ahead.yearly", "each year on {0}"};
inline constexpr Phrase season{"ahead.season", "each year from {0} to {1}"};
inline constexpr Phrase pay_day{"ahead.pay_day", "each month, pay day on day {0}"};
inline constexpr Phrase day_of_year{"ahead.day_of_year", "{0} {1}"};
}  // namespace ahead

namespace goal {
inline constexpr Phrase title{"goal.title", "What I want beyond recovery"};
inline constexpr Phrase by{"goal.by", "by {0}"};
inline constexpr Phrase done{"goal.done", "{0} (done)"};
inline constexpr Phrase appointments{"goal.appointments", "Appointments"};
inline constexpr Phrase homework{"goal.homework", "To try until then"};
inline constexpr Phrase from{"goal.from", "from {0}"};
/// As `AppointmentState`.
inline constexpr std::array<Phrase, 3> states{{
    {"goal.state.planned", "planned"},
    {"goal.state.kept", "kept"},
    {"goal.state.missed", "missed"},
}};
}  // namespace goal

namespace check {
inline constexpr Phrase medication_not_known{
    "check.medication_not_known",
    "It is not known here what kind of medication this is: {0}. State its class, or ask the prescriber."};
inline constexpr Phrase medication_nearly{
    "check.medication_nearly",
    "It is not known here what kind of medication this is: {0}. Is it {1}?"};
inline constexpr Phrase medication_several{
    "check.medication_several",
    "This names medications of several kinds; give each an entry of its own: {0}"};
inline constexpr Phrase homework_due{"check.homework_due",
                                     "The date of this has come: {0}. How did it go?"};
inline constexpr Phrase appointment_past{
    "check.appointment_past", "This appointment is past: {0}. Was it kept or missed?"};
}  // namespace check

/// For people whom the person lets share in the plan.
namespace family {
inline constexpr Phrase title{"family.title", "For people who are with {0}"};
inline constexpr Phrase somebody{"family.somebody", "somebody in recovery"};
inline constexpr Phrase emergency{"family.emergency", "In an emergency"};
inline constexpr std::array<Phrase, 3> emergency_lines{{
    {"family.emergency.1",
     "In danger, or not sure: call the local emergency number now and stay with the person."},
    {"family.emergency.2",
     "Opioids may be involved and somebody does not wake up or hardly breathes: call, give naloxone if there is some, lay the person on the side, stay."},
    {"family.emergency.3",
     "Talk of ending life: ask openly, do not leave the person alone, get help."},
}};
inline constexpr Phrase know{"family.know", "Good to know"};
inline constexpr std::array<Phrase, 3> know_lines{{
    {"family.know.1",
     "Dependence is a health condition; recovery takes time, and a return to use can be part of the way. Nobody chose it."},
    {"family.know.2",
     "Strain often shows weeks before: withdrawing from others, bad sleep, missed meetings, few words about feelings."},
    {"family.know.3",
     "Medication for recovery is treatment, not another dependence. Do not press anybody to stop it."},
}};
inline constexpr Phrase helps{"family.helps", "What helps"};
inline constexpr std::array<Phrase, 4> helps_lines{{
    {"family.helps.1",
     "Listen first. Say what you have seen, that you care, and ask how it is."},
    {"family.helps.2", "Notice what goes well and say so, small things too."},
    {"family.helps.3", "Do something together without alcohol or other substances."},
    {"family.helps.4",
     "After a return to use: stay calm, see to safety, help to reach professional support, talk about the rest later."},
}};
inline constexpr Phrase avoid{"family.avoid", "What rarely helps"};
inline constexpr std::array<Phrase, 3> avoid_lines{{
    {"family.avoid.1",
     "Reproaches, threats, searching in secret, talks while somebody is intoxicated."},
    {"family.avoid.2",
     "Taking everything over. Say clearly what you can do and what not."},
    {"family.avoid.3",
     "Carrying it alone: groups and counselling for families exist, for you too."},
}};
inline constexpr Phrase shared{"family.shared", "What {0} shares with you"};
}  // namespace family

/// For those who treat or support somebody together.
namespace summary {
inline constexpr Phrase title{"summary.title", "Summary for the care team"};
inline constexpr Phrase about{"summary.about", "{0}, for {1}, {2}"};
inline constexpr Phrase now{"summary.now", "How things stand"};
inline constexpr Phrase level{"summary.level", "Level: {0}"};
inline constexpr Phrase stage{"summary.stage", "Most likely stage: {0}"};
inline constexpr Phrase last_use{"summary.last_use", "Last use that was told: {0}"};
inline constexpr Phrase not_shared{
    "summary.not_shared",
    "The person has not agreed to share how things stand; ask the person."};
inline constexpr Phrase flags{"summary.flags", "Safety first"};
inline constexpr Phrase support{
    "summary.support",
    "Decision support for professionals, no diagnosis. What is not shared is not shown."};
}  // namespace summary

namespace support {
/// As `SupportChange`.
inline constexpr std::array<Phrase, 3> changes{{
    {"support.change.step_down", "Support can become less, step by step."},
    {"support.change.stay", "Support stays as it is."},
    {"support.change.step_up", "More support is due now."},
}};
inline constexpr Phrase used{"support.used", "There was a return to use on {0}."};
inline constexpr Phrase high_days{"support.high_days",
                                  "The level was {0} or above {1} within {2}."};
inline constexpr Phrase lasting{
    "support.lasting",
    "The level was {0} or above at some time in each of the last {1} weeks."};
inline constexpr Phrase calm{
    "support.calm",
    "In each of the last {0} weeks there were check-ins, the level was never above {1}, and no use was told."};
inline constexpr Phrase too_short{"support.too_short",
                                  "There are not yet {0} weeks in a row with check-ins."};
inline constexpr Phrase not_calm{
    "support.not_calm", "The level was above {0} on {1}, less than {2} weeks ago."};
}  // namespace support

}  // namespace relapse::care::words
