/* The C ABI as a program in C meets it (include/relapse/c/relapse.h).

       door_test PLAN            a plan document to work with
*/
#include <relapse/c/relapse.h>

#include "scarce.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures = 0;
static int checks = 0;

static void check(bool holds, const char* what, const char* file, int line) {
  ++checks;
  if (holds) return;
  ++failures;
  printf("%s:%d: does not hold: %s\n", file, line, what);
}
#define CHECK(what) check((what), #what, __FILE__, __LINE__)

/* A text and its length, as the calls take it. */
#define TEXT(words) (words), strlen(words)
#define NOTHING NULL, 0

static const char* const monday =
    "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-02T08:00:00Z\","
    " \"answers\": {\"craving\": 3, \"isolating\": 1, \"stress\": 4}}";
static const char* const tuesday =
    "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-03T08:00:00Z\","
    " \"answers\": {\"craving\": 4, \"isolating\": 2, \"exposure_II-B\": 8}}";
static char* plan = NULL;

static char* file_text(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) exit(2);
  char* text = calloc(1, 1 << 20);
  const size_t size = text == NULL ? 0 : fread(text, 1, (1 << 20) - 1, file);
  fclose(file);
  if (size == 0) exit(2);
  return text;
}

static char* replaced(const char* text, const char* words, const char* by) {
  const char* found = strstr(text, words);
  if (found == NULL) exit(2);
  char* copy = calloc(1, strlen(text) + strlen(by) + 1);
  memcpy(copy, text, (size_t)(found - text));
  strcat(copy, by);
  strcat(copy, found + strlen(words));
  return copy;
}

/* The result of a call as a string to free; NULL where there is none. */
static char* take(relapse_text* out) {
  if (out == NULL) return NULL;
  const size_t size = relapse_text_size(out);
  char* copy = malloc(size + 1);
  memcpy(copy, relapse_text_data(out), size);
  copy[size] = '\0';
  relapse_text_free(out);
  return copy;
}

/* Whether a call came to a status, and what it told holds some words. Takes the text. */
static bool tells(int status, int wanted, relapse_text** out, const char* words) {
  char* text = take(*out);
  const bool holds = status == wanted && text != NULL && strstr(text, words) != NULL;
  if (!holds) printf("  status %d: %.300s\n", status, text == NULL ? "(nothing)" : text);
  free(text);
  return holds;
}

static relapse_model* standard(void) {
  relapse_model* model = NULL;
  relapse_text* out = NULL;
  if (relapse_model_named(TEXT("standard"), &model, &out) != RELAPSE_OK) exit(2);
  return model;
}

static relapse_monitor* somebody(const relapse_model* model) {
  relapse_monitor* monitor = NULL;
  relapse_text* out = NULL;
  if (relapse_monitor_new(model, NOTHING, &monitor, &out) != RELAPSE_OK) exit(2);
  return monitor;
}

static char* updated(relapse_monitor* monitor, const char* check_in) {
  relapse_text* out = NULL;
  const int status = relapse_monitor_update(monitor, TEXT(check_in), &out);
  char* text = take(out);
  CHECK(status == RELAPSE_OK);
  if (status != RELAPSE_OK) printf("  %s\n", text);
  return text;
}

static void the_library_says_what_it_is(void) {
  CHECK(relapse_abi() == RELAPSE_ABI);
  CHECK(strchr(relapse_version(), '.') != NULL);
  CHECK(relapse_text_size(NULL) == 0);
  CHECK(strcmp(relapse_text_data(NULL), "") == 0);
  relapse_text_free(NULL);
  relapse_model_free(NULL);
  relapse_monitor_free(NULL);
  relapse_case_file_free(NULL);
}

static void a_model_says_what_it_asks(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  char* document = NULL;
  CHECK(relapse_model_document(model, &out) == RELAPSE_OK);
  document = take(out);
  CHECK(strstr(document, "relapse/model/1") != NULL);

  relapse_model* again = NULL;
  CHECK(relapse_model_read(TEXT(document), &again, &out) == RELAPSE_OK);
  CHECK(out == NULL);
  char* same = NULL;
  CHECK(relapse_model_document(again, &out) == RELAPSE_OK);
  same = take(out);
  CHECK(strcmp(document, same) == 0);

  CHECK(tells(relapse_model_items(model, NOTHING, &out), RELAPSE_OK, &out,
              "\"language\":\"en\""));
  CHECK(tells(relapse_model_items(model, TEXT("de-AT"), &out), RELAPSE_OK, &out,
              "\"language\":\"de\""));
  CHECK(tells(relapse_model_items(model, NOTHING, &out), RELAPSE_OK, &out,
              "\"id\":\"self_harm\""));
  CHECK(tells(relapse_model_short_form(model, 12, &out), RELAPSE_OK, &out,
              "\"self_harm\""));
  CHECK(tells(relapse_model_short_form(model, -1, &out), RELAPSE_INVALID, &out,
              "\"kind\":\"invalid\""));
  free(document);
  free(same);
  relapse_model_free(again);
  relapse_model_free(model);
}

static void a_person_is_followed(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* monitor = somebody(model);
  /* The monitor keeps its model. */
  relapse_model_free(model);
  char* first = updated(monitor, monday);
  CHECK(strstr(first, "\"schema\":\"relapse/assessment/1\"") != NULL);
  CHECK(strstr(first, "\n") == NULL);
  char* second = updated(monitor, tuesday);
  CHECK(strstr(second, "\"drivers\":[{") != NULL);
  CHECK(tells(relapse_monitor_at(monitor, TEXT("2026-03-05T08:00:00Z"), &out), RELAPSE_OK,
              &out, "\"time\":\"2026-03-05T08:00:00Z\""));
  CHECK(tells(relapse_monitor_at(monitor, TEXT("20515.5"), &out), RELAPSE_OK, &out,
              "\"level\":"));
  CHECK(tells(relapse_monitor_at(monitor, TEXT("20515.5 "), &out), RELAPSE_OK, &out,
              "\"level\":"));
  CHECK(tells(relapse_monitor_at(monitor, TEXT("yesterday"), &out), RELAPSE_INVALID, &out,
              "no timestamp"));
  CHECK(tells(relapse_monitor_questions(monitor, 10,
                                        TEXT("{\"schema\": \"relapse/check_in/1\","
                                             " \"time\": \"2026-03-04T08:00:00Z\"}"),
                                        &out),
              RELAPSE_OK, &out, "\"used\""));
  CHECK(tells(relapse_monitor_suggest(monitor, TEXT(plan), NOTHING, &out), RELAPSE_OK,
              &out, "\"schema\":\"relapse/suggestions/1\""));
  CHECK(tells(
      relapse_monitor_suggest(
          monitor, TEXT(plan),
          TEXT(
              "{\"count\": 1, \"minutes\": 10, \"places\": [], \"locale\": \"de\","
              " \"quiet_hours\": [\"22:00\", \"07:00\"], \"contact_available\": false,"
              " \"zone\": {\"transitions\": [{\"at\": \"2026-01-01T00:00:00Z\","
              " \"offset_seconds\": 3600}], \"known_until\": \"2027-01-01T00:00:00Z\"}}"),
          &out),
      RELAPSE_OK, &out, "\"reason\":"));
  CHECK(relapse_monitor_follow_up(
            monitor, TEXT(plan),
            TEXT("{\"action\": \"call_support\", \"at\": \"2026-03-03T09:00:00Z\","
                 " \"helped\": 8}"),
            &out) == RELAPSE_OK);
  CHECK(out == NULL);
  free(first);
  free(second);
  relapse_monitor_free(monitor);
}

static relapse_case_file* case_file_of(const relapse_model* model) {
  relapse_case_file* file = NULL;
  relapse_text* out = NULL;
  if (relapse_case_file_new(model, TEXT("{\"person\": \"P7\"}"), &file, &out) !=
      RELAPSE_OK)
    exit(2);
  return file;
}

static bool adds(relapse_case_file* file, const char* event, const char* words) {
  relapse_text* out = NULL;
  const int status = relapse_case_file_add(file, TEXT(event), &out);
  return tells(status, RELAPSE_OK, &out, words);
}

static char* seen(const relapse_case_file* file) {
  relapse_text* out = NULL;
  CHECK(relapse_case_file_view(
            file, TEXT("{\"now\": \"2026-03-04T08:00:00Z\", \"locale\": \"de-AT\"}"),
            &out) == RELAPSE_OK);
  return take(out);
}

static const char* const first_event =
    "{\"kind\": \"check_in\", \"id\": \"a1\", \"at\": \"2026-03-02T08:00:00Z\","
    " \"answers\": {\"craving\": 3, \"isolating\": 1}}";
static const char* const second_event =
    "{\"kind\": \"check_in\", \"id\": \"b1\", \"at\": \"2026-03-03T08:00:00Z\","
    " \"answers\": {\"craving\": 4, \"isolating\": 2}}";

static void a_case_file_keeps_what_was_told(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_case_file* phone = case_file_of(model);
  relapse_case_file* tablet = case_file_of(model);
  CHECK(adds(phone, first_event, "\"status\":\"taken_in\""));
  CHECK(adds(phone, first_event, "\"status\":\"known\""));
  CHECK(adds(tablet, second_event, "\"status\":\"taken_in\""));
  CHECK(relapse_case_file_merge(phone, tablet, &out) == RELAPSE_OK && out == NULL);
  CHECK(adds(tablet, first_event, "\"status\":\"replayed\""));
  char* one = seen(phone);
  char* other = seen(tablet);
  CHECK(strstr(one, "\"schema\":\"relapse/view/1\"") != NULL);
  CHECK(strcmp(one, other) == 0);
  free(other);

  /* The text is all there is to keep. */
  CHECK(relapse_case_file_text(phone, &out) == RELAPSE_OK);
  char* text = take(out);
  relapse_case_file* read = NULL;
  CHECK(relapse_case_file_read(model, TEXT(text), &read, &out) == RELAPSE_OK);
  other = seen(read);
  CHECK(strcmp(one, other) == 0);
  free(other);
  relapse_case_file_free(read);
  CHECK(tells(relapse_case_file_read(model, text, 20, &read, &out), RELAPSE_PARSE, &out,
              "\"kind\":\"parse\""));
  CHECK(read == NULL);
  free(text);

  CHECK(relapse_case_file_compact(phone, TEXT("2026-03-03T12:00:00Z"), &out) ==
        RELAPSE_OK);
  CHECK(tells(relapse_case_file_problems(phone, &out), RELAPSE_OK, &out, "["));
  other = seen(phone);
  CHECK(strcmp(one, other) == 0);
  free(other);
  free(one);
  relapse_case_file_free(phone);
  relapse_case_file_free(tablet);
  relapse_model_free(model);
}

static void a_case_file_loses_no_flag_and_helps_at_once(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_case_file* file = case_file_of(model);
  CHECK(adds(file,
             "{\"kind\": \"check_in\", \"id\": \"x\", \"at\": 20514.5, \"answers\":"
             " {\"self_harm\": 1, \"no such item\": 4711}}",
             "\"status\":\"refused\""));
  CHECK(adds(file, "\xff no JSON", "\"status\":\"refused\""));
  CHECK(adds(file, "", "\"status\":\"refused\""));
  CHECK(tells(relapse_case_file_problems(file, &out), RELAPSE_OK, &out, "\"id\":\"x\""));
  CHECK(tells(relapse_case_file_view(file, TEXT("{\"now\": 20515}"), &out), RELAPSE_OK,
              &out, "self_harm"));
  CHECK(tells(
      relapse_case_file_help(file, TEXT("{\"now\": 20515, \"locale\": \"en-US\"}"), &out),
      RELAPSE_OK, &out, "988"));
  CHECK(tells(relapse_case_file_view(file, NOTHING, &out), RELAPSE_PARSE, &out, "/now"));
  CHECK(tells(
      relapse_case_file_view(file, TEXT("{\"now\": 20515, \"days_ahead\": 0}"), &out),
      RELAPSE_PARSE, &out, "/days_ahead"));
  CHECK(tells(relapse_case_file_compact(file, TEXT("soon"), &out), RELAPSE_INVALID, &out,
              "no timestamp"));

  relapse_case_file* other = NULL;
  CHECK(relapse_case_file_new(model, TEXT("{\"person\": \"P8\"}"), &other, &out) ==
        RELAPSE_OK);
  CHECK(tells(relapse_case_file_merge(file, other, &out), RELAPSE_INVALID, &out,
              "\"kind\":\"invalid\""));
  relapse_case_file* none = file;
#define MISUSED(call) CHECK(tells((call), RELAPSE_MISUSE, &out, "\"kind\":\"misuse\""))
  MISUSED(relapse_case_file_new(NULL, NOTHING, &none, &out));
  MISUSED(relapse_case_file_new(model, NOTHING, NULL, &out));
  MISUSED(relapse_case_file_read(NULL, "x", 1, &none, &out));
  MISUSED(relapse_case_file_read(model, NULL, 1, &none, &out));
  MISUSED(relapse_case_file_add(NULL, TEXT(first_event), &out));
  MISUSED(relapse_case_file_add(file, NULL, 1, &out));
  MISUSED(relapse_case_file_view(NULL, TEXT("{\"now\": 1}"), &out));
  MISUSED(relapse_case_file_help(NULL, TEXT("{\"now\": 1}"), &out));
  MISUSED(relapse_case_file_merge(NULL, file, &out));
  MISUSED(relapse_case_file_merge(file, NULL, &out));
  MISUSED(relapse_case_file_compact(NULL, TEXT("20515"), &out));
  MISUSED(relapse_case_file_text(NULL, &out));
  MISUSED(relapse_case_file_problems(NULL, &out));
#undef MISUSED
  CHECK(none == NULL);
  relapse_case_file_free(file);
  relapse_case_file_free(other);
  relapse_model_free(model);
}

static void what_is_known_before_counts(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* known = NULL;
  CHECK(relapse_monitor_new(model,
                            TEXT("{\"days_since_use\": 400, \"days_in_recovery\": 400,"
                                 " \"drivers\": false}"),
                            &known, &out) == RELAPSE_OK);
  relapse_monitor* unknown = somebody(model);
  char* one = updated(known, monday);
  char* other = updated(unknown, monday);
  CHECK(strcmp(one, other) != 0);
  CHECK(strstr(one, "\"drivers\":[]") != NULL);
  free(one);
  free(other);
  relapse_monitor_free(known);
  relapse_monitor_free(unknown);
  relapse_model_free(model);
}

static void a_snapshot_continues_with_the_same_bytes(void) {
  relapse_text* snapshot = NULL;
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* monitor = somebody(model);
  free(updated(monitor, monday));
  CHECK(relapse_monitor_snapshot(monitor, &snapshot) == RELAPSE_OK);
  char* went_on = updated(monitor, tuesday);

  relapse_monitor* restored = NULL;
  CHECK(relapse_monitor_restore(model, relapse_text_data(snapshot),
                                relapse_text_size(snapshot), &restored,
                                &out) == RELAPSE_OK);
  char* continued = updated(restored, tuesday);
  CHECK(strcmp(went_on, continued) == 0);
  free(went_on);
  free(continued);
  relapse_monitor_free(restored);

  /* Each beginning of a snapshot is none. */
  for (size_t size = 0; size < relapse_text_size(snapshot); size += 7) {
    CHECK(tells(relapse_monitor_restore(model, relapse_text_data(snapshot), size,
                                        &restored, &out),
                RELAPSE_PARSE, &out, "\"kind\":\"parse\""));
    CHECK(restored == NULL);
  }
  relapse_model* weekly = NULL;
  CHECK(relapse_model_named(TEXT("weekly_bam"), &weekly, &out) == RELAPSE_OK);
  CHECK(tells(relapse_monitor_restore(weekly, relapse_text_data(snapshot),
                                      relapse_text_size(snapshot), &restored, &out),
              RELAPSE_INVALID, &out, "\"kind\":\"invalid\""));
  relapse_model_free(weekly);
  relapse_text_free(snapshot);
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

static void refusals_name_the_place_and_no_answer(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* monitor = somebody(model);
  free(updated(monitor, monday));
  char* before = NULL;
  CHECK(relapse_monitor_at(monitor, TEXT("20516"), &out) == RELAPSE_OK);
  before = take(out);

  CHECK(tells(relapse_monitor_update(monitor, NOTHING, &out), RELAPSE_PARSE, &out,
              "\"schema\":\"relapse/error/1\""));
  CHECK(tells(
      relapse_monitor_update(monitor, TEXT("{\"schema\": \"relapse/check_in/1\"}"), &out),
      RELAPSE_PARSE, &out, "/time"));
  CHECK(tells(relapse_monitor_update(monitor, TEXT(monday), &out), RELAPSE_CHECK_IN, &out,
              "\"kind\":\"check_in\""));
  static const char* const secret =
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-04T08:00:00Z\","
      " \"person\": \"P7\", \"answers\": {\"craving\": 4711}}";
  int status = relapse_monitor_update(monitor, TEXT(secret), &out);
  char* text = take(out);
  CHECK(status == RELAPSE_CHECK_IN);
  CHECK(strstr(text, "\"item\":\"craving\"") != NULL);
  CHECK(strstr(text, "\"person\":\"P7\"") != NULL);
  CHECK(strstr(text, "4711") == NULL);
  free(text);

  CHECK(relapse_monitor_at(monitor, TEXT("20516"), &out) == RELAPSE_OK);
  char* after = take(out);
  CHECK(strcmp(before, after) == 0);
  free(before);
  free(after);
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

static void fhir_is_read_and_written(void) {
  static const char* const response =
      "{\"resourceType\": \"QuestionnaireResponse\", \"status\": \"completed\","
      " \"subject\": {\"reference\": \"Patient/7\"},"
      " \"authored\": \"2026-03-02T08:00:00Z\", \"item\": ["
      "{\"linkId\": \"self_harm\", \"answer\": [{\"valueInteger\": 1}]},"
      "{\"linkId\": \"other\", \"answer\": [{\"valueString\": \"4711\"}]}]}";
  static const char* const at = "{\"person\": \"7\", \"at\": \"2026-03-03T08:00:00Z\"}";
  relapse_text* out = NULL;
  relapse_model* model = standard();
  CHECK(relapse_fhir_check_ins(model, TEXT(response), NOTHING, &out) == RELAPSE_OK);
  char* text = take(out);
  CHECK(strstr(text, "\"schema\":\"relapse/fhir_check_ins/1\"") != NULL);
  CHECK(strstr(text, "\"answers\":{\"self_harm\":1") != NULL);
  CHECK(strstr(text, "\"problem\":\"is no item of the model\"") != NULL);
  CHECK(strstr(text, "4711") == NULL);
  free(text);
  CHECK(tells(
      relapse_fhir_check_ins(model, TEXT(response), TEXT("{\"patient\": \"8\"}"), &out),
      RELAPSE_OK, &out, "is about another person"));
  CHECK(tells(relapse_fhir_check_ins(model, TEXT("{}"), NOTHING, &out), RELAPSE_PARSE,
              &out, "/resourceType"));
  CHECK(tells(relapse_fhir_check_ins(NULL, TEXT(response), NOTHING, &out), RELAPSE_MISUSE,
              &out, "misuse"));

  relapse_monitor* monitor = somebody(model);
  free(updated(monitor, monday));
  CHECK(tells(relapse_fhir_bundle(monitor, NOTHING, NOTHING, TEXT(at), &out), RELAPSE_OK,
              &out, "\"resourceType\":\"RiskAssessment\""));
  static const char* const told =
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-02T08:00:00Z\","
      " \"person\": \"7\", \"answers\": {\"craving\": 1}}";
  CHECK(tells(relapse_fhir_bundle(monitor, TEXT(told), NOTHING, TEXT(at), &out),
              RELAPSE_OK, &out, "\"resourceType\":\"QuestionnaireResponse\""));
  CHECK(tells(relapse_fhir_bundle(monitor, TEXT(told), NOTHING,
                                  TEXT("{\"person\": \"8\", \"at\": 20515}"), &out),
              RELAPSE_INVALID, &out, "another one than that of the check-in"));
  CHECK(tells(relapse_fhir_bundle(monitor, NOTHING, TEXT(plan),
                                  TEXT("{\"person\": \"P139\", \"at\": 20515}"), &out),
              RELAPSE_INVALID, &out, "contact"));
  CHECK(tells(relapse_fhir_bundle(monitor, NOTHING,
                                  TEXT("{\"schema\": \"relapse/plan/1\","
                                       " \"person\": \"8\", \"version\": 1}"),
                                  TEXT(at), &out),
              RELAPSE_INVALID, &out, "another one than that of the plan"));
  CHECK(tells(relapse_fhir_bundle(monitor, NOTHING, NOTHING, NOTHING, &out),
              RELAPSE_PARSE, &out, "/person"));
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

static void flags_of_a_refused_check_in_are_raised(void) {
  static const char* const refused[] = {
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-02T08:00:00Z\","
      " \"answers\": {\"phq9_9\": 1}}",
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-02T08:00:00Z\","
      " \"answers\": {\"craving\": 1e999, \"self_harm\": 1}}",
      /* of an unknown item, and of a text that ends too early */
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-02T08:00:00Z\","
      " \"answers\": {\"self_harm\": 1, \"no such item\": 1}}",
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-02T08:00:00Z\","
      " \"answers\": {\"self_harm\": 1, "};
  static const int statuses[] = {RELAPSE_CHECK_IN, RELAPSE_PARSE, RELAPSE_CHECK_IN,
                                 RELAPSE_PARSE};
  for (int i = 0; i < 4; ++i) {
    relapse_text* out = NULL;
    relapse_model* model = standard();
    relapse_monitor* monitor = somebody(model);
    CHECK(tells(relapse_monitor_update(monitor, TEXT(refused[i]), &out), statuses[i],
                &out, "\"flags\":[\"self_harm\"]"));
    CHECK(tells(relapse_monitor_at(monitor, TEXT("2026-03-02T09:00:00Z"), &out),
                RELAPSE_OK, &out, "\"level\":\"critical\""));
    CHECK(tells(relapse_monitor_suggest(monitor, TEXT(plan), NOTHING, &out), RELAPSE_OK,
                &out, "\"action\":\"crisis\""));
    CHECK(tells(relapse_monitor_acknowledge(
                    monitor,
                    TEXT("{\"flag\": \"self_harm\", \"at\": \"2026-03-02T10:00:00Z\"}"),
                    &out),
                RELAPSE_OK, &out, "true"));
    CHECK(tells(relapse_monitor_acknowledge(
                    monitor,
                    TEXT("{\"flag\": \"harm\", \"at\": \"2026-03-02T10:00:00Z\"}"), &out),
                RELAPSE_INVALID, &out, "\"kind\":\"invalid\""));
    relapse_monitor_free(monitor);
    relapse_model_free(model);
  }
}

static void every_beginning_of_a_document_is_refused(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* monitor = somebody(model);
  for (size_t size = 0; size < strlen(monday); ++size) {
    /* On the heap and without a zero, so that a byte too many is noticed. */
    char* part = malloc(size + (size == 0));
    memcpy(part, monday, size);
    CHECK(tells(relapse_monitor_update(monitor, part, size, &out), RELAPSE_PARSE, &out,
                "\"pointer\":\"\""));
    free(part);
  }
  for (size_t size = 0; size < strlen(plan); size += 101) {
    CHECK(tells(relapse_plan_check(model, plan, size, NOTHING, &out), RELAPSE_PARSE, &out,
                "\"kind\":\"parse\""));
  }
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

static void other_bytes_than_utf_8_are_refused(void) {
  static const char* const bad =
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-04T08:00:00Z\","
      " \"person\": \"\xff\xfe\"}";
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_model* made = NULL;
  relapse_monitor* monitor = somebody(model);
  CHECK(tells(relapse_monitor_update(monitor, TEXT(bad), &out), RELAPSE_PARSE, &out,
              "\"kind\":\"parse\""));
  CHECK(tells(relapse_monitor_update(monitor, TEXT("{\"\xc3\": 1}"), &out), RELAPSE_PARSE,
              &out, "\"kind\":\"parse\""));
  CHECK(tells(relapse_model_named(TEXT("\xff\xff"), &made, &out), RELAPSE_INVALID, &out,
              "\"kind\":\"invalid\""));
  CHECK(tells(relapse_model_read(TEXT("\xff\xff"), &made, &out), RELAPSE_PARSE, &out,
              "\"kind\":\"parse\""));
  CHECK(tells(relapse_monitor_at(monitor, TEXT("\xff"), &out), RELAPSE_INVALID, &out,
              "\"kind\":\"invalid\""));
  CHECK(tells(relapse_instrument_score(TEXT("phq9"), TEXT("{\"\xff\": 1}"), &out),
              RELAPSE_PARSE, &out, "\"kind\":\"parse\""));
  CHECK(tells(relapse_plan_merge(TEXT("\xff"), TEXT(plan), &out), RELAPSE_PARSE, &out,
              "\"kind\":\"parse\""));
  /* A language that is not there is English, whatever was asked for. */
  CHECK(tells(relapse_model_items(model, TEXT("\xff"), &out), RELAPSE_OK, &out,
              "\"language\":\"en\""));
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

static void bad_pointers_and_sizes_are_refused(void) {
  const size_t huge = SIZE_MAX;
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_model* made = model;
  relapse_monitor* monitor = somebody(model);
  relapse_monitor* other = monitor;
  static const char* const misuse = "\"kind\":\"misuse\"";
#define MISUSED(call) CHECK(tells((call), RELAPSE_MISUSE, &out, misuse))
#define TOO_LONG(call) CHECK(tells((call), RELAPSE_PARSE, &out, "at most 16777216"))
  MISUSED(relapse_model_named(NULL, 8, &made, &out));
  CHECK(made == NULL);
  MISUSED(relapse_model_named(TEXT("standard"), NULL, &out));
  MISUSED(relapse_model_read(NULL, huge, &made, &out));
  MISUSED(relapse_model_document(NULL, &out));
  MISUSED(relapse_model_items(NULL, NOTHING, &out));
  MISUSED(relapse_model_items(model, NULL, 2, &out));
  MISUSED(relapse_model_short_form(NULL, 5, &out));
  MISUSED(relapse_monitor_new(NULL, NOTHING, &other, &out));
  CHECK(other == NULL);
  MISUSED(relapse_monitor_new(model, NULL, 1, &other, &out));
  MISUSED(relapse_monitor_new(model, NOTHING, NULL, &out));
  MISUSED(relapse_monitor_restore(NULL, "x", 1, &other, &out));
  MISUSED(relapse_monitor_restore(model, NULL, 1, &other, &out));
  MISUSED(relapse_monitor_snapshot(NULL, &out));
  MISUSED(relapse_monitor_update(NULL, TEXT(monday), &out));
  MISUSED(relapse_monitor_update(monitor, NULL, 1, &out));
  MISUSED(relapse_monitor_at(NULL, TEXT("20516"), &out));
  MISUSED(relapse_monitor_acknowledge(
      NULL, TEXT("{\"flag\": \"self_harm\", \"at\": 20516}"), &out));
  MISUSED(relapse_monitor_follow_up(NULL, TEXT(plan), TEXT("{}"), &out));
  MISUSED(relapse_monitor_suggest(NULL, TEXT(plan), NOTHING, &out));
  MISUSED(relapse_monitor_suggest(monitor, NULL, 1, NOTHING, &out));
  MISUSED(relapse_monitor_questions(NULL, 5, TEXT(monday), &out));
  MISUSED(relapse_instrument_document(NULL, 4, NOTHING, &out));
  MISUSED(relapse_instrument_score(TEXT("phq9"), NULL, 2, &out));
  MISUSED(relapse_plan_check(NULL, TEXT(plan), NOTHING, &out));
  MISUSED(relapse_plan_page(NULL, TEXT(plan), NOTHING, &out));
  MISUSED(relapse_plan_revise(NULL, 1, TEXT(plan), NOTHING, &out));
  MISUSED(relapse_plan_merge(TEXT(plan), NULL, 1, &out));
  TOO_LONG(relapse_model_named("standard", huge, &made, &out));
  TOO_LONG(relapse_model_read("{}", huge, &made, &out));
  TOO_LONG(relapse_monitor_update(monitor, monday, huge, &out));
  TOO_LONG(relapse_monitor_restore(model, "x", huge, &other, &out));
  TOO_LONG(relapse_plan_merge(TEXT(plan), plan, huge, &out));
#undef MISUSED
#undef TOO_LONG
  /* Nobody has to listen. */
  CHECK(relapse_monitor_update(monitor, TEXT(monday), NULL) == RELAPSE_OK);
  CHECK(relapse_monitor_update(monitor, TEXT(monday), NULL) == RELAPSE_CHECK_IN);
  CHECK(relapse_monitor_update(NULL, NOTHING, NULL) == RELAPSE_MISUSE);
  /* An empty plan text is no plan, and empty settings are none. */
  CHECK(tells(relapse_plan_check(model, NOTHING, NOTHING, &out), RELAPSE_PARSE, &out,
              "\"pointer\":\"\""));
  CHECK(tells(relapse_plan_check(model, TEXT(plan), TEXT("{\"nwo\": 1}"), &out),
              RELAPSE_PARSE, &out, "/nwo"));
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

static void instruments_are_scored(void) {
  relapse_text* out = NULL;
  CHECK(tells(relapse_instrument_names(&out), RELAPSE_OK, &out, "\"phq9\""));
  CHECK(tells(relapse_instrument_document(TEXT("phq9"), TEXT("de"), &out), RELAPSE_OK,
              &out, "relapse/instrument/1"));
  CHECK(tells(relapse_instrument_document(TEXT("phq"), NOTHING, &out), RELAPSE_INVALID,
              &out, "\"kind\":\"invalid\""));
  static const char* const answers =
      "{\"1\": 2, \"2\": 2, \"3\": 1, \"4\": 1, \"5\": 1, \"6\": 1, \"7\": 1, \"8\": 1,"
      " \"9\": 1}";
  CHECK(tells(relapse_instrument_score(TEXT("phq9"), TEXT(answers), &out), RELAPSE_OK,
              &out, "\"value\":11.0"));
  CHECK(tells(relapse_instrument_score(TEXT("phq9"), TEXT(answers), &out), RELAPSE_OK,
              &out, "\"flags\":[\"self_harm\"]"));
  CHECK(tells(relapse_instrument_score(TEXT("phq9"), TEXT("{\"1\": 99}"), &out),
              RELAPSE_INVALID, &out, "\"kind\":\"invalid\""));
  CHECK(tells(relapse_instrument_score(TEXT("phq9"), TEXT("{\"1\": null}"), &out),
              RELAPSE_OK, &out, "\"value\":null"));
}

static void plans_are_checked_shown_and_merged(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  CHECK(tells(relapse_plan_check(model, TEXT(plan),
                                 TEXT("{\"now\": \"2030-01-01T00:00Z\","
                                      " \"locale\": \"de\"}"),
                                 &out),
              RELAPSE_OK, &out, "\"gap\":\"review_due\""));
  CHECK(tells(relapse_plan_page(model, TEXT(plan), NOTHING, &out), RELAPSE_OK, &out,
              "<html lang=\"en\""));
  CHECK(tells(relapse_plan_page(model, TEXT(plan),
                                TEXT("{\"format\": \"markdown\", \"locale\": \"de-DE\"}"),
                                &out),
              RELAPSE_OK, &out, "112"));
  CHECK(tells(relapse_plan_page(model, TEXT(plan), TEXT("{\"format\": \"pdf\"}"), &out),
              RELAPSE_PARSE, &out, "/format"));
  CHECK(tells(relapse_plan_page(model, TEXT(plan),
                                TEXT("{\"zone\": {\"transitions\": [],"
                                     " \"known_until\": 3}}"),
                                &out),
              RELAPSE_PARSE, &out, "/zone"));

  /* An edit on each of two devices: both stay, whoever is asked first. */
  char* phone = replaced(plan, "Sleeping through the night again", "told by the phone");
  char* tablet = replaced(plan, "Cycle to the lake and back", "told by the tablet");
  CHECK(
      relapse_plan_revise(TEXT(plan), TEXT(phone),
                          TEXT("{\"device\": \"phone\", \"at\": \"2026-05-02T08:00Z\"}"),
                          &out) == RELAPSE_OK);
  char* one = take(out);
  CHECK(
      relapse_plan_revise(TEXT(plan), TEXT(tablet),
                          TEXT("{\"device\": \"tablet\", \"at\": \"2026-05-03T08:00Z\"}"),
                          &out) == RELAPSE_OK);
  char* other = take(out);
  CHECK(relapse_plan_merge(TEXT(one), TEXT(other), &out) == RELAPSE_OK);
  char* merged = take(out);
  CHECK(strstr(merged, "told by the phone") != NULL);
  CHECK(strstr(merged, "told by the tablet") != NULL);
  CHECK(relapse_plan_merge(TEXT(other), TEXT(one), &out) == RELAPSE_OK);
  char* turned = take(out);
  CHECK(strcmp(merged, turned) == 0);
  CHECK(tells(relapse_plan_revise(TEXT(plan), TEXT(plan),
                                  TEXT("{\"device\": \"phone\", \"at\": 30000}"), &out),
              RELAPSE_INVALID, &out, "\"kind\":\"invalid\""));
  free(phone);
  free(tablet);
  free(one);
  free(other);
  free(merged);
  free(turned);
  relapse_model_free(model);
}

static void* follow(void* model) {
  relapse_monitor* monitor = somebody(model);
  free(updated(monitor, monday));
  char* told = updated(monitor, tuesday);
  relapse_monitor_free(monitor);
  return told;
}

static void threads_share_a_model(void) {
  relapse_model* model = standard();
  pthread_t threads[4];
  char* told[4];
  for (int i = 0; i < 4; ++i)
    CHECK(pthread_create(&threads[i], NULL, follow, model) == 0);
  for (int i = 0; i < 4; ++i) {
    void* text = NULL;
    CHECK(pthread_join(threads[i], &text) == 0);
    told[i] = text;
  }
  for (int i = 1; i < 4; ++i) CHECK(strcmp(told[0], told[i]) == 0);
  for (int i = 0; i < 4; ++i) free(told[i]);
  relapse_model_free(model);
}

/* Lets memory end at each allocation of a call, one after the other: each time the call
   says so, and nothing is lost or left behind. Not of calls that go through the JSON
   library: what takes its values apart again allocates, and cannot fail. */
static void memory_may_end_anywhere(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* monitor = NULL;
  int status = RELAPSE_MEMORY;
  long left = 0;
  for (; status == RELAPSE_MEMORY; ++left) {
    relapse_monitor_free(monitor);
    make_scarce(left);
    status = relapse_monitor_new(model, NOTHING, &monitor, &out);
    make_scarce(-1);
    CHECK((status == RELAPSE_OK) == (monitor != NULL));
    relapse_text_free(out);
  }
  CHECK(status == RELAPSE_OK && left > 2);
  free(updated(monitor, monday));
  CHECK(relapse_monitor_at(monitor, TEXT("2026-03-04T00:00:00Z"), &out) == RELAPSE_OK);
  char* wanted = take(out);
  status = RELAPSE_MEMORY;
  for (left = 0; status == RELAPSE_MEMORY; ++left) {
    make_scarce(left);
    status = relapse_monitor_at(monitor, TEXT("2026-03-04T00:00:00Z"), &out);
    make_scarce(-1);
    if (status != RELAPSE_OK) relapse_text_free(out);
  }
  CHECK(status == RELAPSE_OK && left > 10);
  char* found = take(out);
  CHECK(found != NULL && strcmp(found, wanted) == 0);
  free(found);
  free(wanted);
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

#ifdef NOTICES_FREED_HANDLES
static void aborts(void (*use)(void)) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stderr) == NULL) _exit(0);
    use();
    _exit(0);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static relapse_model* freed_model = NULL;
static relapse_text* freed_text = NULL;
static void free_model_again(void) { relapse_model_free(freed_model); }
static void free_text_again(void) { relapse_text_free(freed_text); }
static void read_freed_text(void) { (void)relapse_text_size(freed_text); }

static void a_freed_handle_is_noticed(void) {
  relapse_text* out = NULL;
  relapse_model* model = standard();
  relapse_monitor* monitor = somebody(model);
  relapse_monitor_free(monitor);
  static const char* const dead = "not alive";
  CHECK(tells(relapse_monitor_update(monitor, TEXT(monday), &out), RELAPSE_MISUSE, &out,
              dead));
  CHECK(tells(relapse_monitor_snapshot(monitor, &out), RELAPSE_MISUSE, &out, dead));
  /* A handle of another kind. */
  CHECK(tells(relapse_monitor_snapshot((relapse_monitor*)(void*)model, &out),
              RELAPSE_MISUSE, &out, dead));
  CHECK(relapse_instrument_names(&freed_text) == RELAPSE_OK);
  relapse_text_free(freed_text);
  relapse_model_free(model);
  CHECK(tells(relapse_model_document(model, &out), RELAPSE_MISUSE, &out, dead));
  CHECK(tells(relapse_plan_check(model, TEXT(plan), NOTHING, &out), RELAPSE_MISUSE, &out,
              dead));
  freed_model = model;
  aborts(free_model_again);
  aborts(free_text_again);
  aborts(read_freed_text);
}
#endif

int main(int count, char** arguments) {
  if (count != 2) return 2;
  plan = file_text(arguments[1]);
  the_library_says_what_it_is();
  a_model_says_what_it_asks();
  a_person_is_followed();
  a_case_file_keeps_what_was_told();
  a_case_file_loses_no_flag_and_helps_at_once();
  what_is_known_before_counts();
  a_snapshot_continues_with_the_same_bytes();
  refusals_name_the_place_and_no_answer();
  flags_of_a_refused_check_in_are_raised();
  fhir_is_read_and_written();
  every_beginning_of_a_document_is_refused();
  other_bytes_than_utf_8_are_refused();
  bad_pointers_and_sizes_are_refused();
  instruments_are_scored();
  plans_are_checked_shown_and_merged();
  threads_share_a_model();
  memory_may_end_anywhere();
#ifdef NOTICES_FREED_HANDLES
  a_freed_handle_is_noticed();
#endif
  free(plan);
  printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
