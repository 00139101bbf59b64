#include <relapse/core/zone.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/model/model.hpp>

#include "answers.hpp"
#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

std::optional<Days> days(const std::optional<double>& count) {
  return count ? std::optional<Days>(Days{*count}) : std::nullopt;
}

Monitor make_monitor(const Model& model, bool drivers, bool outcome_drivers,
                     const std::optional<double>& days_since_use,
                     const std::optional<double>& days_in_recovery) {
  return Monitor(model, {.drivers = drivers,
                         .outcome_drivers = outcome_drivers,
                         .start = {.days_since_use = days(days_since_use),
                                   .days_in_recovery = days(days_in_recovery)}});
}

Monitor restore(const Model& model, const py::bytes& snapshot, bool drivers,
                bool outcome_drivers) {
  const auto bytes = static_cast<std::string_view>(snapshot);
  const std::vector<std::uint8_t> octets(bytes.begin(), bytes.end());
  return Monitor(model, io::from_cbor(octets),
                 {.drivers = drivers, .outcome_drivers = outcome_drivers});
}

py::bytes snapshot(const Monitor& monitor) {
  const auto octets = io::to_cbor(monitor.snapshot());
  const std::string bytes(octets.begin(), octets.end());
  return py::bytes(bytes);
}

/// Responses to instruments, as pairs of an instrument and its answers by item.
std::vector<InstrumentResponse> responses_of(const py::list& given) {
  std::vector<InstrumentResponse> responses;
  for (const auto& pair : given) {
    const auto parts = pair.cast<py::tuple>();
    responses.push_back({parts[0].cast<Instrument>(), parts[1].cast<Response>()});
  }
  return responses;
}

/// A check-in as it stands while it is being answered.
CheckIn so_far(double time, const py::dict& answers) {
  CheckIn check_in;
  check_in.time = Time{time};
  add_answers(answers, check_in);
  return check_in;
}

Assessment update(Monitor& monitor, double time, const py::dict& answers,
                  const py::dict& missing, const std::vector<std::string>& known_stage,
                  bool entered, const std::optional<double>& used_days_ago,
                  bool abstinent_since_last, const std::vector<std::string>& acknowledge,
                  const std::string& person, const std::optional<double>& seconds,
                  const py::list& instruments) {
  CheckIn check_in;
  check_in.person = person;
  check_in.time = Time{time};
  check_in.seconds = seconds;
  const auto responses = responses_of(instruments);
  try {
    add_answers(answers, check_in);
    add_missing(missing, check_in);
    if (entered && known_stage.empty())
      throw CheckInError({person, {}, "entered"}, "needs a known stage");
    if (!responses.empty()) add_answers(responses, monitor.model(), check_in);
    if (!known_stage.empty()) check_in.known_stage = KnownStage{known_stage, entered};
    check_in.used_days_ago = days(used_days_ago);
    check_in.abstinent_since_last = abstinent_since_last;
    check_in.acknowledge = acknowledge;
    return monitor.update(check_in);
  } catch (const CheckInError& error) {
    add_alarms(responses, monitor.model(), check_in);
    throw io::refusal(error, check_in, monitor);
  } catch (const InvalidInput& error) {
    add_alarms(responses, monitor.model(), check_in);
    throw io::refusal({{person, {}, ""}, error.what()}, check_in, monitor);
  }
}

py::tuple named(const RaisedFlags& raised) {
  return py::make_tuple(raised.flags, raised.unreadable);
}

/// The flags that the answers of a check-in raise which Python refused.
py::tuple raise_flags(Monitor& monitor, double time, const py::dict& answers,
                      const py::list& instruments) {
  CheckIn check_in;
  check_in.time = Time{time};
  try {
    add_answers(answers, check_in);
  } catch (const CheckInError&) {
    // Refused already; all that could be read is there.
  }
  add_alarms(responses_of(instruments), monitor.model(), check_in);
  io::add_flagged_items(monitor.model(), check_in);
  return named(monitor.raise_flags(check_in));
}

/// The same of what has no shape that Python can read.
py::tuple raise_flags_there(Monitor& monitor, double time, const std::string& json) {
  auto check_in = io::parse_what_is_there(json);
  check_in.time = Time{time};
  io::add_flagged_items(monitor.model(), check_in);
  return named(monitor.raise_flags(check_in));
}

/// Settings by name, as relapse.Monitor.suggest passes them.
SuggestSettings suggest_settings(const py::dict& given) {
  SuggestSettings settings;
  settings.count = given["count"].cast<int>();
  settings.horizon = Days{given["horizon_days"].cast<double>()};
  settings.minutes = given["minutes"].cast<double>();
  settings.contact_available = given["contact_available"].cast<bool>();
  settings.cool_down = Days{given["cool_down_days"].cast<double>()};
  settings.exploration = given["exploration"].cast<double>();
  settings.coming = given["coming"].cast<std::vector<std::string>>();
  settings.seed = given["seed"].cast<std::uint64_t>();
  settings.wording = io::find_wording(given["locale"].cast<std::string>());
  settings.places = given["places"].cast<std::optional<std::vector<std::string>>>();
  const py::object quiet = given["quiet_hours"];
  if (!quiet.is_none()) {
    const auto [from, to] = quiet.cast<std::pair<std::string, std::string>>();
    settings.quiet = DailyHours(from, to);
    settings.zone = given["zone"].cast<Zone>();
  }
  return settings;
}

/// What is told of the time ahead: pairs of a time and answers.
std::vector<CheckIn> planned(const py::list& pairs) {
  std::vector<CheckIn> plan;
  for (const auto& pair : pairs) {
    const auto [time, answers] = pair.cast<std::pair<double, py::dict>>();
    plan.push_back(so_far(time, answers));
  }
  return plan;
}

/// Levels as they are answered; None stands for the missing level of an item that has
/// one.
double run_probability(const Monitor& monitor, const std::string& item,
                       const py::list& outcome, int run, int weeks, int already,
                       const py::list& plan) {
  const Model& model = monitor.model();
  const int index = model.find_item(item);
  if (index < 0 || !model.document().items[static_cast<std::size_t>(index)].emission) {
    throw InvalidInput("run_probability", "the item must be a sign or a use item");
  }
  const Item& asked = model.document().items[static_cast<std::size_t>(index)].item;
  risk::RunOutcome wanted{.item = index, .levels = {}, .already = already};
  for (const auto& answer : outcome) {
    if (answer.is_none()) {
      if (!asked.missing_is_a_level) {
        throw InvalidInput("run_probability", "missing is no level of the item");
      }
      wanted.levels.push_back(model.answer_levels(index));
    } else if (py::isinstance<py::str>(answer)) {
      wanted.levels.push_back(encode_answer(index, answer.cast<std::string>(), model));
    } else {
      wanted.levels.push_back(encode_answer(index, answer.cast<double>(), model));
    }
  }
  return monitor.outlook(planned(plan)).run_probability(wanted, run, weeks);
}

}  // namespace

void bind_monitor(py::module_& module) {
  py::class_<Monitor>(module, "Monitor")
      .def(py::init(&make_monitor), py::arg("model"), py::arg("drivers"),
           py::arg("outcome_drivers"), py::arg("days_since_use"),
           py::arg("days_in_recovery"))
      .def_static("restore", &restore, py::arg("model"), py::arg("snapshot"),
                  py::arg("drivers"), py::arg("outcome_drivers"))
      .def("snapshot", &snapshot)
      .def("update", &update, py::arg("time"), py::arg("answers"), py::arg("missing"),
           py::arg("known_stage"), py::arg("entered"), py::arg("used_days_ago"),
           py::arg("abstinent_since_last"), py::arg("acknowledge"), py::arg("person"),
           py::arg("seconds"), py::arg("instruments"))
      .def(
          "next_questions",
          [](const Monitor& self, int count, double time, const py::dict& answers) {
            return self.next_questions(count, so_far(time, answers));
          },
          py::arg("count"), py::arg("time"), py::arg("answers"))
      .def(
          "information",
          [](const Monitor& self, double time, const py::dict& answers) {
            py::dict bits;
            for (const auto& each : self.information(so_far(time, answers)))
              bits[py::str(each.item)] = each.bits;
            return bits;
          },
          py::arg("time"), py::arg("answers"))
      .def("last_time",
           [](const Monitor& self) -> std::optional<double> {
             const auto last = self.last();
             return last ? std::optional(last->days) : std::nullopt;
           })
      .def("raise_flags", &raise_flags, py::arg("time"), py::arg("answers"),
           py::arg("instruments"))
      .def("raise_flags_there", &raise_flags_there, py::arg("time"), py::arg("json"))
      .def("flags", [](const Monitor& self) { return named(self.flags()); })
      .def(
          "at", [](const Monitor& self, double time) { return self.at(Time{time}); },
          py::arg("time"))
      .def(
          "acknowledge",
          [](Monitor& self, const std::string& flag, double time) {
            return self.acknowledge(flag, Time{time});
          },
          py::arg("flag"), py::arg("time"))
      .def(
          "hear", [](Monitor& self, double time) { self.hear(Time{time}); },
          py::arg("time"))
      .def(
          "expect_every",
          [](Monitor& self, double days) { self.expect_every(Days{days}); },
          py::arg("days"))
      .def(
          "follow_up",
          [](Monitor& self, const Plan& plan, const std::string& action, double helped) {
            self.follow_up(plan, action, helped);
          },
          py::arg("plan"), py::arg("action"), py::arg("helped"))
      .def(
          "follow_up_at",
          [](Monitor& self, const Plan& plan, const std::string& action,
             const std::optional<double>& helped, double time,
             const std::optional<double>& now) {
            std::optional<Time> clock;
            if (now) clock = Time{*now};
            self.follow_up(plan, {action, Time{time}, helped}, clock);
          },
          py::arg("plan"), py::arg("action"), py::arg("helped"), py::arg("time"),
          py::arg("now"))
      .def(
          "suggested",
          [](Monitor& self, const Plan& plan, const std::string& action, double time) {
            self.suggested(plan, action, Time{time});
          },
          py::arg("plan"), py::arg("action"), py::arg("time"))
      .def(
          "suggest",
          [](const Monitor& self, const Plan& plan, const py::dict& settings) {
            return self.suggest(plan, suggest_settings(settings));
          },
          py::arg("plan"), py::arg("settings"))
      .def(
          "forecast",
          [](const Monitor& self, const std::string& item, double after,
             const py::list& plan) {
            return self.forecast(item, Days{after}, planned(plan));
          },
          py::arg("item"), py::arg("days"), py::arg("plan"))
      .def("run_probability", &run_probability, py::arg("item"), py::arg("outcome"),
           py::arg("run"), py::arg("weeks"), py::arg("already"), py::arg("plan"));
}

}  // namespace relapse::python
