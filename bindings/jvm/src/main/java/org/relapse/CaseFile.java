package org.relapse;

import static org.relapse.Door.CALLS;
import static org.relapse.Door.size;
import static org.relapse.Door.utf8;

import com.sun.jna.Pointer;

/**
 * One person, with all that an app keeps: a log of events, and what follows from them. Belongs to
 * one thread at a time.
 */
public final class CaseFile extends Held {
  CaseFile(Pointer handle) {
    super(handle, CALLS::relapse_case_file_free);
  }

  /**
   * Takes in an event of {@code relapse/case_file/1}; the result says what came of it, {@code
   * relapse/event_result/1}. Throws nothing for what stands in the event.
   */
  public String add(String event) {
    byte[] text = utf8(event);
    return Door.text(out -> CALLS.relapse_case_file_add(handle(), text, size(text), out));
  }

  /** All that can be shown at a moment: {@code {"now": TIME, "locale": "de-AT"}}. */
  public String view(String settings) {
    byte[] text = utf8(settings);
    return Door.text(out -> CALLS.relapse_case_file_view(handle(), text, size(text), out));
  }

  /** What helps at once, whatever the level; settings as for {@link #view}. */
  public String help(String settings) {
    byte[] text = utf8(settings);
    return Door.text(out -> CALLS.relapse_case_file_help(handle(), text, size(text), out));
  }

  /** Takes in what another device was told of the same person. */
  public void merge(CaseFile other) {
    Door.bytes(out -> CALLS.relapse_case_file_merge(handle(), other.handle(), out));
  }

  /** Closes the log behind the last check-in up to a moment, a timestamp with its zone. */
  public void compact(String before) {
    byte[] text = utf8(before);
    Door.bytes(out -> CALLS.relapse_case_file_compact(handle(), text, size(text), out));
  }

  /** The log: all there is to keep, for {@link Model#readCaseFile}. */
  public String text() {
    return Door.text(out -> CALLS.relapse_case_file_text(handle(), out));
  }

  /** What was refused and why, a list. */
  public String problems() {
    return Door.text(out -> CALLS.relapse_case_file_problems(handle(), out));
  }
}
