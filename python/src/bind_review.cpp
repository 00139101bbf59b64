#include <relapse/care/plan_page.hpp>
#include <relapse/care/review.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/io/review_json.hpp>

#include "bind.hpp"
#include "moments.hpp"
#include "speech.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

std::optional<Time> maybe_time(const py::object& moment) {
  return moment.is_none() ? std::nullopt : std::optional<Time>(to_time(moment));
}

/// A review with what it takes to write it for people.
struct WrittenReview {
  Review review;
  Model model;
  Zone zone;
  care::PageSpeech speech;
  Plan plan;

  care::Page page() const {
    auto page = care::review_page(review, model, zone, speech.wording);
    page.numbers = care::numbers_of(speech.place);
    care::mark_own_words(page, plan);
    return page;
  }
};

void bind_input(py::module_& module) {
  py::class_<FollowUp>(module, "FollowUp", "What became of an action.")
      .def(py::init([](std::string action, const py::object& time,
                       const std::optional<double>& helped) {
             return FollowUp{std::move(action), to_time(time), helped};
           }),
           py::arg("action"), py::arg("time"), py::arg("helped"))
      .def_readonly("action", &FollowUp::action)
      .def_property_readonly("time", [](const FollowUp& self) { return when(self.at); })
      .def_readonly("helped", &FollowUp::helped)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "FollowUp", {"action", "time", "helped"});
      });
  py::class_<ReviewCheckIn>(module, "ReviewCheckIn",
                            "One scheduled check-in with what was shown then.")
      .def(py::init([](const py::object& time, const std::string& level,
                       const std::map<std::string, double>& answers,
                       std::vector<std::string> situations, bool missed) {
             return ReviewCheckIn{to_time(time),
                                  from_word<RiskLevel>("level", level),
                                  {answers.begin(), answers.end()},
                                  std::move(situations),
                                  missed};
           }),
           py::arg("time"), py::arg("level"),
           py::arg("answers") = std::map<std::string, double>{},
           py::arg("situations") = std::vector<std::string>{}, py::arg("missed") = false)
      .def_property_readonly("time",
                             [](const ReviewCheckIn& self) { return when(self.at); })
      .def_property_readonly(
          "level", [](const ReviewCheckIn& self) { return word_of(self.level); })
      .def_readonly("missed", &ReviewCheckIn::missed)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "ReviewCheckIn", {"time", "level", "missed"});
      });
}

WrittenReview look_back(const Plan& plan, const Model& model, const py::object& now,
                        std::vector<ReviewCheckIn> check_ins,
                        std::vector<FollowUp> follow_ups,
                        std::vector<LearningRecord> learning, const py::object& last_use,
                        const py::object& last_review, std::string person,
                        const py::object& zone, const std::string& locale) {
  ReviewInput input;
  input.person = std::move(person);
  input.now = to_time(now);
  input.check_ins = std::move(check_ins);
  input.follow_ups = std::move(follow_ups);
  input.learning = std::move(learning);
  input.last_use = maybe_time(last_use);
  input.last_review = maybe_time(last_review);
  auto speech = speech_of(locale);
  const Zone local = zone_for(plan, zone);
  return {care::review(plan, model, input, {.zone = local, .wording = speech.wording}),
          model, local, speech, plan};
}

}  // namespace

void bind_review(py::module_& module) {
  bind_input(module);
  py::class_<WrittenReview>(module, "Review", "What a person's history says.")
      .def_property_readonly(
          "proposals", [](const WrittenReview& self) { return self.review.proposals; })
      .def("to_json", [](const WrittenReview& self) { return io::to_json(self.review); })
      .def("to_dict",
           [](const WrittenReview& self) -> py::object {
             return py::module_::import("json").attr("loads")(io::to_json(self.review));
           })
      .def("to_markdown",
           [](const WrittenReview& self) { return io::to_markdown(self.page()); })
      .def("to_html", [](const WrittenReview& self) { return io::to_html(self.page()); })
      .def("__repr__", [](const WrittenReview& self) {
        return "Review(" + std::to_string(self.review.check_ins) + " check-ins, " +
               std::to_string(self.review.proposals.size()) + " proposals)";
      });
  module.def("review", &look_back, py::arg("plan"), py::arg("model"), py::kw_only(),
             py::arg("now"), py::arg("check_ins") = std::vector<ReviewCheckIn>{},
             py::arg("follow_ups") = std::vector<FollowUp>{},
             py::arg("learning") = std::vector<LearningRecord>{},
             py::arg("last_use") = py::none(), py::arg("last_review") = py::none(),
             py::arg("person") = "", py::arg("zone") = py::none(),
             py::arg("locale") = "en",
             "Look back over a person's history with the plan.");
  for (const char* name : {"FollowUp", "ReviewCheckIn", "Review"}) {
    module.attr(name).attr("__module__") = "relapse";
  }
}

}  // namespace relapse::python
