#include <relapse/care/after_use.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/io/protocol_json.hpp>
#include <relapse/io/protocols.hpp>

#include "bind.hpp"
#include "moments.hpp"
#include "speech.hpp"
#include "words.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

using Words = std::vector<std::string>;

/// What to do after a return to use, with the words that it was made with.
struct WrittenAfterUse {
  AfterUse after;
  care::PageSpeech speech;
  Plan plan;

  care::Page page(const Zone& zone) const {
    auto page = care::after_use_page(after, zone, speech);
    care::mark_own_words(page, plan);
    return page;
  }
};

void bind_reports(py::module_& module) {
  py::class_<UseReport>(module, "UseReport", "What was reported about one moment or day.")
      .def(py::init([](const py::object& time, bool used, double amount,
                       std::string substance) {
             return UseReport{to_time(time), used, amount, std::move(substance)};
           }),
           py::arg("time"), py::arg("used"), py::arg("amount") = 0.0,
           py::arg("substance") = "")
      .def_property_readonly("time", [](const UseReport& self) { return when(self.at); })
      .def_readonly("used", &UseReport::used)
      .def_readonly("amount", &UseReport::amount)
      .def_readonly("substance", &UseReport::substance)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "UseReport", {"time", "used"});
      });
  py::class_<LearningRecord>(module, "LearningRecord",
                             "What a person made of a return to use.")
      .def(py::init([](const py::object& time, Words situations, std::string words,
                       Words signs, Words tried, std::string change) {
             return LearningRecord{to_time(time),    std::move(situations),
                                   std::move(words), std::move(signs),
                                   std::move(tried), std::move(change)};
           }),
           py::arg("time"), py::arg("situations") = Words{}, py::arg("words") = "",
           py::arg("signs") = Words{}, py::arg("tried") = Words{}, py::arg("change") = "")
      .def_property_readonly("time",
                             [](const LearningRecord& self) { return when(self.at); })
      .def_readonly("situations", &LearningRecord::situations)
      .def_readonly("words", &LearningRecord::words)
      .def_readonly("signs", &LearningRecord::signs)
      .def_readonly("tried", &LearningRecord::tried)
      .def_readonly("change", &LearningRecord::change)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "LearningRecord", {"time", "situations"});
      });
}

void bind_episodes(py::module_& module) {
  py::class_<UseEpisode>(module, "UseEpisode", "A run of use, a lapse or a relapse.")
      .def_property_readonly("first",
                             [](const UseEpisode& self) { return when(self.first); })
      .def_property_readonly("last",
                             [](const UseEpisode& self) { return when(self.last); })
      .def_readonly("days", &UseEpisode::days)
      .def_property_readonly("kind",
                             [](const UseEpisode& self) { return word_of(self.kind); })
      .def_property_readonly(
          "prolapse", [](const UseEpisode& self) { return when(self.prolapse); },
          "The return to abstinence.")
      .def("__repr__", [](const py::object& self) {
        return shown(self, "UseEpisode", {"first", "days", "kind", "prolapse"});
      });
  py::class_<RecoveryCounts>(module, "RecoveryCounts", "What stays, whatever happens.")
      .def_readonly("days_in_recovery", &RecoveryCounts::days_in_recovery)
      .def_readonly("days_without_use", &RecoveryCounts::days_without_use)
      .def_readonly("longest_run", &RecoveryCounts::longest_run)
      .def_readonly("lapses", &RecoveryCounts::lapses)
      .def_readonly("relapses", &RecoveryCounts::relapses)
      .def_readonly("prolapses", &RecoveryCounts::prolapses)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "RecoveryCounts",
                     {"days_in_recovery", "days_without_use", "longest_run", "lapses",
                      "relapses", "prolapses"});
      });
}

void bind_protocol(py::module_& module) {
  py::class_<Protocol>(module, "Protocol", "What to do after a return to use, as data.")
      .def_static(
          "after_use", [] { return protocols::after_use(); },
          "The one that comes with the library.")
      .def_static(
          "load",
          [](const std::filesystem::path& path) {
            return io::parse_protocol(io::read_file(path));
          },
          py::arg("path"))
      .def_static(
          "from_json", [](const std::string& text) { return io::parse_protocol(text); },
          py::arg("text"))
      .def("to_json", [](const Protocol& self) { return io::to_json(self); })
      .def_readonly("id", &Protocol::id)
      .def_readonly("version", &Protocol::version)
      .def_readonly("title", &Protocol::title)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Protocol", {"id", "version"});
      });
}

void bind_outcome(py::module_& module) {
  py::class_<Proposal>(module, "Proposal", "A change of the plan to accept or not.")
      .def_property_readonly("kind",
                             [](const Proposal& self) { return word_of(self.kind); })
      .def_readonly("part", &Proposal::part)
      .def_readonly("entry", &Proposal::entry)
      .def_readonly("words", &Proposal::words)
      .def_readonly("evidence", &Proposal::evidence)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Proposal", {"kind", "part", "entry"});
      });
  py::class_<AfterUseStep>(module, "AfterUseStep", "One step after a return to use.")
      .def_property_readonly("kind",
                             [](const AfterUseStep& self) { return word_of(self.kind); })
      .def_readonly("words", &AfterUseStep::words)
      .def_readonly("contacts", &AfterUseStep::contacts)
      .def_readonly("source", &AfterUseStep::source)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "AfterUseStep", {"kind", "words"});
      });
  using Self = WrittenAfterUse;
  py::class_<Self>(module, "AfterUse", "What to do now, and what there is to learn.")
      .def_property_readonly("episode",
                             [](const Self& self) { return self.after.episode; })
      .def_property_readonly("counts", [](const Self& self) { return self.after.counts; })
      .def_property_readonly("steps", [](const Self& self) { return self.after.steps; })
      .def_property_readonly("proposals",
                             [](const Self& self) { return self.after.proposals; })
      .def_property_readonly(
          "next_check_in",
          [](const Self& self) { return when(self.after.next_check_in); })
      .def(
          "to_markdown",
          [](const Self& self, const Zone& zone) {
            return io::to_markdown(self.page(zone));
          },
          py::arg("zone") = Zone())
      .def(
          "to_html",
          [](const Self& self, const Zone& zone) { return io::to_html(self.page(zone)); },
          py::arg("zone") = Zone())
      .def("__repr__", [](const py::object& self) {
        return shown(self, "AfterUse", {"episode", "counts", "next_check_in"});
      });
}

}  // namespace

void bind_after_use(py::module_& module) {
  bind_reports(module);
  bind_episodes(module);
  bind_protocol(module);
  bind_outcome(module);
  module.def(
      "after_use",
      [](const Plan& plan, std::vector<UseReport> reports,
         const py::object& recovery_start, const py::object& now, Words flags,
         std::optional<LearningRecord> learning, const std::optional<Protocol>& protocol,
         const py::object& zone, const std::string& locale) {
        const auto speech = speech_of(locale);
        const AfterUseInput input{
            std::move(reports),  to_time(recovery_start), to_time(now), std::move(flags),
            std::move(learning), speech.wording,          speech.place};
        return WrittenAfterUse{
            care::after_use(plan, protocol ? *protocol : protocols::after_use(), input,
                            zone_for(plan, zone)),
            speech, plan};
      },
      py::arg("plan"), py::kw_only(), py::arg("reports"), py::arg("recovery_start"),
      py::arg("now"), py::arg("flags") = Words{}, py::arg("learning") = py::none(),
      py::arg("protocol") = py::none(), py::arg("zone") = py::none(),
      py::arg("locale") = "en",
      "Return the steps after the last reported use, safety first.");
  for (const char* name : {"UseReport", "LearningRecord", "UseEpisode", "RecoveryCounts",
                           "Protocol", "Proposal", "AfterUseStep", "AfterUse"}) {
    module.attr(name).attr("__module__") = "relapse";
  }
}

}  // namespace relapse::python
