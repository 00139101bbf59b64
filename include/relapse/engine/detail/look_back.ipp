#pragma once

#include <relapse/engine/detail/crew.hpp>
#include <relapse/engine/detail/prepare.hpp>
#include <relapse/engine/look_back.hpp>
#include <relapse/infer/detail/decode.hpp>
#include <relapse/infer/detail/smooth.hpp>

#include <algorithm>

namespace relapse {
namespace detail {

/// One person of a batch as a panel of its own, so that memory does not grow with the
/// data set.
class LookingBack {
 public:
  LookingBack(engine::Rows& rows, const Model& model, SameTime same_time)
      : rows_(&rows), model_(&model), same_time_(same_time) {}

  /// Calls look(sequence, law, rows, visits) for a person who has check-ins.
  template <class Look>
  void at(std::size_t person, Look look) const {
    const auto sorted = rows_->sorted(person);
    if (sorted.empty()) return;
    infer::Panel panel(*model_);
    engine::add_person(*rows_, sorted, *model_, same_time_, panel);
    const infer::PanelLaw law(panel, *model_);
    const auto& sequence = panel.persons().front();
    const auto visits = visits_of(sequence);
    try {
      look(sequence, law, sorted, std::span<const std::size_t>(visits));
    } catch (const CheckInError& error) {
      const std::size_t visit = error.place().row.value_or(0);
      const auto row = std::lower_bound(visits.begin(), visits.end(), visit);
      throw rows_->refusal(sorted[static_cast<std::size_t>(row - visits.begin())],
                           CheckInError({}, error.problem()));
    } catch (const InvalidInput& error) {
      throw rows_->refusal(sorted.front(), error);
    }
  }

 private:
  /// By check-in: its visit; what happened between two check-ins is one, too.
  static std::vector<std::size_t> visits_of(const infer::Sequence& sequence) {
    std::vector<std::size_t> visits;
    for (std::size_t k = 0; k < sequence.visits.size(); ++k) {
      if (!sequence.visits[k].between) visits.push_back(k);
    }
    return visits;
  }

  engine::Rows* rows_;
  const Model* model_;
  SameTime same_time_;
};

}  // namespace detail

RELAPSE_INLINE Smoothed smooth(const Batch& batch, const Model& model,
                               const ScoreSettings& settings) {
  engine::Rows rows(batch, model);
  engine::Crew crew(rows, settings.threads, settings.progress);
  const auto stages = static_cast<std::size_t>(model.stages());
  const std::size_t moves = model.movement().moves().size();
  Smoothed smoothed;
  smoothed.stages.assign(rows.count() * stages, detail::absent);
  const auto latent = static_cast<std::size_t>(model.latent_numbers());
  smoothed.latent.assign(rows.count() * latent, detail::absent);
  smoothed.days.assign(rows.count() * stages, 0.0);
  smoothed.jumps.assign(rows.count() * moves, 0.0);
  const detail::LookingBack looking(rows, model, settings.same_time);
  crew.run([&](std::size_t person, int) {
    looking.at(person, [&](const auto& sequence, const auto& law, auto sorted,
                           auto visits) {
      const auto found = infer::smooth(sequence, law);
      std::size_t from = 0;  // the visit after the check-in before
      for (std::size_t r = 0; r < sorted.size(); ++r) {
        const std::size_t row = sorted[r];
        const std::size_t k = visits[r];
        for (std::size_t s = 0; s < stages; ++s) {
          smoothed.stages[row * stages + s] =
              found.beliefs[k].stage_mass(static_cast<int>(s));
        }
        for (std::size_t l = 0; l < latent; ++l) {
          smoothed.latent[row * latent + l] =
              found.beliefs[k].mean(model.latent(static_cast<int>(l)));
        }
        const auto add = [row](const std::vector<double>& part, std::vector<double>& to) {
          for (std::size_t j = 0; j < part.size(); ++j)
            to[row * part.size() + j] += part[j];
        };
        for (; from <= k; ++from) {
          add(found.between[from].days, smoothed.days);
          add(found.between[from].jumps, smoothed.jumps);
        }
      }
    });
  });
  return smoothed;
}

RELAPSE_INLINE Decoded decode(const Batch& batch, const Model& model,
                              const ScoreSettings& settings) {
  engine::Rows rows(batch, model);
  engine::Crew crew(rows, settings.threads, settings.progress);
  Decoded decoded;
  decoded.stage.assign(rows.count(), -1);
  const auto latent = static_cast<std::size_t>(model.latent_numbers());
  decoded.latent.assign(rows.count() * latent, detail::absent);
  decoded.log_probability.assign(rows.count(), detail::absent);
  const detail::LookingBack looking(rows, model, settings.same_time);
  crew.run([&](std::size_t person, int) {
    looking.at(
        person, [&](const auto& sequence, const auto& law, auto sorted, auto visits) {
          const auto found = infer::decode(sequence, law);
          for (std::size_t k = 0; k < sorted.size(); ++k) {
            decoded.stage[sorted[k]] = static_cast<std::int8_t>(found.stages[visits[k]]);
            const auto node = static_cast<std::size_t>(found.node);
            for (std::size_t l = 0; l < latent; ++l) {
              decoded.latent[sorted[k] * latent + l] =
                  model.latent(static_cast<int>(l))[node];
            }
            decoded.log_probability[sorted[k]] = found.log_probability;
          }
        });
  });
  return decoded;
}

}  // namespace relapse
