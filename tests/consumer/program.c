/* What an app in C does with the library: a model, a person, a check-in. */
#include <relapse/c/relapse.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  static const char check_in[] =
      "{\"schema\": \"relapse/check_in/1\", \"time\": \"2026-03-01T08:00:00+02:00\","
      " \"answers\": {\"craving\": 3, \"isolating\": 1}}";
  relapse_model* model = NULL;
  relapse_monitor* monitor = NULL;
  relapse_text* out = NULL;
  int status = relapse_model_named("standard", 8, &model, &out);
  if (status == RELAPSE_OK) status = relapse_monitor_new(model, NULL, 0, &monitor, &out);
  if (status == RELAPSE_OK)
    status = relapse_monitor_update(monitor, check_in, strlen(check_in), &out);
  printf("%.*s\n", (int)relapse_text_size(out), relapse_text_data(out));
  if (strstr(relapse_text_data(out), "relapse/assessment/1") == NULL) status = -1;
  relapse_text_free(out);
  relapse_monitor_free(monitor);
  relapse_model_free(model);
  return status == RELAPSE_OK && relapse_abi() == RELAPSE_ABI ? 0 : 1;
}
