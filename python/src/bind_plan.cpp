#include <relapse/care/plan_check.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/medication_json.hpp>
#include <relapse/io/medications.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/plan/share.hpp>
#include <relapse/plan/versions.hpp>

#include "bind.hpp"
#include "json_text.hpp"
#include "moments.hpp"
#include "speech.hpp"
#include "words.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

Plan plan_from_dict(const py::dict& document) {
  return io::parse_plan(json_text(document));
}

void bind_zone(py::module_& module) {
  py::class_<Zone>(module, "Zone", "The offsets of one place over a stretch of time.")
      .def(py::init([](const std::vector<std::pair<double, int>>& transitions,
                       double known_until) {
             std::vector<ZoneTransition> all;
             for (const auto& [at, offset] : transitions) {
               all.push_back({Time{at}, offset});
             }
             return Zone(std::move(all), Time{known_until});
           }),
           py::arg("transitions"), py::arg("known_until"))
      .def(
          "offset_seconds",
          [](const Zone& self, const py::object& moment) {
            return self.offset_seconds(to_time(moment));
          },
          py::arg("moment"))
      .def("__eq__",
           [](const Zone& self, const py::object& other) {
             return py::isinstance<Zone>(other) && self == other.cast<const Zone&>();
           })
      .attr("__hash__") = py::none();
}

void bind_parts(py::module_& module) {
  py::class_<Trigger>(module, "Trigger", "A high-risk situation of this person.")
      .def_readonly("situation", &Trigger::situation)
      .def_readonly("words", &Trigger::words)
      .def_readonly("primary", &Trigger::primary)
      .def_readonly("id", &Trigger::id)
      .def_readonly("date", &Trigger::date, "YYYY-MM-DD, or MM-DD for every year.")
      .def_readonly("days", &Trigger::days)
      .def_readonly("time_of_year", &Trigger::time_of_year, "MM-DD/MM-DD.")
      .def_readonly("pay_day", &Trigger::pay_day, "Day of the month; 0: none.")
      .def_readonly("place", &Trigger::place)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Trigger", {"situation", "words", "primary"});
      });
  py::class_<PersonalSign>(module, "PersonalSign", "A warning sign of this person.")
      .def_readonly("stage", &PersonalSign::stage)
      .def_readonly("words", &PersonalSign::words)
      .def_readonly("item", &PersonalSign::item)
      .def_readonly("id", &PersonalSign::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "PersonalSign", {"stage", "words", "item"});
      });
  py::class_<Strategy>(module, "Strategy",
                       "An action of the catalogue, or a strategy of the person's own.")
      .def_readonly("action", &Strategy::action)
      .def_readonly("words", &Strategy::words)
      .def_readonly("situations", &Strategy::situations)
      .def_readonly("available", &Strategy::available)
      .def_readonly("id", &Strategy::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Strategy", {"action", "words", "situations", "available"});
      });
}

void bind_contacts(py::module_& module) {
  py::class_<Contact>(module, "Contact",
                      "Somebody to reach, with what the person consented to.")
      .def_readonly("name", &Contact::name)
      .def_readonly("role", &Contact::role)
      .def_readonly("channel", &Contact::channel)
      .def_readonly("consent", &Contact::consent)
      .def_readonly("sees", &Contact::sees, "Parts of the plan that a copy may hold.")
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Contact", {"name", "role", "channel", "consent"});
      });
  py::class_<ContactRule>(module, "ContactRule",
                          "When a contact is told, as the person wrote it.")
      .def_readonly("contact", &ContactRule::contact)
      .def_property_readonly("level",
                             [](const ContactRule& self) { return word_of(self.level); })
      .def_readonly("days", &ContactRule::days)
      .def_readonly("of_days", &ContactRule::of_days)
      .def_readonly("self_nudge_first", &ContactRule::self_nudge_first)
      .def_property_readonly("cool_down_days",
                             [](const ContactRule& self) { return self.cool_down.count; })
      .def_readonly("quiet_from", &ContactRule::quiet_from)
      .def_readonly("quiet_to", &ContactRule::quiet_to)
      .def_property_readonly(
          "state", [](const ContactRule& self) { return word_of(self.state()); },
          "What the rule waits for: level, flag or silence.")
      .def_readonly("flag", &ContactRule::flag)
      .def_property_readonly("silence_days",
                             [](const ContactRule& self) { return self.silence.count; })
      .def_property_readonly(
          "nudge_wait_days",
          [](const ContactRule& self) { return self.nudge_wait.count; })
      .def_property_readonly("expires",
                             [](const ContactRule& self) { return when(self.expires); })
      .def_readonly("id", &ContactRule::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "ContactRule",
                     {"contact", "state", "days", "of_days", "self_nudge_first",
                      "cool_down_days"});
      });
}

void bind_goals(py::module_& module) {
  py::class_<Goal>(module, "Goal", "What the person wants beyond recovery.")
      .def_readonly("words", &Goal::words)
      .def_readonly("area", &Goal::area, "Such as hobby, study, work.")
      .def_readonly("steps", &Goal::steps)
      .def_readonly("done", &Goal::done, "Of the steps.")
      .def_readonly("by", &Goal::by, "YYYY-MM-DD; empty: no date.")
      .def_readonly("id", &Goal::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Goal", {"words", "area", "steps", "done", "by"});
      });
  py::class_<Appointment>(module, "Appointment", "A single appointment.")
      .def_readonly("words", &Appointment::words)
      .def_property_readonly("at", [](const Appointment& self) { return when(self.at); })
      .def_readonly("place", &Appointment::place)
      .def_property_readonly(
          "state", [](const Appointment& self) { return word_of(self.state); },
          "planned, kept or missed.")
      .def_readonly("id", &Appointment::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Appointment", {"words", "at", "place", "state"});
      });
  py::class_<Homework>(module, "Homework", "Something to try until a day.")
      .def_readonly("words", &Homework::words)
      .def_readonly("by", &Homework::by, "YYYY-MM-DD.")
      .def_readonly("given_by", &Homework::given_by)
      .def_readonly("done", &Homework::done)
      .def_readonly("id", &Homework::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Homework", {"words", "by", "given_by", "done"});
      });
}

void bind_daily_life(py::module_& module) {
  py::class_<RoutineStep>(module, "RoutineStep",
                          "A fixed point of the day that holds the routine together.")
      .def_readonly("words", &RoutineStep::words)
      .def_readonly("at", &RoutineStep::at)
      .def_readonly("days", &RoutineStep::days)
      .def_readonly("id", &RoutineStep::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "RoutineStep", {"words", "at", "days"});
      });
  py::class_<Medication>(module, "Medication", "What the person takes, as prescribed.")
      .def_readonly("name", &Medication::name)
      .def_readonly("dose", &Medication::dose)
      .def_readonly("times", &Medication::times)
      .def_readonly("prescriber", &Medication::prescriber)
      .def_readonly("id", &Medication::id)
      .def_property_readonly(
          "medication_class",
          [](const Medication& self) { return word_of(self.medication_class); },
          "As the name says it, or as the document states it.")
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Medication", {"name", "medication_class", "dose", "times"});
      });
  py::class_<Meeting>(module, "Meeting", "A meeting that supports recovery.")
      .def_readonly("words", &Meeting::words)
      .def_readonly("place", &Meeting::place)
      .def_readonly("at", &Meeting::at)
      .def_readonly("days", &Meeting::days)
      .def_readonly("id", &Meeting::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Meeting", {"words", "place", "at", "days"});
      });
  bind_goals(module);
  py::class_<PlanCopy>(module, "PlanCopy", "A copy of the plan that somebody holds.")
      .def_readonly("holder", &PlanCopy::holder)
      .def_property_readonly("given",
                             [](const PlanCopy& self) { return when(self.given); })
      .def_readonly("version", &PlanCopy::version)
      .def_readonly("id", &PlanCopy::id)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "PlanCopy", {"holder", "version"});
      });
  py::class_<UseDefinition>(module, "UseDefinition",
                            "When a return to use counts as a relapse for this person.")
      .def_readonly("heavy_amount", &UseDefinition::heavy_amount)
      .def_readonly("consecutive_days", &UseDefinition::consecutive_days)
      .def_readonly("days_a_week", &UseDefinition::days_a_week)
      .def_readonly("source", &UseDefinition::source)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "UseDefinition",
                     {"heavy_amount", "consecutive_days", "days_a_week"});
      });
}

/// A value of a field as Python has it; None for nothing.
py::object value_of(const PlanValue& value) {
  if (const auto* time = std::get_if<Time>(&value)) return when(*time);
  return std::visit(
      [](const auto& held) -> py::object {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate> ||
                      std::is_same_v<Held, Time>) {
          return py::none();
        } else {
          return py::cast(held);
        }
      },
      value);
}

void bind_changes(py::module_& module) {
  py::class_<PlanChange>(module, "PlanChange", "One difference between two versions.")
      .def_property_readonly(
          "kind", [](const PlanChange& self) { return word_of(self.kind); },
          "added, removed, changed or moved.")
      .def_readonly("part", &PlanChange::part)
      .def_readonly("entry", &PlanChange::entry, "What the entry is known by.")
      .def_readonly("field", &PlanChange::field)
      .def_property_readonly("before",
                             [](const PlanChange& self) { return value_of(self.before); })
      .def_property_readonly("after",
                             [](const PlanChange& self) { return value_of(self.after); })
      .def("__repr__", [](const py::object& self) {
        return shown(self, "PlanChange",
                     {"kind", "part", "entry", "field", "before", "after"});
      });
  py::class_<PlanConflict>(module, "PlanConflict", "Two edits that cannot both hold.")
      .def_readonly("part", &PlanConflict::part)
      .def_readonly("entry", &PlanConflict::entry)
      .def_readonly("field", &PlanConflict::field)
      .def_property_readonly("base",
                             [](const PlanConflict& self) { return value_of(self.base); })
      .def_property_readonly(
          "kept", [](const PlanConflict& self) { return value_of(self.kept); },
          "Stands in the merged plan.")
      .def_property_readonly(
          "other", [](const PlanConflict& self) { return value_of(self.other); },
          "The other edit; None when it removed.")
      .def("__repr__", [](const py::object& self) {
        return shown(self, "PlanConflict",
                     {"part", "entry", "field", "base", "kept", "other"});
      });
  py::class_<MergedPlan>(module, "MergedPlan", "Two edited plans brought together.")
      .def_readonly("plan", &MergedPlan::plan)
      .def_readonly("conflicts", &MergedPlan::conflicts, "For the person to decide.")
      .def("__repr__", [](const py::object& self) {
        return shown(self, "MergedPlan", {"plan", "conflicts"});
      });
  py::class_<PlanFinding>(module, "PlanFinding", "What a plan lacks.")
      .def_property_readonly("gap",
                             [](const PlanFinding& self) { return word_of(self.gap); })
      .def_readonly("entry", &PlanFinding::entry)
      .def_readonly("words", &PlanFinding::words)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "PlanFinding", {"gap", "entry", "words"});
      });
}

/// The next version: the present content with some parts given anew.
Plan revised(const Plan& self, const py::dict& changes, const std::string& device,
             const py::object& time) {
  const auto json = py::module_::import("json");
  const Plan present = without_history(self);
  py::dict document = json.attr("loads")(io::to_json(present));
  for (const auto& [key, value] : changes) {
    const auto name = key.cast<std::string>();
    for (const char* fixed :
         {"schema", "version", "created", "device", "edits", "history"}) {
      if (name != fixed) continue;
      throw InvalidInput("revise", "'" + name + "' is no part that can be edited");
    }
    document[key] = value;
  }
  Plan next = plan_from_dict(document);
  return revise(self, std::move(next), {device, to_time(time)});
}

Plan find_version(const Plan& self, int version,
                  const std::optional<std::string>& device) {
  auto found = find_versions(self, version);
  if (device) {
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](const Plan& each) { return each.device != *device; }),
                found.end());
  }
  if (found.size() == 1) return found.front();
  throw InvalidInput("find_version", found.empty()
                                         ? "the plan has no such version"
                                         : "several devices made a version of this "
                                           "number; say which one by device");
}

care::Page page_of(const Plan& plan, const Model& model, const py::object& zone,
                   const std::string& locale, const py::object& now) {
  return care::plan_page(plan, model, zone_for(plan, zone), speech_of(locale),
                         now.is_none() ? std::nullopt : std::optional(to_time(now)));
}

void add_versions(py::class_<Plan>& plan) {
  plan.def("revise", &revised, py::arg("changes"), py::kw_only(), py::arg("device"),
           py::arg("time"))
      .def("find_version", &find_version, py::arg("version"),
           py::arg("device") = py::none())
      .def(
          "diff", [](const Plan& self, const Plan& later) { return diff(self, later); },
          py::arg("later"))
      .def(
          "merge", [](const Plan& self, const Plan& other) { return merge(self, other); },
          py::arg("other"))
      .def(
          "shareable",
          [](const Plan& self, const std::string& contact) {
            return shareable(self, contact);
          },
          py::arg("contact"))
      .def(
          "check",
          [](const Plan& self, const Model& model, const py::object& now,
             const std::string& locale) {
            if (now.is_none()) {
              return care::check_plan(self, model, std::nullopt, io::find_wording(locale),
                                      medications::usual());
            }
            return care::check_plan(self, model, to_time(now), io::find_wording(locale),
                                    medications::usual(), zone_or_utc(self));
          },
          py::arg("model"), py::arg("now") = py::none(), py::arg("locale") = "en")
      .def(
          "to_markdown",
          [](const Plan& self, const Model& model, const py::object& zone,
             const std::string& locale, const py::object& now) {
            return io::to_markdown(page_of(self, model, zone, locale, now));
          },
          py::arg("model"), py::arg("zone") = py::none(), py::arg("locale") = "en",
          py::arg("now") = py::none())
      .def(
          "to_html",
          [](const Plan& self, const Model& model, const py::object& zone,
             const std::string& locale, const py::object& now) {
            return io::to_html(page_of(self, model, zone, locale, now));
          },
          py::arg("model"), py::arg("zone") = py::none(), py::arg("locale") = "en",
          py::arg("now") = py::none());
}

void add_documents(py::class_<Plan>& plan) {
  plan.def(py::init<>(), "A plan without content.")
      .def_static(
          "load",
          [](const std::filesystem::path& path) {
            return io::parse_plan(io::read_file(path));
          },
          py::arg("path"), "Reads a plan from a JSON file.")
      .def_static(
          "from_json", [](const std::string& text) { return io::parse_plan(text); },
          py::arg("text"))
      .def_static("from_dict", &plan_from_dict, py::arg("document"),
                  "Reads a plan given as what JSON would hold.")
      .def(
          "save",
          [](const Plan& self, const std::filesystem::path& path) {
            io::write_file(path, io::to_json(self));
          },
          py::arg("path"), "Writes the plan as a JSON file, as a whole or not at all.")
      .def("to_json", [](const Plan& self) { return io::to_json(self); })
      .def("to_dict",
           [](const Plan& self) -> py::object {
             return py::module_::import("json").attr("loads")(io::to_json(self));
           })
      .def("__eq__",
           [](const Plan& self, const py::object& other) -> py::object {
             if (!py::isinstance<Plan>(other)) {
               return py::reinterpret_borrow<py::object>(Py_NotImplemented);
             }
             return py::bool_(self == other.cast<const Plan&>());
           })
      .def(py::pickle(
          [](const Plan& self) { return py::str(io::to_json(self)); },
          [](const py::str& text) { return io::parse_plan(text.cast<std::string>()); }));
  plan.attr("__hash__") = py::none();
}

void fill_plan(py::class_<Plan>& plan) {
  add_documents(plan);
  add_versions(plan);
  plan.def_readonly("person", &Plan::person)
      .def_readonly("version", &Plan::version)
      .def_property_readonly("created",
                             [](const Plan& self) { return when(self.created); })
      .def_property_readonly("review", [](const Plan& self) { return when(self.review); })
      .def_readonly("triggers", &Plan::triggers)
      .def_readonly("signs", &Plan::signs)
      .def_readonly("strategies", &Plan::strategies)
      .def_readonly("contacts", &Plan::contacts)
      .def_readonly("contact_rules", &Plan::contact_rules)
      .def_readonly("reasons", &Plan::reasons)
      .def_readonly("crisis_steps", &Plan::crisis_steps)
      .def_readonly("history", &Plan::history)
      .def_readonly("routine", &Plan::routine)
      .def_readonly("medication", &Plan::medication)
      .def_readonly("meetings", &Plan::meetings)
      .def_readonly("copies", &Plan::copies)
      .def_readonly("goals", &Plan::goals)
      .def_readonly("appointments", &Plan::appointments)
      .def_readonly("homework", &Plan::homework)
      .def_readonly("substances", &Plan::substances)
      .def_readonly("use_definition", &Plan::use_definition)
      .def_readonly("time_zone", &Plan::time_zone)
      .def_readonly("language", &Plan::language)
      .def_readonly("device", &Plan::device)
      .def_property_readonly("edits", [](const Plan& self) { return edits_of(self); })
      .def("__repr__", [](const Plan& self) {
        return "Plan(person=" + repr_of(to_python(self.person)) + ", version " +
               std::to_string(self.version) + ", " +
               std::to_string(self.strategies.size()) + " strategies, " +
               std::to_string(self.contacts.size()) + " contacts)";
      });
}

}  // namespace

void bind_plan(py::module_& module) {
  bind_zone(module);
  bind_parts(module);
  bind_contacts(module);
  bind_daily_life(module);
  py::class_<Plan> plan(module, "Plan", "A person's own relapse prevention plan.");
  bind_changes(module);
  fill_plan(plan);
  for (const char* name : {"Zone", "Trigger", "PersonalSign", "Strategy", "Contact",
                           "ContactRule", "RoutineStep", "Medication", "Meeting", "Goal",
                           "Appointment", "Homework", "PlanCopy", "UseDefinition", "Plan",
                           "PlanChange", "PlanConflict", "MergedPlan", "PlanFinding"}) {
    module.attr(name).attr("__module__") = "relapse";
  }
}

}  // namespace relapse::python
