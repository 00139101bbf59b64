#include <relapse/engine/stream.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "check_ins.hpp"
#include "progress.hpp"
#include "scores.hpp"
#include "words.hpp"

#include <string>

namespace relapse::python {
namespace {

namespace py = pybind11;

py::dict score_next(Stream& stream, const py::dict& columns,
                    const Array<std::int64_t>& keys) {
  const CheckIns check_ins(columns);
  Scores scores;
  {
    const py::gil_scoped_release others_may_run;
    scores = stream.score(check_ins.batch(), view(keys));
  }
  return table_of(std::move(scores), stream.model());
}

void raise_flags(Stream& stream, const py::dict& columns,
                 const Array<std::int64_t>& keys) {
  const CheckIns check_ins(columns);
  stream.raise_flags(check_ins.batch(), view(keys));
}

Stream make_stream(const Model& model, int threads, const std::string& same_time,
                   bool collect) {
  return Stream(model, {.threads = threads,
                        .on_error = collect ? OnError::collect : OnError::raise,
                        .same_time = from_word<SameTime>("same_time", same_time)});
}

}  // namespace

void bind_stream(py::module_& module) {
  py::class_<Stream>(module, "Stream")
      .def(py::init(&make_stream), py::arg("model"), py::arg("threads"),
           py::arg("same_time"), py::arg("collect"))
      .def("score", &score_next, py::arg("columns"), py::arg("keys"))
      .def("raise_flags", &raise_flags, py::arg("columns"), py::arg("keys"))
      .def(
          "keep_only",
          [](Stream& self, const Array<std::int64_t>& keys) {
            self.keep_only(view(keys));
          },
          py::arg("keys"))
      .def_property_readonly("kept", &Stream::kept);
}

}  // namespace relapse::python
