package org.relapse;

import static org.relapse.Door.CALLS;
import static org.relapse.Door.size;
import static org.relapse.Door.utf8;

import com.sun.jna.Pointer;

/** One person, followed check-in by check-in; belongs to one thread at a time. */
public final class Monitor extends Held {
  Monitor(Pointer handle) {
    super(handle, CALLS::relapse_monitor_free);
  }

  /** Takes in a check-in, {@code relapse/check_in/1}; gives {@code relapse/assessment/1}. */
  public String update(String checkIn) {
    byte[] text = utf8(checkIn);
    return Door.text(out -> CALLS.relapse_monitor_update(handle(), text, size(text), out));
  }

  /** The assessment at a moment without a check-in, a timestamp with its zone. */
  public String at(String time) {
    byte[] text = utf8(time);
    return Door.text(out -> CALLS.relapse_monitor_at(handle(), text, size(text), out));
  }

  /**
   * Takes a safety flag down: {@code {"flag": "self_harm", "at": TIME}}. False where it stays up
   * because it rose later.
   */
  public boolean acknowledge(String what) {
    byte[] text = utf8(what);
    return Door.text(out -> CALLS.relapse_monitor_acknowledge(handle(), text, size(text), out))
        .equals("true");
  }

  /** What became of a suggestion: {@code {"action": ID, "at": TIME, "helped": 8}}. */
  public void followUp(String plan, String told) {
    byte[] text = utf8(plan);
    byte[] given = utf8(told);
    Door.bytes(
        out ->
            CALLS.relapse_monitor_follow_up(handle(), text, size(text), given, size(given), out));
  }

  /** What to do now, {@code relapse/suggestions/1}. */
  public String suggest(String plan, String settings) {
    byte[] text = utf8(plan);
    byte[] given = utf8(settings);
    return Door.text(
        out -> CALLS.relapse_monitor_suggest(handle(), text, size(text), given, size(given), out));
  }

  /** Ids of the items to ask next, a list. */
  public String questions(int count, String soFar) {
    byte[] text = utf8(soFar);
    return Door.text(
        out -> CALLS.relapse_monitor_questions(handle(), count, text, size(text), out));
  }

  /**
   * A transaction of FHIR R4: check-in, assessment, flags, and what a contact may see of the plan.
   * The first two may be empty; settings: {@code {"person": "7", "at": TIME}}.
   */
  public String fhirBundle(String checkIn, String plan, String settings) {
    byte[] text = utf8(checkIn);
    byte[] shared = utf8(plan);
    byte[] given = utf8(settings);
    return Door.text(
        out ->
            CALLS.relapse_fhir_bundle(
                handle(), text, size(text), shared, size(shared), given, size(given), out));
  }

  /** Bytes to keep, for {@link Model#restore}. */
  public byte[] snapshot() {
    return Door.bytes(out -> CALLS.relapse_monitor_snapshot(handle(), out));
  }
}
