#include <relapse/io/assessment_json.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/answer_quality.hpp>
#include <relapse/risk/assessment.hpp>

#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// A dict from horizon in days to what `read` takes from each estimate.
template <class Read>
py::dict by_horizon(const Assessment& assessment, Read read) {
  py::dict values;
  for (const auto& estimate : assessment.risks) {
    values[plain_number(estimate.within.count)] = read(estimate);
  }
  return values;
}

/// Numbers by the ids of what they are of.
template <class Rules>
py::dict by_id(const Rules& rules, const std::vector<double>& numbers) {
  py::dict found;
  for (std::size_t k = 0; k < numbers.size(); ++k)
    found[py::str(rules[k].id)] = numbers[k];
  return found;
}

py::dict stages_of(const Assessment& assessment) {
  return by_id(assessment.model.document().stages, assessment.stages);
}

py::dict dimensions_of(const Assessment& assessment) {
  return by_id(assessment.model.document().dimensions, assessment.dimensions);
}

/// What outcomes have, by id.
template <class Part>
py::dict by_outcome(const Assessment& assessment, Part OutcomeEstimate::*part) {
  py::dict found;
  for (const auto& outcome : assessment.outcomes)
    found[py::str(outcome.id)] = outcome.*part;
  return found;
}

py::dict missing_of(const Assessment& assessment) {
  py::dict reasons;
  for (std::size_t item = 0; item < assessment.missing.size(); ++item) {
    const auto& reason = assessment.missing[item];
    if (!reason) continue;
    reasons[py::str(assessment.model.document().items[item].item.id)] = word_of(*reason);
  }
  return reasons;
}

std::string show(const Assessment& assessment) {
  char risk[32];
  std::snprintf(risk, sizeof risk, "%.4g", assessment.level_risk);
  std::string text =
      "Assessment(level='" + std::string(name_of(assessment.level)) + "', stage='" +
      assessment.stage_id() + "', risk " + risk + " within " +
      repr_of(plain_number(assessment.model.document().levels.horizon.count)) + " days";
  if (!assessment.flags.empty()) text += ", flags=" + repr_of(py::cast(assessment.flags));
  return text + ")";
}

void bind_driver(py::module_& module) {
  py::class_<Driver>(module, "Driver",
                     "One reason for the change of the risk, or of an outcome.")
      .def_property_readonly(
          "kind", [](const Driver& self) { return word_of(self.kind); },
          "time, known, determinant, sign, excluded or remainder.")
      .def_readonly("id", &Driver::id)
      .def_readonly("contribution", &Driver::contribution, "In units of probability.")
      .def("__repr__", [](const Driver& self) {
        char contribution[32];
        std::snprintf(contribution, sizeof contribution, "%+.4g", self.contribution);
        return "Driver(" + repr_of(word_of(self.kind)) + ", " +
               repr_of(to_python(self.id)) + ", " + contribution + ")";
      });
}

void bind_quality(py::module_& module) {
  py::class_<QualityNote>(module, "QualityNote",
                          "A doubt about the answers of one check-in.")
      .def_readonly("id", &QualityNote::id,
                    "same_answer, too_fast, or a rule of the model document.")
      .def_readonly("items", &QualityNote::items, "That it is about.")
      .def("__repr__",
           [](const QualityNote& self) {
             return "QualityNote(" + repr_of(to_python(self.id)) + ", " +
                    repr_of(py::cast(self.items)) + ")";
           })
      .attr("__module__") = "relapse";
}

std::string show_floor(const Floor& floor) {
  std::string text =
      "Floor('" + floor.id + "', level='" + std::string(name_of(floor.level)) + "'";
  if (floor.until) text += ", until=" + repr_of(py::cast(floor.until->days));
  return text + ")";
}

void bind_floor(py::module_& module) {
  py::class_<Floor>(module, "Floor", "The least level for some time after a fact.")
      .def_readonly("id", &Floor::id)
      .def_property_readonly(
          "after", [](const Floor& self) { return word_of(self.after); },
          "What it rests on: use, item, flag or silence.")
      .def_readonly("of", &Floor::of, "The item or the flag; empty for the others.")
      .def_property_readonly("level",
                             [](const Floor& self) { return word_of(self.level); })
      .def_property_readonly(
          "since", [](const Floor& self) { return self.since.days; },
          "Time of the fact, in days; of the last answer before a silence.")
      .def_property_readonly(
          "until",
          [](const Floor& self) {
            return self.until ? std::optional<double>(self.until->days) : std::nullopt;
          },
          "When it ends, in days; None: as long as the silence lasts.")
      .def("__repr__", &show_floor);
}

void add_risks(py::class_<Assessment>& assessment) {
  using Estimate = const RiskEstimate&;
  assessment
      .def_property_readonly(
          "risk",
          [](const Assessment& self) {
            return by_horizon(self, [](Estimate e) { return py::float_(e.probability); });
          },
          "By horizon in days: probability of being in use or returning to it.")
      .def_property_readonly(
          "risk_interval",
          [](const Assessment& self) {
            return by_horizon(self,
                              [](Estimate e) { return py::make_tuple(e.low, e.high); });
          },
          "By horizon: 95 % interval of the risk.")
      .def_property_readonly(
          "new_use",
          [](const Assessment& self) {
            return by_horizon(self, [](Estimate e) { return py::cast(e.new_use); });
          },
          "By horizon: risk given not in use now; None when surely in use.")
      .def_property_readonly(
          "relapse",
          [](const Assessment& self) {
            return by_horizon(self, [](Estimate e) { return py::cast(e.relapse); });
          },
          "By horizon: risk of the relapse stages alone; None without them.")
      .def_property_readonly(
          "outcomes",
          [](const Assessment& self) {
            return by_outcome(self, &OutcomeEstimate::probability);
          },
          "By outcome of the model: its probability.")
      .def_property_readonly(
          "outcome_drivers",
          [](const Assessment& self) {
            return by_outcome(self, &OutcomeEstimate::drivers);
          },
          "By outcome of the model: reasons that add up, where they were asked for.")
      .def_property_readonly(
          "leaves_use",
          [](const Assessment& self) {
            return by_horizon(self, [](Estimate e) { return py::cast(e.leaves_use); });
          },
          "By horizon: probability of a first time without use, of somebody surely in "
          "use; None for others.");
}

}  // namespace

void bind_assessment(py::module_& module) {
  bind_driver(module);
  bind_quality(module);
  bind_floor(module);
  py::class_<Assessment> assessment(module, "Assessment", "What one check-in leads to.");
  add_risks(assessment);
  assessment
      .def_property_readonly(
          "time", [](const Assessment& self) { return self.time.days; },
          "In days; since 1970-01-01 UTC when check-ins carry timestamps.")
      .def_property_readonly("level",
                             [](const Assessment& self) { return word_of(self.level); })
      .def_property_readonly(
          "numeric_level",
          [](const Assessment& self) { return word_of(self.numeric_level); },
          "The level from the risk alone, without safety flags and floors.")
      .def_readonly("level_risk", &Assessment::level_risk,
                    "The risk that the level is cut from.")
      .def_property_readonly("stage", &Assessment::stage_id, "The most likely stage.")
      .def_property_readonly("stages", &stages_of, "Probability of each stage.")
      .def_readonly("propensity", &Assessment::propensity, "In standard deviations.")
      .def_readonly("recovery_propensity", &Assessment::recovery_propensity,
                    "The same one unless the model's has two dimensions.")
      .def_property_readonly("dimensions", &dimensions_of,
                             "The model's dimensions, by id, as the propensity.")
      .def_readonly("log_likelihood", &Assessment::log_likelihood,
                    "Of this check-in given the past.")
      .def_readonly("drivers", &Assessment::drivers, "Reasons that add up.")
      .def_readonly("flags", &Assessment::flags, "Safety flags that are up.")
      .def_readonly("floors", &Assessment::floors,
                    "Facts that keep the level up, in the order of the model.")
      .def_readonly("in_use", &Assessment::in_use, "Whether surely in a stage of use.")
      .def_readonly("replay_needed", &Assessment::replay_needed,
                    "Whether use was told that lies before the last check-in: a replay "
                    "from before it would be exact.")
      .def_readonly("unreadable_flags", &Assessment::unreadable_flags,
                    "Those of them of which an answer could not be read: look at it.")
      .def_readonly("unknown_flags", &Assessment::unknown_flags,
                    "Flags asked about here and not answered: unknown, not no.")
      .def_readonly("lost_tolerance_notice", &Assessment::lost_tolerance_notice,
                    "Whether the notice on lost tolerance has to be shown.")
      .def_readonly("quality", &Assessment::quality,
                    "Doubts about the answers: what to ask again. Changes no number.")
      .def(
          "quality_in_words",
          [](const Assessment& self, const std::string& locale) {
            const Wording say = io::find_wording(locale);
            std::vector<std::string> words;
            for (const auto& note : self.quality)
              words.push_back(in_words(note, self.model, say));
            return words;
          },
          py::arg("locale") = "en", "The same, a sentence each.")
      .def_property_readonly(
          "lost_tolerance_until",
          [](const Assessment& self) -> std::optional<double> {
            if (!self.lost_tolerance_until) return std::nullopt;
            return self.lost_tolerance_until->days;
          },
          "When the notice ends, in days; None while it is not up.")
      .def_property_readonly("missing", &missing_of, "Why answers are missing, by item.")
      .def("to_json", [](const Assessment& self) { return io::to_json(self); })
      .def("to_dict",
           [](const Assessment& self) -> py::object {
             return py::module_::import("json").attr("loads")(io::to_json(self));
           })
      .def("__repr__", &show);
  module.attr("Driver").attr("__module__") = "relapse";
  module.attr("Floor").attr("__module__") = "relapse";
  module.attr("Assessment").attr("__module__") = "relapse";
}

}  // namespace relapse::python
