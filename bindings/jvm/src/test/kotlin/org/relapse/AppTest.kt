package org.relapse

import java.io.File
import java.util.UUID
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** An app in Kotlin: a person checks in, sees where things stand and what could help. */
class App(private val store: File) {
  private val model = Model.named("standard")

  /** Told by the person, or by somebody else; what is kept is the text of the case file. */
  fun tell(kind: String, at: String, more: String): String =
    open().use { person ->
      val id = UUID.randomUUID()
      val result = person.add("""{"kind": "$kind", "id": "$id", "at": "$at", $more}""")
      store.writeText(person.text())
      result // flags first: what it says of them comes before everything else
    }

  /** All that can be shown. */
  fun show(now: String): String =
    open().use { it.view("""{"now": "$now", "locale": "en-GB", "suggestions": 2}""") }

  private fun open(): CaseFile =
    if (store.exists()) model.readCaseFile(store.readText()) else model.caseFile("{}")
}

class AppTest {
  @Test
  fun `somebody checks in on two days`() {
    val plan = File(System.getProperty("relapse.root"), "examples/data/plan.json").readText()
    val store = File.createTempFile("person", ".jsonl").apply { delete(); deleteOnExit() }
    val app = App(store)
    app.tell("plan", "2026-03-02T17:00:00+01:00", """"plan": $plan""")
    app.tell("check_in", "2026-03-02T18:00:00+01:00", """"answers": {"craving": 1}""")
    val told = app.tell("check_in", "2026-03-03T18:00:00+01:00", """"answers": {"craving": 4}""")
    assertTrue(told.contains("\"status\":\"taken_in\""))
    val shown = app.show("2026-03-03T18:05:00+01:00")
    assertTrue(shown.contains("\"from_plan\":true"))
  }
}
