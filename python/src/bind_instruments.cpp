#include <relapse/core/spelling.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/instrument_answers.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "json_text.hpp"
#include "words.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

Instrument find_instrument(const std::string& name) {
  if (const Instrument* found = instruments::find(name)) return *found;
  throw InvalidInput("instrument", "none of this name comes with the library" +
                                       near_names(name, instruments::names()) +
                                       "; a document of your own is read by "
                                       "Instrument.load");
}

Instrument from_dict(const py::dict& document) {
  return io::parse_instrument(json_text(document));
}

/// The scores of one subscale over all responses.
struct SubscaleColumns {
  SubscaleColumns(const Subscale& subscale, std::size_t rows)
      : rule(subscale),
        value(rows, nothing),
        band(rows, -1),
        missing(rows, 0.0),
        cut_offs(subscale.cut_offs.size(), std::vector<double>(rows, nothing)),
        refused(rows) {
    if (!rule.probability) return;
    published.assign(rule.probability->columns.size(),
                     std::vector<double>(rows, nothing));
    monotone = published;
  }

  void set(std::size_t row, const SubscaleScore& score) {
    missing[row] = score.missing;
    if (!score.value) {
      refused[row] = score.refused;
      return;
    }
    value[row] = *score.value;
    if (rule.bands) {
      const auto& of = rule.bands->of;
      const auto at = std::find_if(
          of.begin(), of.end(), [&](const Band& each) { return each.id == score.band; });
      band[row] = at - of.begin();
    }
    for (std::size_t k = 0; k < rule.cut_offs.size(); ++k) {
      const auto& reached = score.cut_offs;
      cut_offs[k][row] =
          std::find(reached.begin(), reached.end(), rule.cut_offs[k].id) != reached.end()
              ? 1.0
              : 0.0;
    }
    for (std::size_t c = 0; c < score.probabilities.size(); ++c) {
      published[c][row] = score.probabilities[c].published;
      monotone[c][row] = score.probabilities[c].monotone;
    }
  }

  py::dict to_python() && {
    py::dict columns;
    columns["id"] = rule.id;
    columns["value"] = to_numpy(std::move(value));
    columns["missing"] = to_numpy(std::move(missing));
    columns["refused"] = py::cast(refused);
    py::list bands;
    if (rule.bands) {
      for (const auto& each : rule.bands->of) bands.append(each.id);
    }
    columns["bands"] = bands;
    columns["band"] = to_numpy(std::move(band));
    py::dict reached;
    for (std::size_t k = 0; k < cut_offs.size(); ++k)
      reached[py::str(rule.cut_offs[k].id)] = to_numpy(std::move(cut_offs[k]));
    columns["cut_offs"] = reached;
    py::dict probabilities;
    for (std::size_t c = 0; c < published.size(); ++c) {
      probabilities[py::str(rule.probability->columns[c].id)] = py::make_tuple(
          to_numpy(std::move(published[c])), to_numpy(std::move(monotone[c])));
    }
    columns["probabilities"] = probabilities;
    return columns;
  }

  const Subscale& rule;
  std::vector<double> value;
  std::vector<std::int64_t> band;
  std::vector<double> missing;
  std::vector<std::vector<double>> cut_offs;
  std::vector<std::vector<double>> published;
  std::vector<std::vector<double>> monotone;
  std::vector<std::string> refused;
};

/// Scores of many responses, a row each.
class Scorer {
 public:
  Scorer(const Instrument& instrument, std::size_t rows)
      : instrument_(instrument), rows_(rows), flags_(rows), unknown_flags_(rows) {
    for (const auto& rule : instrument.document().subscales)
      columns_.emplace_back(rule, rows);
  }

  /// @param answers rows x items, NaN where there is none
  void run(std::span<const double> answers) {
    const auto items = static_cast<std::size_t>(instrument_.items());
    Response response(items);
    for (std::size_t row = 0; row < rows_; ++row) {
      bool sound = true;
      for (std::size_t i = 0; i < items; ++i) {
        const double answer = answers[row * items + i];
        response[i].reset();
        if (std::isnan(answer)) continue;
        try {
          require_answer(instrument_.item(static_cast<int>(i)), answer);
          response[i] = answer;
        } catch (const InvalidInput&) {
          errors_.emplace_back(row, instrument_.item(static_cast<int>(i)).id);
          sound = false;
        }
      }
      score(row, response, sound);
    }
  }

  py::dict to_python() && {
    py::list subscales;
    for (auto& columns : columns_) subscales.append(std::move(columns).to_python());
    py::dict result;
    result["subscales"] = subscales;
    result["flags"] = py::cast(flags_);
    result["unknown_flags"] = py::cast(unknown_flags_);
    result["errors"] = py::cast(errors_);
    return result;
  }

 private:
  /// A response with an answer that its item does not have has no scores; its other
  /// answers raise their flags all the same.
  void score(std::size_t row, const Response& response, bool sound) {
    const auto result = score_instrument(instrument_, response);
    flags_[row] = joined(result.flags);
    unknown_flags_[row] = joined(result.unknown_flags);
    if (!sound) return;
    for (std::size_t s = 0; s < columns_.size(); ++s)
      columns_[s].set(row, result.subscales[s]);
  }
  static std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : "|") + word;
    return text;
  }

  const Instrument& instrument_;
  std::size_t rows_;
  std::vector<SubscaleColumns> columns_;
  std::vector<std::string> flags_;
  std::vector<std::string> unknown_flags_;
  std::vector<std::pair<std::size_t, std::string>> errors_;
};

py::dict score_responses(const Instrument& instrument, const Array<double>& answers) {
  if (answers.ndim() != 2 || answers.shape(1) != instrument.items())
    throw InvalidInput("answers", "must have a column for each item");
  Scorer scorer(instrument, static_cast<std::size_t>(answers.shape(0)));
  const auto values = view(answers);
  {
    const py::gil_scoped_release others_may_run;
    scorer.run(values);
  }
  return std::move(scorer).to_python();
}

/// What many responses answer to the items of a model: a column for each item that is
/// answered or unknown in some row, NaN where it is not answered.
py::dict answers_from(const Instrument& instrument, const Array<double>& answers,
                      const Model& model) {
  if (answers.ndim() != 2 || answers.shape(1) != instrument.items())
    throw InvalidInput("answers", "must have a column for each item");
  const auto rows = static_cast<std::size_t>(answers.shape(0));
  const auto items = static_cast<std::size_t>(instrument.items());
  const auto values = view(answers);
  std::map<std::string, std::vector<double>> columns;
  const auto column = [&](const std::string& item) -> std::vector<double>& {
    return columns.try_emplace(item, rows, nothing).first->second;
  };
  Response response(items);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < items; ++i) {
      const double answer = values[row * items + i];
      response[i] = std::isnan(answer) ? std::nullopt : std::optional(answer);
    }
    CheckIn check_in;
    add_answers(instrument, response, model, check_in);
    for (const auto& missing : check_in.missing) column(missing.item);
    for (const auto& answer : check_in.answers)
      column(answer.item)[row] = std::get<double>(answer.value);
  }
  py::dict found;
  for (auto& [item, filled] : columns) found[py::str(item)] = to_numpy(std::move(filled));
  return found;
}

std::vector<std::string> item_ids(const Instrument& instrument) {
  std::vector<std::string> ids;
  for (const auto& item : instrument.document().items) ids.push_back(item.id);
  return ids;
}

std::vector<std::string> subscale_ids(const Instrument& instrument) {
  std::vector<std::string> ids;
  for (const auto& subscale : instrument.document().subscales) ids.push_back(subscale.id);
  return ids;
}

}  // namespace

void bind_instruments(py::module_& module) {
  py::class_<Instrument> instrument(
      module, "Instrument", "A checked instrument. Immutable; threads may share it.");
  instrument.attr("__module__") = "relapse";
  instrument
      .def_static("named", &find_instrument, py::arg("name"),
                  "An instrument that comes with the library, by its name.")
      .def_static(
          "load",
          [](const std::filesystem::path& path) { return io::load_instrument(path); },
          py::arg("path"), "Reads an instrument document from a JSON file.")
      .def_static(
          "from_json", [](const std::string& text) { return io::parse_instrument(text); },
          py::arg("text"), "Reads an instrument document.")
      .def_static("from_dict", &from_dict, py::arg("document"),
                  "Reads an instrument document given as what JSON would hold.")
      .def(
          "to_json", [](const Instrument& self) { return io::to_json(self); },
          "The document as JSON.")
      .def(
          "to_dict",
          [](const Instrument& self) {
            return py::module_::import("json").attr("loads")(io::to_json(self));
          },
          "The document as what JSON holds.")
      .def(
          "translated",
          [](const Instrument& self, const std::string& locale) {
            return translated(self, io::find_wording(locale));
          },
          py::arg("locale"),
          "The instrument with its title, labels and notes in the language of a locale; "
          "words of your own stay as they are.")
      .def_property_readonly("id",
                             [](const Instrument& self) { return self.document().id; })
      .def_property_readonly("title",
                             [](const Instrument& self) { return self.document().title; })
      .def_property_readonly("items", &item_ids, "Numbers of the items in the form.")
      .def_property_readonly("subscales", &subscale_ids, "Ids of the subscales.")
      .def("__eq__",
           [](const Instrument& self, const py::object& other) -> py::object {
             if (!py::isinstance<Instrument>(other))
               return py::reinterpret_borrow<py::object>(Py_NotImplemented);
             return py::bool_(self == other.cast<Instrument>());
           })
      .def("__hash__",
           [](const Instrument& self) { return py::hash(py::str(io::to_json(self))); })
      .def("__repr__",
           [](const Instrument& self) {
             return "Instrument('" + self.document().id + "', " +
                    std::to_string(self.items()) + " items)";
           })
      .def(py::pickle([](const Instrument& self) { return py::str(io::to_json(self)); },
                      [](const py::str& text) {
                        return io::parse_instrument(text.cast<std::string>());
                      }));
  module.def("instruments", [] {
    py::list names;
    for (const auto name : instruments::names()) names.append(to_python(name));
    return names;
  });
  module.def("item_key", &io::item_key, py::arg("name"));
  module.def(
      "flagged_item",
      [](std::string_view name) {
        const auto* item = io::flagged_item(name);
        return item == nullptr ? std::string() : item->column();
      },
      py::arg("name"));
  module.def("score_responses", &score_responses, py::arg("instrument"),
             py::arg("answers"));
  module.def("answers_from", &answers_from, py::arg("instrument"), py::arg("answers"),
             py::arg("model"));
}

}  // namespace relapse::python
