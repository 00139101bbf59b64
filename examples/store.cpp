// A server that keeps many persons in one file of SQLite: what `add` has returned is
// kept, whatever happens next.

#include <relapse/io/standard.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/store/store.hpp>

#include <cstdio>
#include <filesystem>

int main() {
  const auto path = std::filesystem::temp_directory_path() / "relapse_people.db";
  std::filesystem::remove(path);
  try {
    relapse::Store store(relapse::models::standard(), path.string());

    // What is known from before the first event; without it `add` begins with nothing
    // known.
    store.begin({.person = "P07", .before = {.days_since_use = relapse::Days{40.0}}});
    const auto* event = R"({"id":"1","at":"2026-03-06T18:30+01:00","kind":"check_in",
        "answers":{"craving":3,"stress":8,"used":0,"self_harm":0}})";
    std::printf("%s\n", store.add("P07", event).c_str());
    // A device that was not sure whether this arrived tells it again: it counts once.
    std::printf("%s\n", store.add("P07", event).c_str());
    // Kept offline until now, and earlier than what is there: taken in by replay.
    std::printf("%s\n", store
                            .add("P07", R"({"id":"0","at":"2026-03-05T18:00+01:00",
        "kind":"check_in","answers":{"craving":1,"used":0}})")
                            .c_str());

    const auto now = relapse::io::parse_timestamp("2026-03-06T19:00+01:00");
    for (const auto& person : store.persons())
      std::printf("%s: %zu bytes of view\n", person.c_str(),
                  store.view(person, now, {.locale = "de-DE"}).size());

    // Everything of a person, to hand over; and then nothing, in no page of the file.
    std::printf("%s", store.case_file("P07").text().c_str());
    store.erase("P07");
    std::filesystem::remove(path);
    return store.persons().empty() ? 0 : 1;
  } catch (const relapse::StoreError& error) {
    // A full disk, a locked or damaged file: nothing that was kept is lost.
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
