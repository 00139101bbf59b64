package org.relapse;

import static org.relapse.Door.CALLS;
import static org.relapse.Door.size;
import static org.relapse.Door.utf8;

/** The library, its instruments, and plans without a model. Documents are JSON. */
public final class Relapse {
  private Relapse() {}

  public static String version() {
    return CALLS.relapse_version();
  }

  /** Counts the additions to the C ABI. */
  public static int abi() {
    return CALLS.relapse_abi();
  }

  /** Names of the instruments that come with the library, a list. */
  public static String instrumentNames() {
    return Door.text(CALLS::relapse_instrument_names);
  }

  /** An instrument, {@code relapse/instrument/1}. */
  public static String instrument(String name, String locale) {
    byte[] text = utf8(name);
    byte[] place = utf8(locale);
    return Door.text(
        out -> CALLS.relapse_instrument_document(text, size(text), place, size(place), out));
  }

  /** Scores of a response, {@code relapse/instrument_score/1}. */
  public static String score(String name, String answers) {
    byte[] text = utf8(name);
    byte[] given = utf8(answers);
    return Door.text(
        out -> CALLS.relapse_instrument_score(text, size(text), given, size(given), out));
  }

  /** The next version of a plan; {@code {"device": "phone", "at": TIME}} says whose edit it is. */
  public static String revisePlan(String plan, String next, String revision) {
    byte[] text = utf8(plan);
    byte[] edited = utf8(next);
    byte[] by = utf8(revision);
    return Door.text(
        out ->
            CALLS.relapse_plan_revise(
                text, size(text), edited, size(edited), by, size(by), out));
  }

  /** Edits of two devices brought together, {@code relapse/merged_plan/1}. */
  public static String mergePlans(String one, String other) {
    byte[] first = utf8(one);
    byte[] second = utf8(other);
    return Door.text(
        out -> CALLS.relapse_plan_merge(first, size(first), second, size(second), out));
  }
}
