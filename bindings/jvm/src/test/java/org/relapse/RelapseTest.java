package org.relapse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RelapseTest {
  private static final Model MODEL = Model.named("standard");
  private static final String MONDAY =
      """
      {"schema": "relapse/check_in/1", "time": "2026-03-02T08:00:00Z",
       "answers": {"craving": 3, "isolating": 1}}""";
  private static final String TUESDAY =
      MONDAY.replace("03-02", "03-03").replace("\"craving\": 3", "\"craving\": 4");

  private static String file(String name) throws IOException {
    return Files.readString(Path.of(System.getProperty("relapse.root"), name));
  }

  private static String followed() throws IOException {
    StringBuilder told = new StringBuilder();
    try (Monitor monitor = MODEL.monitor()) {
      file("examples/data/check_ins.jsonl")
          .lines()
          .forEach(line -> told.append(monitor.update(line)).append('\n'));
    }
    return told.toString();
  }

  @Test
  void threadsShareAModel() throws Exception {
    var threads = Executors.newFixedThreadPool(2);
    var told = threads.invokeAll(
        Stream.generate(() -> (Callable<String>) RelapseTest::followed).limit(4).toList());
    threads.shutdown();
    assertEquals(30, told.get(0).get().lines().filter(each -> each.contains("\"level\"")).count());
    for (var each : told) assertEquals(told.get(0).get(), each.get());
  }

  @Test
  void aCaseFileShowsTheSameOnEveryDevice() {
    String event = "{\"kind\": \"check_in\", \"id\": \"%s\", \"at\": %d, \"answers\": {\"craving\": %d}}";
    String now = "{\"now\": 20600, \"locale\": \"de\"}";
    try (CaseFile phone = MODEL.caseFile("{\"person\": \"P7\"}");
        CaseFile tablet = MODEL.caseFile("{\"person\": \"P7\"}")) {
      assertTrue(phone.add(event.formatted("a", 20500, 1)).contains("\"taken_in\""));
      assertTrue(tablet.add(event.formatted("b", 20501, 3)).contains("\"taken_in\""));
      assertTrue(tablet.add(event.formatted("a", 20500, 1)).contains("\"replayed\""));
      phone.merge(tablet);
      assertEquals(phone.view(now), tablet.view(now));
      try (CaseFile read = MODEL.readCaseFile(phone.text())) {
        assertEquals(phone.view(now), read.view(now));
      }
      phone.compact("2026-03-30T00:00:00Z");
      assertEquals("[]", phone.problems());
      assertTrue(phone.help(now).startsWith("{"));
      assertThrows(RelapseException.class, () -> phone.view("{}"));
    }
  }

  @Test
  void aSnapshotContinuesWhereItWasTaken() {
    try (Monitor monitor = MODEL.monitor("{\"days_since_use\": 40}")) {
      monitor.update(MONDAY);
      try (Monitor restored = MODEL.restore(monitor.snapshot())) {
        assertEquals(monitor.update(TUESDAY), restored.update(TUESDAY));
      }
    }
  }

  @Test
  void anErrorSaysWhereAndNotWhatWasAnswered() {
    try (Monitor monitor = MODEL.monitor()) {
      String wrong = MONDAY.replace("\"craving\": 3", "\"craving\": 4711");
      var refused = assertThrows(RelapseException.class, () -> monitor.update(wrong));
      assertTrue(refused.document().contains("\"item\":\"craving\""));
      assertFalse(refused.document().contains("4711"));
    }
    assertThrows(RelapseException.class, () -> Model.named("nobody's"));
    assertThrows(RelapseException.class, () -> Model.read("{}"));
  }

  @Test
  void flagsOfARefusedCheckInComeFirst() throws Exception {
    try (Monitor monitor = MODEL.monitor()) {
      String refused = MONDAY.replace("\"isolating\": 1", "\"self_harm\": 1, \"unknown\": 1");
      var error = assertThrows(RelapseException.class, () -> monitor.update(refused));
      assertTrue(error.document().contains("\"flags\":[\"self_harm\"]"));
      assertTrue(monitor.at("2026-03-02T09:00:00Z").contains("\"level\":\"critical\""));
      String plan = file("examples/data/plan.json");
      assertTrue(monitor.suggest(plan, "{}").contains("\"action\":\"crisis\""));
      assertTrue(
          monitor.acknowledge("{\"flag\": \"self_harm\", \"at\": \"2026-03-02T10:00:00Z\"}"));
    }
  }

  @Test
  void aModelSaysWhatItAsks() {
    assertTrue(MODEL.items("de").contains("\"language\":\"de\""));
    assertTrue(MODEL.shortForm(12).contains("\"used\""));
    try (Model again = Model.read(MODEL.document())) {
      assertEquals(MODEL.document(), again.document());
    }
  }

  @Test
  void plansAreCheckedShownAndMerged() throws Exception {
    String plan = file("examples/data/plan.json");
    assertTrue(MODEL.checkPlan(plan, "{\"now\": \"2030-01-01T00:00Z\"}").contains("review_due"));
    assertTrue(MODEL.planPage(plan, "{\"locale\": \"de-DE\"}").contains("lang=\"de\""));
    String phone =
        Relapse.revisePlan(
            plan,
            plan.replace("Sleeping through the night again", "For the dog"),
            "{\"device\": \"phone\", \"at\": \"2026-05-02T08:00Z\"}");
    String merged = Relapse.mergePlans(plan, phone);
    assertEquals(merged, Relapse.mergePlans(phone, plan));
    assertTrue(merged.contains("For the dog"));
  }

  @Test
  void instrumentsAreScored() {
    assertTrue(Relapse.instrumentNames().contains("\"phq9\""));
    assertTrue(Relapse.instrument("phq9", "en").contains("relapse/instrument/1"));
    assertTrue(Relapse.score("phq9", "{\"9\": 1}").contains("\"flags\":[\"self_harm\"]"));
  }

  @Test
  void whatIsClosedIsNotUsed() {
    Monitor monitor = MODEL.monitor();
    monitor.close();
    monitor.close();
    assertThrows(IllegalStateException.class, () -> monitor.update(MONDAY));
    assertEquals(1, Relapse.abi());
    assertTrue(Relapse.version().contains("."));
  }
}
