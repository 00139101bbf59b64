package org.relapse;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;

/** The calls of {@code relapse/c/relapse.h} that this package makes. */
interface Door extends Library {
  Door CALLS = Native.load("relapse_c", Door.class);
  Cleaner CLEANER = Cleaner.create();

  /** {@code size_t}. */
  final class Size extends com.sun.jna.IntegerType {
    public Size() {
      this(0);
    }

    Size(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }

  int relapse_abi();

  String relapse_version();

  Pointer relapse_text_data(Pointer text);

  Size relapse_text_size(Pointer text);

  void relapse_text_free(Pointer text);

  int relapse_model_named(byte[] name, Size size, PointerByReference model, PointerByReference out);

  int relapse_model_read(
      byte[] document, Size size, PointerByReference model, PointerByReference out);

  void relapse_model_free(Pointer model);

  int relapse_model_document(Pointer model, PointerByReference out);

  int relapse_model_items(Pointer model, byte[] locale, Size size, PointerByReference out);

  int relapse_model_short_form(Pointer model, int count, PointerByReference out);

  int relapse_case_file_new(
      Pointer model, byte[] start, Size size, PointerByReference caseFile, PointerByReference out);

  int relapse_case_file_read(
      Pointer model, byte[] text, Size size, PointerByReference caseFile, PointerByReference out);

  void relapse_case_file_free(Pointer caseFile);

  int relapse_case_file_add(Pointer caseFile, byte[] event, Size size, PointerByReference out);

  int relapse_case_file_view(Pointer caseFile, byte[] settings, Size size, PointerByReference out);

  int relapse_case_file_help(Pointer caseFile, byte[] settings, Size size, PointerByReference out);

  int relapse_case_file_merge(Pointer caseFile, Pointer other, PointerByReference out);

  int relapse_case_file_compact(Pointer caseFile, byte[] before, Size size, PointerByReference out);

  int relapse_case_file_text(Pointer caseFile, PointerByReference out);

  int relapse_case_file_problems(Pointer caseFile, PointerByReference out);

  int relapse_monitor_new(
      Pointer model, byte[] start, Size size, PointerByReference monitor, PointerByReference out);

  int relapse_monitor_restore(
      Pointer model, byte[] snapshot, Size size, PointerByReference monitor, PointerByReference out);

  void relapse_monitor_free(Pointer monitor);

  int relapse_monitor_snapshot(Pointer monitor, PointerByReference out);

  int relapse_monitor_update(Pointer monitor, byte[] checkIn, Size size, PointerByReference out);

  int relapse_monitor_at(Pointer monitor, byte[] time, Size size, PointerByReference out);

  int relapse_monitor_acknowledge(Pointer monitor, byte[] what, Size size, PointerByReference out);

  int relapse_monitor_follow_up(
      Pointer monitor, byte[] plan, Size planSize, byte[] what, Size size, PointerByReference out);

  int relapse_monitor_suggest(
      Pointer monitor,
      byte[] plan,
      Size planSize,
      byte[] settings,
      Size size,
      PointerByReference out);

  int relapse_monitor_questions(
      Pointer monitor, int count, byte[] soFar, Size size, PointerByReference out);

  int relapse_instrument_names(PointerByReference out);

  int relapse_instrument_document(
      byte[] name, Size size, byte[] locale, Size localeSize, PointerByReference out);

  int relapse_instrument_score(
      byte[] name, Size size, byte[] answers, Size answersSize, PointerByReference out);

  int relapse_fhir_check_ins(
      Pointer model, byte[] fhir, Size fhirSize, byte[] settings, Size size, PointerByReference out);

  int relapse_fhir_bundle(
      Pointer monitor,
      byte[] checkIn,
      Size checkInSize,
      byte[] plan,
      Size planSize,
      byte[] settings,
      Size size,
      PointerByReference out);

  int relapse_plan_check(
      Pointer model, byte[] plan, Size planSize, byte[] settings, Size size, PointerByReference out);

  int relapse_plan_page(
      Pointer model, byte[] plan, Size planSize, byte[] settings, Size size, PointerByReference out);

  int relapse_plan_revise(
      byte[] plan,
      Size planSize,
      byte[] next,
      Size nextSize,
      byte[] revision,
      Size size,
      PointerByReference out);

  int relapse_plan_merge(
      byte[] one, Size oneSize, byte[] other, Size otherSize, PointerByReference out);

  /** A call that tells something. */
  @FunctionalInterface
  interface Call {
    int into(PointerByReference out);
  }

  /** A call that makes a handle. */
  @FunctionalInterface
  interface Make {
    int into(PointerByReference handle, PointerByReference out);
  }

  static byte[] bytes(Call call) {
    PointerByReference out = new PointerByReference();
    int status = call.into(out);
    byte[] told = taken(out.getValue());
    if (status != 0) throw new RelapseException(new String(told, StandardCharsets.UTF_8));
    return told;
  }

  static String text(Call call) {
    return new String(bytes(call), StandardCharsets.UTF_8);
  }

  static Pointer handle(Make make) {
    PointerByReference handle = new PointerByReference();
    bytes(out -> make.into(handle, out));
    return handle.getValue();
  }

  private static byte[] taken(Pointer text) {
    if (text == null) return new byte[0];
    byte[] bytes =
        CALLS.relapse_text_data(text).getByteArray(0, CALLS.relapse_text_size(text).intValue());
    CALLS.relapse_text_free(text);
    return bytes;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Size size(byte[] bytes) {
    return new Size(bytes.length);
  }
}
