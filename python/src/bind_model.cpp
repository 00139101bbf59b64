#include <relapse/core/spelling.hpp>
#include <relapse/engine/questions.hpp>
#include <relapse/infer/probabilities.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/item_table.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/premise.hpp>

#include "answers.hpp"
#include "arrays.hpp"
#include "bind.hpp"
#include "json_text.hpp"
#include "words.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

template <class Noun>
std::vector<std::string> ids_of(const std::vector<Noun>& nouns) {
  std::vector<std::string> ids;
  for (const auto& noun : nouns) ids.push_back(noun.id);
  return ids;
}

std::vector<std::string> item_ids(const Model& model) {
  std::vector<std::string> ids;
  for (const auto& rule : model.document().items) ids.push_back(rule.item.id);
  return ids;
}

/// The number that each label of an answer stands for, in the units of the item.
py::dict labels_of(const Model& model) {
  py::dict items;
  for (int item = 0; item < model.items(); ++item) {
    const Item& asked = model.document().items[static_cast<std::size_t>(item)].item;
    if (asked.labels.empty()) continue;
    py::dict values;
    for (const auto& label : asked.labels) {
      values[py::str(label)] =
          decode_answer(item, encode_answer(item, label, model), model);
    }
    items[py::str(asked.id)] = values;
  }
  return items;
}

py::object or_none(const std::optional<double>& value) {
  return value ? plain_number(*value) : py::object(py::none());
}

/// A dict of columns; words in the language of the locale.
py::dict items_columns(const Model& model, const std::string& locale) {
  const Wording say = io::find_wording(locale);
  py::list ids, labels, questions, roles, lowest, highest, adverse, asked, computed;
  for (const auto& row : items_table(model)) {
    ids.append(row.id);
    labels.append(std::string(say.known(row.label)));
    questions.append(std::string(say.known(row.question)));
    roles.append(word_of(row.role));
    lowest.append(or_none(row.lowest));
    highest.append(or_none(row.highest));
    adverse.append(word_of(row.adverse));
    asked.append(row.asked ? py::object(word_of(*row.asked)) : py::object(py::none()));
    computed.append(row.computed);
  }
  py::dict columns;
  columns["item"] = ids;
  columns["label"] = labels;
  columns["question"] = questions;
  columns["role"] = roles;
  columns["lowest"] = lowest;
  columns["highest"] = highest;
  columns["adverse"] = adverse;
  columns["asked"] = asked;
  columns["computed"] = computed;
  return columns;
}

Model find_model(const std::string& name) {
  if (const Model* found = models::find(name)) return *found;
  throw InvalidInput("model", "none of this name comes with the library" +
                                  near_names(name, models::names()) +
                                  "; a document of your own is read by Model.load");
}

py::list premise_breaches(const Model& model) {
  py::list found;
  for (const auto& breach : risk::premise_breaches(model)) {
    py::dict row;
    row["determinant"] = breach.determinant;
    row["from"] = breach.from;
    row["to"] = breach.to;
    row["days"] = plain_number(breach.horizon.count);
    found.append(row);
  }
  return found;
}

Model from_dict(const py::dict& document) { return io::parse_model(json_text(document)); }

py::object to_dict(const Model& model) {
  return py::module_::import("json").attr("loads")(io::to_json(model));
}

infer::HeldAnswers hold(const py::dict& answers, double propensity,
                        const std::optional<double>& recovery_propensity,
                        const std::map<std::string, double>& dimensions) {
  CheckIn check_in;
  add_answers(answers, check_in);
  return {std::move(check_in.answers),
          propensity,
          recovery_propensity,
          {dimensions.begin(), dimensions.end()}};
}

py::array_t<double> transition_matrix(const Model& model, double days,
                                      const py::dict& answers, double propensity,
                                      const std::optional<double>& recovery,
                                      const std::map<std::string, double>& dimensions) {
  const py::ssize_t stages = model.stages();
  return to_numpy(infer::transition_matrix(
                      Days{days}, hold(answers, propensity, recovery, dimensions), model),
                  {stages, stages});
}

py::array_t<double> passage_probability(const Model& model,
                                        const std::vector<std::string>& to, double days,
                                        const py::dict& answers, double propensity,
                                        const std::optional<double>& recovery,
                                        const std::map<std::string, double>& dimensions) {
  ctmc::StateSet target;
  for (const auto& stage : to) target.set(static_cast<std::size_t>(model.stage(stage)));
  return to_numpy(infer::passage_probability(
      target, Days{days}, hold(answers, propensity, recovery, dimensions), model));
}

void add_documents(py::class_<Model>& model) {
  model
      .def_static(
          "standard", [] { return models::standard(); },
          "The standard model, which comes with the library.")
      .def_static("named", &find_model, py::arg("name"),
                  "A model that comes with the library, by its name.")
      .def_static(
          "load", [](const std::filesystem::path& path) { return io::load_model(path); },
          py::arg("path"), "Reads a model document from a JSON file.")
      .def_static(
          "from_json", [](const std::string& text) { return io::parse_model(text); },
          py::arg("text"), "Reads a model document.")
      .def_static("from_dict", &from_dict, py::arg("document"),
                  "Reads a model document given as what JSON would hold.")
      .def_static(
          "from_structure",
          [](const py::args& parts, const py::kwargs& named) {
            const auto build = py::module_::import("relapse._passes.structure");
            return from_dict(build.attr("document_of")(*parts, **named));
          },
          "``from_structure(stages, transitions='neighbours', items=(), **parts)``\n\n"
          "A model whose every number is a placeholder for a fit from data. `stages` are "
          "ids, or dicts with `id` and `use`, in the order of the way to use; "
          "`transitions` 'all', 'neighbours' or a list of (from, to) or of dicts as in a "
          "document; `items` dicts as in a document, `given` left out; `parts` other "
          "parts of a document, such as determinants, groups or outcomes.")
      .def(
          "save",
          [](const Model& self, const std::filesystem::path& path) {
            io::save_model(self, path);
          },
          py::arg("path"),
          "Writes the document as a JSON file, as a whole or not at all.")
      .def(
          "to_json", [](const Model& self) { return io::to_json(self); },
          "The document as JSON; read back it gives identical doubles.")
      .def("to_dict", &to_dict, "The document as what JSON holds.");
}

void add_content(py::class_<Model>& model) {
  model.def_property_readonly("id", [](const Model& self) { return self.document().id; })
      .def_property_readonly("version",
                             [](const Model& self) { return self.document().version; })
      .def_property_readonly("title",
                             [](const Model& self) { return self.document().title; })
      .def_property_readonly("content_hash", &Model::content_hash,
                             "SHA-256 of the canonical document.")
      .def_property_readonly(
          "stages", [](const Model& self) { return ids_of(self.document().stages); },
          "Ids of the stages, in the order of the document.")
      .def_property_readonly("items", &item_ids, "Ids of the items.")
      .def_property_readonly(
          "determinants",
          [](const Model& self) { return ids_of(self.document().determinants); },
          "Ids of the determinants.")
      .def_property_readonly(
          "actions", [](const Model& self) { return ids_of(self.document().actions); },
          "Ids of the actions of the catalogue.")
      .def_property_readonly(
          "horizons",
          [](const Model& self) {
            py::list horizons;
            for (const double days : self.document().horizons_days) {
              horizons.append(plain_number(days));
            }
            return horizons;
          },
          "Horizons of the risk, in days.")
      .def_property_readonly(
          "flags",
          [](const Model& self) {
            return std::vector<std::string>(self.flags().begin(), self.flags().end());
          },
          "Names of the safety flags, the built-in ones first.")
      .def_property_readonly(
          "forced_levels",
          [](const Model& self) {
            py::dict levels;
            for (int flag = 0; flag < static_cast<int>(self.flags().size()); ++flag) {
              levels[py::str(self.flags()[static_cast<std::size_t>(flag)])] =
                  word_of(self.forced_level(flag));
            }
            return levels;
          },
          "By flag: the level that it forces.")
      .def(
          "safety_name",
          [](const Model& self, const std::string& name) {
            return std::string(self.safety_name(name));
          },
          py::arg("name"),
          "The safety item or built-in flag that a name is taken for, whatever its case,\n"
          "spaces and punctuation; empty when it is taken for none.")
      .def_property_readonly(
          "safety_items",
          [](const Model& self) {
            py::dict flags;
            for (const auto flag : built_in_flags) {
              flags[py::str(std::string(flag))] = std::string(flag);
            }
            for (const int item : self.safety_items()) {
              flags[py::str(self.item(item).id)] = self.item(item).flag;
            }
            return flags;
          },
          "By safety item, or built-in flag without one: the flag that it raises.")
      .def_property_readonly(
          "labels", &labels_of,
          "By item: the number that each label of an answer stands for.");
}

}  // namespace

void bind_model(py::module_& module) {
  py::list names;
  for (const auto name : models::names()) names.append(py::str(std::string(name)));
  module.attr("model_names") = names;
  py::class_<Model> model(module, "Model",
                          "A checked model document. Immutable; threads may share it.");
  model.attr("__module__") = "relapse";
  add_documents(model);
  add_content(model);
  model
      .def(
          "transition_matrix", &transition_matrix, py::arg("days"),
          py::arg("answers") = py::dict(), py::arg("propensity") = 0.0,
          py::arg("recovery_propensity") = py::none(),
          py::arg("dimensions") = std::map<std::string, double>{},
          "Entry (r, s): the probability to be in stage s after some days from stage r,\n"
          "the answers held and every other determinant at its reference. A propensity to\n"
          "recover of its own needs a model of two dimensions; dimensions are told by id,\n"
          "in standard deviations, and 0 where they are not.")
      .def(
          "passage_probability", &passage_probability, py::kw_only(), py::arg("to"),
          py::arg("days"), py::arg("answers") = py::dict(), py::arg("propensity") = 0.0,
          py::arg("recovery_propensity") = py::none(),
          py::arg("dimensions") = std::map<std::string, double>{},
          "Probability, from each stage, of having been in one of the stages `to` within\n"
          "some days; answers as in transition_matrix.")
      .def("items_table", &items_columns, py::arg("locale") = "en",
           "Every item, as a dict of columns: item, label, question, role, lowest and\n"
           "highest answer, the adverse end (high, low or none), how often it is asked,\n"
           "and whether it is computed and never asked.")
      .def(
          "short_form",
          [](const Model& self, int count) { return short_form(count, self); },
          py::arg("count"),
          "The items of a daily check-in that say most of somebody of whom nothing is\n"
          "known; use and safety always among them.")
      .def("premise_breaches", &premise_breaches,
           "Where a determinant acts against its direction: a list of dicts with\n"
           "determinant, from, to and days. Empty: the risk of use was not seen to fall\n"
           "as any determinant rises. Searches by draws, so it is no proof.")
      .def("__repr__",
           [](const Model& self) {
             return "Model('" + self.document().id + "', version '" +
                    self.document().version + "', " + std::to_string(self.stages()) +
                    " stages, " + std::to_string(self.items()) + " items)";
           })
      .def("__eq__",
           [](const Model& self, const py::object& other) -> py::object {
             if (!py::isinstance<Model>(other)) {
               return py::reinterpret_borrow<py::object>(Py_NotImplemented);
             }
             return py::bool_(self.content_hash() == other.cast<Model>().content_hash());
           })
      .def("__hash__",
           [](const Model& self) { return py::hash(py::str(self.content_hash())); })
      .def("__copy__", [](const Model& self) { return self; })
      .def("__deepcopy__", [](const Model& self, const py::dict&) { return self; })
      .def(py::pickle(
          [](const Model& self) { return py::str(io::to_json(self)); },
          [](const py::str& text) { return io::parse_model(text.cast<std::string>()); }));
}

}  // namespace relapse::python
