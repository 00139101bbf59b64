#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/instruments/instrument.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/model/model.hpp>

#include <string>
#include <string_view>

/// Answers to items of instruments that raise a flag, where names of a model's items are
/// wanted: none of them is lost.
namespace relapse::io {

/// What is left of the name of an instrument's item whatever its case, its marks, zeros
/// before its numbers and the word for a question: `phq99` of "PHQ-9 item 09".
std::string item_key(std::string_view name);

/// An item of an instrument that comes with the library.
struct FlaggedItem {
  const Instrument* instrument = nullptr;
  int index = 0;

  const std::string& id() const { return instrument->item(index).id; }
  /// As a column, `phq9_9`.
  std::string column() const { return instrument->document().id + '_' + id(); }
};

/// The item with a flag that a name means, in a group, as a choice and in any spelling;
/// null where it means none.
const FlaggedItem* flagged_item(std::string_view name);

/// What is wrong with a check-in that was refused; of such a name, where it should stand.
std::string problem_of(const CheckInError& error);

/// The response to an instrument that one answer is; NaN stands for what is no number.
InstrumentResponse response_of(const FlaggedItem& item, const AnswerValue& value);

/// What a text that `parse_check_in` refuses says of person, time and answers, as far as
/// it can be read: for `Monitor::raise_flags`, so that no flag is lost to a mistake
/// beside it. An answer counts under its key, and under any text or item of an instrument
/// that names it where it stands. One that is no number and no text, and a time that is
/// none, are NaN; an answer given twice stands twice. Throws nothing.
CheckIn parse_what_is_there(std::string_view json);

/// Adds to a check-in that was refused what its answers under such names raise.
void add_flagged_items(const Model& model, CheckIn& check_in);

/// The refusal of a check-in by a monitor, which takes in the flags that all of its
/// answers raise.
CheckInError refusal(const CheckInError& error, CheckIn check_in, Monitor& monitor);

namespace detail {

/// Where the name of an answer may stand: as its key, or before it in a list; or in any
/// text of the object that holds it as well.
enum class Named { by_key, by_any_text };

/// As `parse_what_is_there`.
CheckIn what_is_there(std::string_view json, Named named);

}  // namespace detail

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/flagged_items.ipp>
#endif
