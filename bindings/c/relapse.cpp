#include <relapse/c/relapse.h>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/detail/utf8.hpp>
#include <relapse/engine/questions.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_plan.hpp>
#include <relapse/io/fhir_response.hpp>
#include <relapse/io/fhir_writer.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/io/medications.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/resources.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/version.hpp>

#include "documents.hpp"

#include <atomic>
#include <cassert>
#include <cstdint>
#include <new>

// A handle: what it holds, and a mark that says that it is one of this kind and alive.
// Builds without NDEBUG keep what is left of a freed handle, so that using it is noticed
// and not undefined.

namespace relapse::c {
namespace {

struct Shell {
  std::uint64_t mark = 0;
#ifndef NDEBUG
  Shell* freed_before = nullptr;
#endif
};

#ifndef NDEBUG
std::atomic<Shell*> freed{nullptr};
#endif

template <class Held, char Kind>
struct Handle : Shell {
  static constexpr std::uint64_t alive = 0x72656c6170736500 + Kind;

  explicit Handle(Held value) : held(std::move(value)) { mark = alive; }

  std::optional<Held> held;
};

/// A handle or a pointer that must not be what it is.
class Misuse : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A check-in that could not be read, with the flags that it raised all the same.
class RefusedCheckIn : public ParseError {
 public:
  RefusedCheckIn(ParseError error, RaisedFlags flags)
      : ParseError(std::move(error)), raised(std::move(flags)) {}

  RaisedFlags raised;
};

}  // namespace
}  // namespace relapse::c

struct relapse_text : relapse::c::Handle<std::string, 't'> {
  using Handle::Handle;
};
struct relapse_model : relapse::c::Handle<relapse::Model, 'm'> {
  using Handle::Handle;
};
struct relapse_case_file : relapse::c::Handle<relapse::CaseFile, 'c'> {
  using Handle::Handle;
};
struct relapse_monitor : relapse::c::Handle<relapse::Monitor, 'p'> {
  using Handle::Handle;
};

namespace relapse::c {
namespace {

template <class Kind>
bool is_alive(const Kind* handle) {
  return handle != nullptr && handle->mark == Kind::alive;
}

/// What a handle holds, as const as the handle.
template <class Kind>
auto& held_by(Kind* handle) {
  if (!is_alive(handle)) {
    throw Misuse(handle == nullptr ? "a handle is NULL, but must be alive"
                                   : "a handle is not alive or of another kind");
  }
  return *handle->held;
}

template <class Kind>
void free_handle(Kind* handle) {
  if (handle == nullptr) return;
  assert(is_alive(handle) && "a handle is freed twice, or is of another kind");
  handle->mark = 0;
#ifdef NDEBUG
  delete handle;
#else
  handle->held.reset();
  Shell* shell = handle;
  shell->freed_before = freed.load();
  while (!freed.compare_exchange_weak(shell->freed_before, shell)) {
  }
#endif
}

/// A text that came in.
std::string_view text_of(const char* data, std::size_t size,
                         std::size_t limit = io::document_size_limit) {
  if (data == nullptr && size > 0) throw Misuse("a text is NULL, but has a size");
  if (size > limit) {
    throw ParseError({}, "is " + std::to_string(size) + " bytes, but must be at most " +
                             std::to_string(limit));
  }
  return size == 0 ? std::string_view{} : std::string_view(data, size);
}

void tell(relapse_text** out, std::string text) {
  if (out != nullptr) *out = new relapse_text(std::move(text));
}

/// What must be written whatever it is: an error repeats names of a document.
std::string readable(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string plain(text);
  for (char& each : plain) {
    if (static_cast<unsigned char>(each) >= 0x80) each = '?';
  }
  return plain;
}

/// An error on its way out.
struct Refusal {
  int status;
  std::string_view kind;
  std::string message;
  JsonObject more = {};

  int tell(relapse_text** out) {
    more.add("schema", "relapse/error/1");
    more.add("kind", kind);
    more.add("message", readable(message));
    c::tell(out, more.json());
    return status;
  }
};

void add_flags(JsonObject& object, const RaisedFlags& raised) {
  if (!raised.flags.empty()) object.add_json("flags", json_texts(raised.flags));
  if (!raised.unreadable.empty())
    object.add_json("unreadable_flags", json_texts(raised.unreadable));
}

Refusal refusal_of(const CheckInError& error) {
  Refusal refusal{RELAPSE_CHECK_IN, "check_in", error.what()};
  refusal.more.add_unless_empty("person", readable(error.place().person));
  refusal.more.add_unless_empty("item", readable(error.place().item));
  add_flags(refusal.more, error.raised());
  return refusal;
}

Refusal refusal_of(const ParseError& error) {
  Refusal refusal{RELAPSE_PARSE, "parse", error.what()};
  refusal.more.add("pointer", readable(error.pointer()));
  return refusal;
}

/// What is being thrown, said.
Refusal current_refusal() {
  try {
    throw;
  } catch (const CheckInError& error) {
    return refusal_of(error);
  } catch (const RefusedCheckIn& error) {
    Refusal refusal = refusal_of(error);
    add_flags(refusal.more, error.raised);
    return refusal;
  } catch (const ParseError& error) {
    return refusal_of(error);
  } catch (const InvalidInput& error) {
    return {RELAPSE_INVALID, "invalid", error.what()};
  } catch (const Misuse& error) {
    return {RELAPSE_MISUSE, "misuse", error.what()};
  } catch (const std::bad_alloc&) {
    return {RELAPSE_MEMORY, "memory", "memory ended"};
  } catch (...) {
    // Its text may repeat anything.
    return {RELAPSE_OTHER, "other", "an error that the library did not expect"};
  }
}

/// The one place where exceptions end.
template <class Work>
int guarded(relapse_text** out, Work work) noexcept {
  if (out != nullptr) *out = nullptr;
  try {
    try {
      if constexpr (std::is_void_v<decltype(work())>) {
        work();
      } else {
        tell(out, work());
      }
      return RELAPSE_OK;
    } catch (...) {
      return current_refusal().tell(out);
    }
  } catch (...) {
    return RELAPSE_MEMORY;
  }
}

/// The same for what makes a handle.
template <class Kind, class Make>
int guarded(Kind** place, relapse_text** out, Make make) noexcept {
  if (place != nullptr) *place = nullptr;
  return guarded(out, [&] {
    if (place == nullptr) throw Misuse("the place of a handle is NULL");
    *place = new Kind(make());
  });
}

constexpr int compact = 0;
constexpr std::size_t log_size_limit = std::size_t{1} << 30;  // bytes

const Instrument& instrument_of(std::string_view name) {
  if (const Instrument* found = instruments::find(name)) return *found;
  throw InvalidInput("instrument", "none of this name comes with the library");
}

std::string page_of(const Model& model, const Plan& plan, std::string_view text) {
  const Settings settings(text, {"format", "locale", "zone", "now"});
  const auto format = settings.get<std::string>("format", "html");
  if (format != "html" && format != "markdown")
    settings["format"].refuse("another word", "html or markdown");
  const Wording say = wording_of(settings);
  const auto locale = settings.get<std::string>("locale", "en");
  const care::PageSpeech speech(say,
                                translated(io::crisis_directory().find(locale), say));
  const care::Page page =
      care::plan_page(plan, model, zone_of(settings), speech, now_of(settings));
  return format == "html" ? io::to_html(page) : io::to_markdown(page);
}

/// What is known of a person; empty texts are left out.
std::string fhir_bundle(const Monitor& monitor, std::string_view check_in,
                        std::string_view plan, std::string_view settings) {
  const Settings given(settings, {"contact", "basis", "locale"}, {"person", "at"});
  const io::FhirContext context{given["person"].text(), given.get<std::string>("basis"),
                                given.get<std::string>("locale", "en")};
  const Time at = given["at"].time();
  const Model& model = monitor.model();
  std::vector<std::string> made;
  if (!check_in.empty()) {
    auto told = io::parse_check_in(check_in);
    if (told.person.empty()) told.person = context.person;
    if (told.person != context.person)
      throw InvalidInput("person", "is another one than that of the check-in");
    made.push_back(io::fhir_response(told, model, context.locale));
  }
  const auto assessment = monitor.at(at);
  made.push_back(io::fhir_risk_assessment(assessment, context));
  const auto add = [&](std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(made));
  };
  add(io::fhir_flags(assessment, context));
  if (!plan.empty()) {
    const Plan of = io::parse_plan(plan);
    if (!of.person.empty() && of.person != context.person)
      throw InvalidInput("person", "is another one than that of the plan");
    add(io::fhir_care_plan(of, given.get<std::string>("contact"), model, context));
  }
  made.push_back(io::fhir_provenance(made, model, at, context));
  return io::fhir_bundle(made);
}

CheckIn read_check_in(std::string_view text, Monitor& monitor) {
  try {
    return io::parse_check_in(text);
  } catch (const ParseError& error) {
    auto found = io::parse_what_is_there(text);
    io::add_flagged_items(monitor.model(), found);
    throw RefusedCheckIn(error, monitor.raise_flags(found));
  }
}

const Assessment& update(Monitor& monitor, std::string_view text) {
  const CheckIn given = read_check_in(text, monitor);
  try {
    return monitor.update(given);
  } catch (const CheckInError& error) {
    throw io::refusal(error, given, monitor);
  }
}

}  // namespace
}  // namespace relapse::c

using namespace relapse;
using c::guarded;
using c::held_by;
using c::text_of;

extern "C" {

int relapse_abi(void) { return RELAPSE_ABI; }

const char* relapse_version(void) { return RELAPSE_VERSION; }

const char* relapse_text_data(const relapse_text* text) {
  assert((text == nullptr || c::is_alive(text)) && "a text is used after it was freed");
  return c::is_alive(text) ? text->held->c_str() : "";
}

size_t relapse_text_size(const relapse_text* text) {
  assert((text == nullptr || c::is_alive(text)) && "a text is used after it was freed");
  return c::is_alive(text) ? text->held->size() : 0;
}

void relapse_text_free(relapse_text* text) { c::free_handle(text); }

int relapse_model_named(const char* name, size_t size, relapse_model** model,
                        relapse_text** out) {
  return guarded(model, out, [&] {
    const auto wanted = text_of(name, size);
#ifdef RELAPSE_SMALL
    // Documents that nobody asks for by name are left out when linking.
    if (wanted == "standard") return models::standard();
#else
    if (const Model* found = models::find(wanted)) return *found;
#endif
    throw InvalidInput("model", "none of this name comes with the library");
  });
}

int relapse_model_read(const char* document, size_t size, relapse_model** model,
                       relapse_text** out) {
  return guarded(model, out, [&] { return io::parse_model(text_of(document, size)); });
}

void relapse_model_free(relapse_model* model) { c::free_handle(model); }

int relapse_model_document(const relapse_model* model, relapse_text** out) {
  return guarded(out, [&] { return io::to_json(held_by(model)); });
}

int relapse_model_items(const relapse_model* model, const char* locale, size_t size,
                        relapse_text** out) {
  return guarded(out, [&] {
    return c::items_json(held_by(model), io::find_wording(text_of(locale, size)));
  });
}

int relapse_model_short_form(const relapse_model* model, int count, relapse_text** out) {
  return guarded(out, [&] { return json_texts(short_form(count, held_by(model))); });
}

int relapse_case_file_new(const relapse_model* model, const char* start, size_t size,
                          relapse_case_file** case_file, relapse_text** out) {
  return guarded(case_file, out, [&] {
    return CaseFile(held_by(model), c::case_file_start(text_of(start, size)));
  });
}

int relapse_case_file_read(const relapse_model* model, const char* text, size_t size,
                           relapse_case_file** case_file, relapse_text** out) {
  return guarded(case_file, out, [&] {
    const Model& known = held_by(model);
    return CaseFile::read(known, text_of(text, size, c::log_size_limit));
  });
}

void relapse_case_file_free(relapse_case_file* case_file) { c::free_handle(case_file); }

int relapse_case_file_add(relapse_case_file* case_file, const char* event, size_t size,
                          relapse_text** out) {
  return guarded(out, [&] { return held_by(case_file).add(text_of(event, size)); });
}

int relapse_case_file_view(const relapse_case_file* case_file, const char* settings,
                           size_t size, relapse_text** out) {
  return guarded(out, [&] {
    const CaseFile& person = held_by(case_file);
    const auto [now, how] = c::view_of(text_of(settings, size));
    return person.view(now, how);
  });
}

int relapse_case_file_help(const relapse_case_file* case_file, const char* settings,
                           size_t size, relapse_text** out) {
  return guarded(out, [&] {
    const CaseFile& person = held_by(case_file);
    const c::Settings given(text_of(settings, size), {"locale"}, {"now"});
    return person.help(given["now"].time(), given.get<std::string>("locale", "en"));
  });
}

int relapse_case_file_merge(relapse_case_file* case_file, const relapse_case_file* other,
                            relapse_text** out) {
  return guarded(out, [&] {
    CaseFile& person = held_by(case_file);
    person.merge(held_by(other));
  });
}

int relapse_case_file_compact(relapse_case_file* case_file, const char* before,
                              size_t size, relapse_text** out) {
  return guarded(out, [&] {
    CaseFile& person = held_by(case_file);
    person.compact(c::parse_time(text_of(before, size)));
  });
}

int relapse_case_file_text(const relapse_case_file* case_file, relapse_text** out) {
  return guarded(out, [&] { return held_by(case_file).text(); });
}

int relapse_case_file_problems(const relapse_case_file* case_file, relapse_text** out) {
  return guarded(out, [&] { return held_by(case_file).problems(); });
}

int relapse_monitor_new(const relapse_model* model, const char* start, size_t size,
                        relapse_monitor** monitor, relapse_text** out) {
  return guarded(monitor, out, [&] {
    return Monitor(held_by(model), c::monitor_settings(text_of(start, size)));
  });
}

int relapse_monitor_restore(const relapse_model* model, const char* snapshot, size_t size,
                            relapse_monitor** monitor, relapse_text** out) {
  return guarded(monitor, out, [&] {
    const Model& known = held_by(model);
    const auto bytes = text_of(snapshot, size);
    const std::vector<std::uint8_t> octets(bytes.begin(), bytes.end());
    return Monitor(known, io::from_cbor(octets));
  });
}

void relapse_monitor_free(relapse_monitor* monitor) { c::free_handle(monitor); }

int relapse_monitor_snapshot(const relapse_monitor* monitor, relapse_text** out) {
  return guarded(out, [&] {
    const auto octets = io::to_cbor(held_by(monitor).snapshot());
    return std::string(octets.begin(), octets.end());
  });
}

int relapse_monitor_update(relapse_monitor* monitor, const char* check_in, size_t size,
                           relapse_text** out) {
  return guarded(out, [&] {
    return io::to_json(c::update(held_by(monitor), text_of(check_in, size)), c::compact);
  });
}

int relapse_monitor_at(const relapse_monitor* monitor, const char* time, size_t size,
                       relapse_text** out) {
  return guarded(out, [&] {
    const Monitor& person = held_by(monitor);
    return io::to_json(person.at(c::parse_time(text_of(time, size))), c::compact);
  });
}

int relapse_monitor_acknowledge(relapse_monitor* monitor, const char* what, size_t size,
                                relapse_text** out) {
  return guarded(out, [&]() -> std::string {
    Monitor& person = held_by(monitor);
    const c::Settings given(text_of(what, size), {}, {"flag", "at"});
    return person.acknowledge(given["flag"].text(), given["at"].time()) ? "true"
                                                                        : "false";
  });
}

int relapse_monitor_follow_up(relapse_monitor* monitor, const char* plan,
                              size_t plan_size, const char* what, size_t size,
                              relapse_text** out) {
  return guarded(out, [&] {
    Monitor& person = held_by(monitor);
    const auto told = text_of(what, size);
    person.follow_up(io::parse_plan(text_of(plan, plan_size)), c::parse_follow_up(told));
  });
}

int relapse_monitor_suggest(const relapse_monitor* monitor, const char* plan,
                            size_t plan_size, const char* settings, size_t size,
                            relapse_text** out) {
  return guarded(out, [&] {
    const Monitor& person = held_by(monitor);
    const auto given = text_of(settings, size);
    return c::suggestions_json(person.suggest(io::parse_plan(text_of(plan, plan_size)),
                                              c::suggest_settings(given)));
  });
}

int relapse_monitor_questions(const relapse_monitor* monitor, int count,
                              const char* so_far, size_t size, relapse_text** out) {
  return guarded(out, [&] {
    const Monitor& person = held_by(monitor);
    return json_texts(
        person.next_questions(count, io::parse_check_in(text_of(so_far, size))));
  });
}

int relapse_fhir_check_ins(const relapse_model* model, const char* fhir, size_t fhir_size,
                           const char* settings, size_t size, relapse_text** out) {
  return guarded(out, [&] {
    const Model& of = held_by(model);
    const c::Settings given(text_of(settings, size), {"patient", "dates"});
    io::FhirOptions options;
    given.take("patient", options.patient);
    given.take("dates", options.dates);
    const auto reading = io::read_fhir(text_of(fhir, fhir_size), options);
    return c::fhir_json(reading, io::check_ins_from(reading, of));
  });
}

int relapse_fhir_bundle(const relapse_monitor* monitor, const char* check_in,
                        size_t check_in_size, const char* plan, size_t plan_size,
                        const char* settings, size_t size, relapse_text** out) {
  return guarded(out, [&] {
    return c::fhir_bundle(held_by(monitor), text_of(check_in, check_in_size),
                          text_of(plan, plan_size), text_of(settings, size));
  });
}

int relapse_instrument_names(relapse_text** out) {
  return guarded(out, [&] {
    const auto names = instruments::names();
    return json_texts({names.begin(), names.end()});
  });
}

int relapse_instrument_document(const char* name, size_t size, const char* locale,
                                size_t locale_size, relapse_text** out) {
  return guarded(out, [&] {
    const Instrument& found = c::instrument_of(text_of(name, size));
    return io::to_json(translated(found, io::find_wording(text_of(locale, locale_size))));
  });
}

int relapse_instrument_score(const char* name, size_t size, const char* answers,
                             size_t answers_size, relapse_text** out) {
  return guarded(out, [&] {
    const auto given = text_of(answers, answers_size);
    const Instrument& instrument = c::instrument_of(text_of(name, size));
    return c::score_json(score_instrument(instrument, c::parse_response(given)));
  });
}

int relapse_plan_check(const relapse_model* model, const char* plan, size_t plan_size,
                       const char* settings, size_t size, relapse_text** out) {
  return guarded(out, [&] {
    const c::Settings given(text_of(settings, size), {"now", "locale"});
    return c::findings_json(care::check_plan(io::parse_plan(text_of(plan, plan_size)),
                                             held_by(model), c::now_of(given),
                                             c::wording_of(given), medications::usual()));
  });
}

int relapse_plan_page(const relapse_model* model, const char* plan, size_t plan_size,
                      const char* settings, size_t size, relapse_text** out) {
  return guarded(out, [&] {
    const Model& known = held_by(model);
    const auto given = text_of(settings, size);
    return c::page_of(known, io::parse_plan(text_of(plan, plan_size)), given);
  });
}

int relapse_plan_revise(const char* plan, size_t plan_size, const char* next,
                        size_t next_size, const char* revision, size_t size,
                        relapse_text** out) {
  return guarded(out, [&] {
    const auto present = text_of(plan, plan_size);
    const auto edited = text_of(next, next_size);
    const Revision by = c::parse_revision(text_of(revision, size));
    return io::to_json(revise(io::parse_plan(present), io::parse_plan(edited), by));
  });
}

int relapse_plan_merge(const char* one, size_t one_size, const char* other,
                       size_t other_size, relapse_text** out) {
  return guarded(out, [&] {
    const auto first = text_of(one, one_size);
    const auto second = text_of(other, other_size);
    const MergedPlan merged = merge(io::parse_plan(first), io::parse_plan(second));
    return c::merged_json(io::to_json(merged.plan), merged.conflicts);
  });
}

}  // extern "C"
