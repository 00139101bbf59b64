/* relapse for C, and for every language that can call C.

   Check-ins of a person in recovery go in, stage probabilities, risks, reasons and what
   could be done about it come out, as JSON. It is decision support, no diagnosis and no
   medical device; the README says what it computes and where its safety ends.

       relapse_model* model = NULL;
       relapse_monitor* monitor = NULL;
       relapse_text* out = NULL;
       int status = relapse_model_named("standard", 8, &model, &out);
       if (status == RELAPSE_OK)
         status = relapse_monitor_new(model, NULL, 0, &monitor, &out);
       if (status == RELAPSE_OK)
         status = relapse_monitor_update(monitor, check_in, strlen(check_in), &out);
       printf("%.*s\n", (int)relapse_text_size(out), relapse_text_data(out));
       relapse_text_free(out);
       relapse_monitor_free(monitor);
       relapse_model_free(model);

   HOW EVERY CALL WORKS

   - It returns a status. With RELAPSE_OK `*out` is the result, otherwise it is the error:
     a document `relapse/error/1`,

         {"schema": "relapse/error/1", "kind": "parse", "message": "/time: is missing, but
          must be given", "pointer": "/time"}

     with `kind` as below, `pointer` into a document that was read, `person` and `item` of
     a check-in, and the safety flags `flags`, `unreadable_flags` that a refused check-in
     raised all the same: look at these first. It says where and what is wrong, and never
     what a person answered. There is no other place to ask for an error.
   - `*out` is set by every call: what stood there before is overwritten, not freed. It is
     NULL where there is nothing to say, and where memory ended. Free it with
     relapse_text_free. `out` itself may be NULL: then nothing is told.
   - What makes a handle sets it to NULL when it fails.
   - Texts that go in are a pointer and a length in bytes, UTF-8, and need no zero at the
     end. They are not kept. NULL with length 0 is an empty text: where a document may be
     left out, it is left out so.
   - What fails changes nothing; but a refused check-in still raises its safety flags.
     When memory ends while a result is written, what the call did is done; when it ends
     within the JSON library, which cannot go on then, the process ends.

   OWNERSHIP AND THREADS

   - What a function gives, its `_free` takes; NULL may be freed. A monitor or a case file
     keeps its model alive, so the handle of a model can be freed before.
   - A model never changes: any number of threads may use one at a time. A monitor or a
     case file belongs to one thread at a time.
   - The library has no clock, opens no file, starts no thread and calls nothing back.
     Between calls it keeps what handles hold, and the documents that come with it once
     they were asked for; nothing of a person.
   - A handle that was freed must not be used. Builds without NDEBUG notice it, and answer
     RELAPSE_MISUSE.

   DOCUMENTS

   A time is a text such as "2026-03-01T08:00:00+02:00", with its zone, or a number of
   days since 1970-01-01T00:00 UTC. A `locale` is a text such as "de-AT"; words are there
   in English and German, resources for a crisis by country. A `zone` is the clock of a
   place,
   {"transitions": [{"at": TIME, "offset_seconds": 7200}, ...], "known_until": TIME}, from
   the time zone data of the caller; without it the clock is UTC. The README lists the
   documents; all are read strictly, and a key that is not known is an error.

   STABILITY

   Functions are added and never changed. RELAPSE_ABI counts the additions: a program that
   was made with this header runs with every library whose relapse_abi() is not below. */

#ifndef RELAPSE_C_RELAPSE_H
#define RELAPSE_C_RELAPSE_H

#include <stddef.h>

#if defined(_WIN32) && defined(RELAPSE_C_SHARED)
#ifdef RELAPSE_C_BUILD
#define RELAPSE_C __declspec(dllexport)
#else
#define RELAPSE_C __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define RELAPSE_C __attribute__((visibility("default")))
#else
#define RELAPSE_C
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define RELAPSE_ABI 1

/* What a call returns; in parentheses the `kind` of the error. */
enum {
  RELAPSE_OK = 0,
  RELAPSE_PARSE = 1,    /* a malformed document, see `pointer` ("parse") */
  RELAPSE_INVALID = 2,  /* a value that is refused ("invalid") */
  RELAPSE_CHECK_IN = 3, /* a check-in that cannot be used ("check_in") */
  RELAPSE_MISUSE = 4,   /* a handle or pointer that is NULL or not alive ("misuse") */
  RELAPSE_MEMORY = 5,   /* memory ended ("memory") */
  RELAPSE_OTHER = 6     /* what must not happen: please report it ("other") */
};

/* Bytes that the library gives away. */
typedef struct relapse_text relapse_text;
/* A model: what the answers mean. */
typedef struct relapse_model relapse_model;
/* One person, with all that an app keeps: a log of events, and what follows from them. */
typedef struct relapse_case_file relapse_case_file;
/* One person, followed check-in by check-in: the numbers alone. */
typedef struct relapse_monitor relapse_monitor;

/* --- the library ------------------------------------------------------------------- */

/* RELAPSE_ABI of the library that runs. */
RELAPSE_C int relapse_abi(void);
/* Its version, such as 0.1.0, with a zero at the end; never freed. */
RELAPSE_C const char* relapse_version(void);

/* --- texts ------------------------------------------------------------------------- */

/* The bytes, with a zero behind them that is not counted; an empty text for NULL. Valid
   until the text is freed. */
RELAPSE_C const char* relapse_text_data(const relapse_text* text);
RELAPSE_C size_t relapse_text_size(const relapse_text* text);
RELAPSE_C void relapse_text_free(relapse_text* text);

/* --- models ------------------------------------------------------------------------ */

/* A model that comes with the library: standard, weekly_bam or opioid_weekly. */
RELAPSE_C int relapse_model_named(const char* name, size_t size, relapse_model** model,
                                  relapse_text** out);
/* A model of your own, from a document `relapse/model/1`. */
RELAPSE_C int relapse_model_read(const char* document, size_t size, relapse_model** model,
                                 relapse_text** out);
RELAPSE_C void relapse_model_free(relapse_model* model);
/* The document: stages, items, scales, levels, actions, each number with its source. */
RELAPSE_C int relapse_model_document(const relapse_model* model, relapse_text** out);
/* What to make a form of, `relapse/items/1`: of each item its id, label, question, role,
   the lowest and highest answer, the end that means more risk and how often to ask.
   @param locale such as en or de-AT; empty: English */
RELAPSE_C int relapse_model_items(const relapse_model* model, const char* locale,
                                  size_t size, relapse_text** out);
/* Ids of the items of a daily check-in that say most of somebody of whom nothing is
   known, a list; use and safety are always among them. */
RELAPSE_C int relapse_model_short_form(const relapse_model* model, int count,
                                       relapse_text** out);

/* --- one person: the case file ------------------------------------------------------ */

/* What an app builds on: events go in, everything that can be shown comes out, and the
   text of the log is all there is to keep.

   Somebody new.
   @param start what is known from before the first event, all of it optional:
          {"person": "P7", "days_since_use": 40, "days_in_recovery": 400} */
RELAPSE_C int relapse_case_file_new(const relapse_model* model, const char* start,
                                    size_t size, relapse_case_file** case_file,
                                    relapse_text** out);
/* Reads what relapse_case_file_text wrote, `relapse/case_file/1`. A line that is no
   event, such as a last one that was cut short, is kept and told among the problems. */
RELAPSE_C int relapse_case_file_read(const relapse_model* model, const char* text,
                                     size_t size, relapse_case_file** case_file,
                                     relapse_text** out);
RELAPSE_C void relapse_case_file_free(relapse_case_file* case_file);
/* Takes in an event, in whatever order and however often it is told:
       {"kind": "check_in", "id": "phone-1", "at": TIME, "told": TIME,
        "answers": {"craving": 3}}
   `told` is when it came here, where that is later than `at`: an acknowledgement from
   between takes down the flags of one that does not say so. An event that cannot be used
   is no error of the call: the result, `relapse/event_result/1`, says what came of it,
   `status` taken_in, replayed, known or refused with the `problem`, and the flags that
   are up. */
RELAPSE_C int relapse_case_file_add(relapse_case_file* case_file, const char* event,
                                    size_t size, relapse_text** out);
/* All that can be shown at a moment, `relapse/view/1`.
   @param settings {"now": TIME}, and optional: {"locale": "de-AT", "zone": ZONE,
          "suggestions": 3, "questions": 10, "days_ahead": 28} */
RELAPSE_C int relapse_case_file_view(const relapse_case_file* case_file,
                                     const char* settings, size_t size,
                                     relapse_text** out);
/* What helps at once, whatever the level: the member `help` of the view.
   @param settings {"now": TIME}, and optional {"locale": "de-AT"} */
RELAPSE_C int relapse_case_file_help(const relapse_case_file* case_file,
                                     const char* settings, size_t size,
                                     relapse_text** out);
/* Takes in all events of another device's file of the same person. */
RELAPSE_C int relapse_case_file_merge(relapse_case_file* case_file,
                                      const relapse_case_file* other, relapse_text** out);
/* Closes the log behind the last check-in up to a moment: events before that go, what
   later views need of them stays.
   @param before a timestamp or a number of days, as text */
RELAPSE_C int relapse_case_file_compact(relapse_case_file* case_file, const char* before,
                                        size_t size, relapse_text** out);
/* The whole log, JSON lines: keep it, and nothing else. */
RELAPSE_C int relapse_case_file_text(const relapse_case_file* case_file,
                                     relapse_text** out);
/* What was refused and why, a list of {"id": ID, "problem": WORDS}. */
RELAPSE_C int relapse_case_file_problems(const relapse_case_file* case_file,
                                         relapse_text** out);

/* --- one person: the numbers ------------------------------------------------------- */

/* Somebody new.
   @param start what is known from before the first check-in, all of it optional:
          {"days_since_use": 40, "days_in_recovery": 400, "drivers": false,
           "outcome_drivers": true} */
RELAPSE_C int relapse_monitor_new(const relapse_model* model, const char* start,
                                  size_t size, relapse_monitor** monitor,
                                  relapse_text** out);
/* Somebody known: continues where a snapshot was taken, with the same doubles. A snapshot
   of another model is refused. */
RELAPSE_C int relapse_monitor_restore(const relapse_model* model, const char* snapshot,
                                      size_t size, relapse_monitor** monitor,
                                      relapse_text** out);
RELAPSE_C void relapse_monitor_free(relapse_monitor* monitor);
/* All that is remembered of the person, as bytes (CBOR) to keep for
   relapse_monitor_restore; they are no text. */
RELAPSE_C int relapse_monitor_snapshot(const relapse_monitor* monitor,
                                       relapse_text** out);
/* Takes in a check-in, `relapse/check_in/1`:
       {"schema": "relapse/check_in/1", "time": "2026-03-01T08:00:00+02:00",
        "answers": {"craving": 3, "isolating": 1}}
   and gives the assessment, `relapse/assessment/1`. Times must rise. */
RELAPSE_C int relapse_monitor_update(relapse_monitor* monitor, const char* check_in,
                                     size_t size, relapse_text** out);
/* The assessment at a moment without a check-in, not before the last one.
   @param time a timestamp or a number of days, as text */
RELAPSE_C int relapse_monitor_at(const relapse_monitor* monitor, const char* time,
                                 size_t size, relapse_text** out);
/* Takes a safety flag down because somebody dealt with it: {"flag": "self_harm", "at":
   TIME}. Gives true, or false where the flag stays up because it rose later. */
RELAPSE_C int relapse_monitor_acknowledge(relapse_monitor* monitor, const char* what,
                                          size_t size, relapse_text** out);
/* Takes in what became of a suggestion: {"action": "call_support", "at": TIME, "helped":
   8}, 0 to 10; without `helped` it was not tried. */
RELAPSE_C int relapse_monitor_follow_up(relapse_monitor* monitor, const char* plan,
                                        size_t plan_size, const char* what, size_t size,
                                        relapse_text** out);
/* What to do now, `relapse/suggestions/1`; the crisis protocol first while a flag is up.
   @param plan the person's plan, `relapse/plan/1`
   @param settings all optional: {"count": 3, "minutes": 30, "contact_available": false,
          "places": ["home"], "coming": ["II-B"], "horizon_days": 1, "cool_down_days":
   0.5, "quiet_hours": ["22:00", "07:00"], "zone": ZONE, "locale": "de"} */
RELAPSE_C int relapse_monitor_suggest(const relapse_monitor* monitor, const char* plan,
                                      size_t plan_size, const char* settings, size_t size,
                                      relapse_text** out);
/* Ids of the items to ask next, a list, by what their answers are expected to tell.
   @param so_far a check-in with its time and what was answered in it up to now */
RELAPSE_C int relapse_monitor_questions(const relapse_monitor* monitor, int count,
                                        const char* so_far, size_t size,
                                        relapse_text** out);

/* --- instruments ------------------------------------------------------------------- */

/* Names of the instruments that come with the library, a list: phq9, bam, audit_c, ... */
RELAPSE_C int relapse_instrument_names(relapse_text** out);
/* One of them, `relapse/instrument/1`: items by number, ranges, subscales, cut-offs, with
   topics in our own words; the forms themselves belong to their publishers.
   @param locale of title and labels; empty: English */
RELAPSE_C int relapse_instrument_document(const char* name, size_t size,
                                          const char* locale, size_t locale_size,
                                          relapse_text** out);
/* Scores of a response, `relapse/instrument_score/1`.
   @param answers by item: {"1": 2, "2": 0, "9": 1}; what is left out has none */
RELAPSE_C int relapse_instrument_score(const char* name, size_t size, const char* answers,
                                       size_t answers_size, relapse_text** out);

/* --- FHIR -------------------------------------------------------------------------- */

/* Check-ins out of FHIR R4 (a resource, a Bundle, a list, or NDJSON), for a model:
   {"schema": "relapse/fhir_check_ins/1", "check_ins": [CHECK_IN, ...], "untimed": [...],
   "medication":
   [...], "notes": [{"kind": "refused", "place": "/entry/3/resource, Observation/12",
   "person": "7", "problem": "has no time", "questions": ["phq9_9"]}, ...]}. What is not
   read is named in the notes, and no answer is made up. Those of `untimed` have safety
   answers of a resource without a time, and say nothing by theirs: give one to
   relapse_monitor_update with the time at which you read it, to raise its flag.
   Of the npm package, the module relapse_fhir.wasm alone has these two.
   @param settings optional: {"patient": "7", "dates": "refuse" or "noon_utc"} */
RELAPSE_C int relapse_fhir_check_ins(const relapse_model* model, const char* fhir,
                                     size_t fhir_size, const char* settings, size_t size,
                                     relapse_text** out);
/* What is known of a person as a transaction of FHIR R4: the check-in as a response, the
   assessment, its flags, what a contact may see of the plan, and who made it.
   @param check_in of that person; NULL for none
   @param plan with a contact to which it is shared; NULL for none
   @param settings {"person": "7", "at": TIME}, and optional "contact", "basis" (such as
          "QuestionnaireResponse/12"), "locale" */
RELAPSE_C int relapse_fhir_bundle(const relapse_monitor* monitor, const char* check_in,
                                  size_t check_in_size, const char* plan,
                                  size_t plan_size, const char* settings, size_t size,
                                  relapse_text** out);

/* --- plans ------------------------------------------------------------------------- */

/* What a plan lacks or what is due, what matters most first, `relapse/plan_findings/1`.
   @param settings optional: {"now": TIME, "locale": "de"} */
RELAPSE_C int relapse_plan_check(const relapse_model* model, const char* plan,
                                 size_t plan_size, const char* settings, size_t size,
                                 relapse_text** out);
/* The plan as a page to read, to print and to carry.
   @param settings optional: {"format": "html" or "markdown", "locale": "de-AT", "zone":
          ZONE, "now": TIME}; with `now` the hard dates ahead are on it */
RELAPSE_C int relapse_plan_page(const relapse_model* model, const char* plan,
                                size_t plan_size, const char* settings, size_t size,
                                relapse_text** out);
/* The next version of a plan, which keeps the one before in its history.
   @param next the whole plan as edited
   @param revision who edited it, and when: {"device": "phone", "at": TIME} */
RELAPSE_C int relapse_plan_revise(const char* plan, size_t plan_size, const char* next,
                                  size_t next_size, const char* revision, size_t size,
                                  relapse_text** out);
/* Edits of two devices brought together, none lost, in either order: {"schema":
   "relapse/merged_plan/1", "plan": PLAN, "conflicts": [...]}. */
RELAPSE_C int relapse_plan_merge(const char* one, size_t one_size, const char* other,
                                 size_t other_size, relapse_text** out);

#ifdef __cplusplus
}
#endif

#endif
