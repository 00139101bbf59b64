#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/instrument_score.hpp>
#include <relapse/model/model.hpp>

#include <optional>
#include <span>

namespace relapse {

/// Throws InvalidInput, which names the item of the model, unless every item that refers
/// to this instrument (`"instrument"` in the model document) finds what it refers to with
/// the very range that it has itself, at least one does, and every flag of the instrument
/// is one of the model's.
void require_match(const Instrument& instrument, const Model& model);

/// Adds a response to a check-in: the answers of the items that refer to the instrument,
/// missing ones as `unknown`, and the flags of its safety items. Throws as
/// `require_match` and `score_instrument` do, and then leaves the check-in as it was.
/// @param response by item of the instrument, in the order of its document
void add_answers(const Instrument& instrument,
                 std::span<const std::optional<double>> response, const Model& model,
                 CheckIn& check_in);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/instrument_answers.ipp>
#endif
