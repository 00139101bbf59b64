#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/model/model.hpp>

#include <optional>
#include <span>

namespace relapse {

/// What was answered to one instrument.
struct InstrumentResponse {
  Instrument instrument;
  Response response;  ///< by item of the instrument, in the order of its document
};

/// Throws InvalidInput, which names the item of the model, unless every item that refers
/// to this instrument (`"instrument"` in the model document) finds what it refers to with
/// the range that the reference states (`from`), or else with the very range that it has
/// itself, at least one does, and every flag of the instrument is one of the model's.
void require_match(const Instrument& instrument, const Model& model);

/// Adds responses to a check-in: the answers of the items that refer to the instruments,
/// missing ones as `unknown`, and the flags of their safety items. An item that the
/// check-in answers keeps its answer, but a flag that an instrument raises is raised. Of
/// several values for one item the most adverse is taken. A value in proportion becomes
/// the nearest level where the item has levels, the higher of two. Throws as
/// `require_match` and `score_instrument` do, and then leaves the check-in as it was.
void add_answers(std::span<const InstrumentResponse> responses, const Model& model,
                 CheckIn& check_in);
/// Adds the answers about safety alone, of responses that were refused: those that raise
/// a flag, and NaN for one that cannot be read.
void add_alarms(std::span<const InstrumentResponse> responses, const Model& model,
                CheckIn& check_in);
/// The same as the first for one response.
/// @param response by item of the instrument, in the order of its document
void add_answers(const Instrument& instrument,
                 std::span<const std::optional<double>> response, const Model& model,
                 CheckIn& check_in);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/instrument_answers.ipp>
#endif
