package org.relapse

import java.io.File
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** An app in Kotlin: a person checks in, sees where things stand and what could help. */
class App(private val store: File, private val plan: String) {
  private val model = Model.named("standard")

  /** The answers of a form, by item; what comes back is for the screen. */
  fun checkIn(time: String, answers: Map<String, Int>): String =
    open().use { person ->
      val given = answers.entries.joinToString { (item, answer) -> "\"$item\": $answer" }
      person.update("""{"schema": "relapse/check_in/1", "time": "$time", "answers": {$given}}""")
      store.writeBytes(person.snapshot())
      person.suggest(plan, """{"count": 2, "locale": "en"}""")
    }

  private fun open(): Monitor =
    if (store.exists()) model.restore(store.readBytes()) else model.monitor()
}

class AppTest {
  @Test
  fun `somebody checks in on two days`() {
    val root = System.getProperty("relapse.root")
    val store = File.createTempFile("person", ".cbor").apply { delete(); deleteOnExit() }
    val app = App(store, File(root, "examples/data/plan.json").readText())
    app.checkIn("2026-03-02T18:00:00+01:00", mapOf("craving" to 1, "isolating" to 0))
    val shown = app.checkIn("2026-03-03T18:00:00+01:00", mapOf("craving" to 4, "isolating" to 3))
    assertTrue(shown.contains("relapse/suggestions/1"))
    assertTrue(shown.contains("\"words\""))
  }
}
