/* Follows a person: `follow CHECK_INS` prints an assessment for each line of check-ins.
 */
#include <relapse/c/relapse.h>

#include <stdio.h>
#include <string.h>

/* Prints what a call told, the result or the error, and passes its status on. */
static int told(int status, relapse_text* out) {
  if (out != NULL) {
    FILE* to = status == RELAPSE_OK ? stdout : stderr;
    fwrite(relapse_text_data(out), 1, relapse_text_size(out), to);
    fputc('\n', to);
  }
  relapse_text_free(out);
  return status;
}

static int follow(FILE* check_ins) {
  static char line[1 << 16];
  relapse_model* model = NULL;
  relapse_monitor* monitor = NULL;
  relapse_text* out = NULL;
  int status = relapse_model_named("standard", 8, &model, &out);
  told(status, out);
  if (status == RELAPSE_OK) {
    status = relapse_monitor_new(model, NULL, 0, &monitor, &out);
    told(status, out);
  }
  while (status == RELAPSE_OK && fgets(line, sizeof line, check_ins) != NULL) {
    status = relapse_monitor_update(monitor, line, strcspn(line, "\n"), &out);
    told(status, out);
  }
  relapse_monitor_free(monitor);
  relapse_model_free(model);
  return status;
}

int main(int count, char** arguments) {
  FILE* file = count == 2 ? fopen(arguments[1], "rb") : NULL;
  if (file == NULL) {
    fputs("follow CHECK_INS\n", stderr);
    return 2;
  }
  const int status = follow(file);
  fclose(file);
  return status == RELAPSE_OK ? 0 : 1;
}
