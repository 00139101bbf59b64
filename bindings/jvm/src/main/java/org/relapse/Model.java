package org.relapse;

import static org.relapse.Door.CALLS;
import static org.relapse.Door.size;
import static org.relapse.Door.utf8;

import com.sun.jna.Pointer;

/** A model: what the answers mean. Any number of threads may share one. */
public final class Model extends Held {
  private Model(Pointer handle) {
    super(handle, CALLS::relapse_model_free);
  }

  /** One that comes with the library: standard, weekly_bam or opioid_weekly. */
  public static Model named(String name) {
    byte[] text = utf8(name);
    return new Model(
        Door.handle((model, out) -> CALLS.relapse_model_named(text, size(text), model, out)));
  }

  /** One of your own, from a document {@code relapse/model/1}. */
  public static Model read(String document) {
    byte[] text = utf8(document);
    return new Model(
        Door.handle((model, out) -> CALLS.relapse_model_read(text, size(text), model, out)));
  }

  public String document() {
    return Door.text(out -> CALLS.relapse_model_document(handle(), out));
  }

  /** What to make a form of, {@code relapse/items/1}. */
  public String items(String locale) {
    byte[] text = utf8(locale);
    return Door.text(out -> CALLS.relapse_model_items(handle(), text, size(text), out));
  }

  /** Ids of the items of a short daily check-in, a list. */
  public String shortForm(int count) {
    return Door.text(out -> CALLS.relapse_model_short_form(handle(), count, out));
  }

  /** Check-ins out of FHIR R4, {@code relapse/fhir_check_ins/1}. */
  public String fhirCheckIns(String fhir, String settings) {
    byte[] text = utf8(fhir);
    byte[] given = utf8(settings);
    return Door.text(
        out -> CALLS.relapse_fhir_check_ins(handle(), text, size(text), given, size(given), out));
  }

  /**
   * Somebody new, with all that an app keeps; what is known before, all of it optional: {@code
   * {"person": "P7", "days_since_use": 40, "days_in_recovery": 400}}.
   */
  public CaseFile caseFile(String start) {
    byte[] text = utf8(start);
    return new CaseFile(
        Door.handle(
            (file, out) -> CALLS.relapse_case_file_new(handle(), text, size(text), file, out)));
  }

  /** Somebody known, from {@link CaseFile#text}. */
  public CaseFile readCaseFile(String log) {
    byte[] text = utf8(log);
    return new CaseFile(
        Door.handle(
            (file, out) -> CALLS.relapse_case_file_read(handle(), text, size(text), file, out)));
  }

  /** Somebody new, the numbers alone. */
  public Monitor monitor() {
    return monitor("{}");
  }

  /**
   * Somebody of whom something is known: {@code {"days_since_use": 40, "days_in_recovery": 400}}.
   */
  public Monitor monitor(String start) {
    byte[] text = utf8(start);
    return new Monitor(
        Door.handle(
            (monitor, out) ->
                CALLS.relapse_monitor_new(handle(), text, size(text), monitor, out)));
  }

  /** The numbers of somebody known, from a snapshot of a monitor of this model. */
  public Monitor restore(byte[] snapshot) {
    return new Monitor(
        Door.handle(
            (monitor, out) ->
                CALLS.relapse_monitor_restore(handle(), snapshot, size(snapshot), monitor, out)));
  }

  /** What a plan lacks or what is due, {@code relapse/plan_findings/1}. */
  public String checkPlan(String plan, String settings) {
    byte[] text = utf8(plan);
    byte[] given = utf8(settings);
    return Door.text(
        out -> CALLS.relapse_plan_check(handle(), text, size(text), given, size(given), out));
  }

  /** A plan to read and to print, HTML or Markdown. */
  public String planPage(String plan, String settings) {
    byte[] text = utf8(plan);
    byte[] given = utf8(settings);
    return Door.text(
        out -> CALLS.relapse_plan_page(handle(), text, size(text), given, size(given), out));
  }
}
