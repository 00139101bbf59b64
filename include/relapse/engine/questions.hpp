#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/model/model.hpp>

#include <string>
#include <vector>

/// Which questions to ask. Source: Lindley 1956 (expected information of an experiment).
namespace relapse {

struct PersonRecord;

/// What the answer to an item is expected to tell, in bits, about whether there will be
/// use within the horizon of the level: h(sum_y p_y r_y) - sum_y p_y h(r_y), where p_y is
/// the probability that y is answered, r_y the risk that the level would then be cut
/// from, and h the entropy of a yes or no.
struct ItemInformation {
  std::string item;
  double bits = 0.0;  ///< 0 or above

  bool operator==(const ItemInformation&) const = default;
};

/// How many questions a model may be asked to choose: at least those that are always
/// among them (use and safety, unless `asked` says that they are not asked daily), at
/// most all that are asked.
struct QuestionBounds {
  int least = 0;
  int most = 0;
};
/// The bounds of a model.
QuestionBounds question_bounds(const Model& model);

/// The information of each item that can still be answered in a check-in, in the order of
/// the document. The probabilities are those of the model: of a sign those that the
/// belief gives to its answers, of a determinant those of its `simulate` law about the
/// person's own mean, from the last answer on; without such a law all whole answers of
/// the scale are equally likely. An item without either is left out.
/// @param so_far time of the check-in, and what was answered in it up to now
std::vector<ItemInformation> information(const PersonRecord& record,
                                         const CheckIn& so_far, const Model& model);

/// The items to ask next, at most `count`: use and safety first, then those of use and
/// safety that are due (`after_use` in the week after a report of use; of the weekly ones
/// of safety another each day), then the rest by information. What is asked at the start
/// is not asked again, what is asked after use alone not at other times. Throws
/// InvalidInput for a count out of `question_bounds`.
std::vector<std::string> next_questions(int count, const PersonRecord& record,
                                        const CheckIn& so_far, const Model& model);

/// The items of a daily check-in that say most of somebody of whom nothing is known.
/// Throws as `next_questions` does.
std::vector<std::string> short_form(int count, const Model& model);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/questions.ipp>
#endif
