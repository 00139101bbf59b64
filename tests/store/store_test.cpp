#include <relapse/io/standard.hpp>
#include <relapse/store/store.hpp>

#include "case_file/events.hpp"
#include "plans.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sqlite3.h>
#include <string>
#include <utility>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(store_test)

namespace {

namespace fs = std::filesystem;
using test::event_json;
using test::Json;

/// A folder of its own, which goes with the case.
struct Folder {
  Folder() {
    std::random_device number;
    path = fs::temp_directory_path() / ("relapse-store-" + std::to_string(number()));
    fs::create_directory(path);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string file() const { return (path / "people.relapse").string(); }
  /// All bytes of the store and of what lies beside it.
  std::string bytes() const {
    std::string all;
    for (const auto& each : fs::directory_iterator(path)) {
      std::ifstream in(each.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }
  fs::path path;
};

/// A connection of the test's own.
struct Connection {
  explicit Connection(const std::string& file, int flags = SQLITE_OPEN_READWRITE) {
    BOOST_REQUIRE_EQUAL(sqlite3_open_v2(file.c_str(), &raw,
                                        flags | SQLITE_OPEN_CREATE * (flags == 2),
                                        nullptr),
                        SQLITE_OK);
  }
  ~Connection() { sqlite3_close(raw); }
  void run(const std::string& command) {
    BOOST_REQUIRE_EQUAL(sqlite3_exec(raw, command.c_str(), nullptr, nullptr, nullptr),
                        SQLITE_OK);
  }
  sqlite3* raw = nullptr;
};

const Model& model() { return models::standard(); }

/// Check-ins of a simulated person, a plan and what else an app tells, one event a line.
std::vector<std::string> life(std::uint64_t seed) {
  std::vector<std::string> events;
  for (auto each : test::check_ins(model(), seed)) {
    each.time = each.time + Days{100.0};
    events.push_back(event_json("c" + std::to_string(events.size()), each));
  }
  events.push_back(event_json("plan", 100.0, test::first_plan()));
  events.push_back(R"({"kind":"note","id":"n","at":104.5,"text":"the silver bicycle"})");
  events.push_back(R"({"kind":"check_in","id":"x","at":105.5,"answers":{"craving":99}})");
  events.push_back(
      R"({"kind":"correction","id":"k","at":106.5,"of":"c3","event":{"kind":"check_in",)"
      R"("at":103.25,"answers":{"used":0,"craving":2}}})");
  return events;
}

/// Daily check-ins of one person, so many of them.
std::vector<std::string> daily(int count) {
  std::vector<std::string> events;
  for (int day = 0; day < count; ++day) {
    events.push_back(R"({"kind":"check_in","id":"d)" + std::to_string(day) +
                     R"(","at":)" + std::to_string(100 + day) +
                     R"(,"answers":{"used":0,"craving":)" + std::to_string(day % 5) +
                     "}}");
  }
  return events;
}

CaseFile file_of(const std::vector<std::string>& events,
                 const std::string& person = "P7") {
  CaseFile file(model(), {person});
  for (const auto& event : events) file.add(event);
  return file;
}

void tell(Store& store, const std::vector<std::string>& events,
          const std::string& person = "P7") {
  for (const auto& event : events) store.add(person, event);
}

/// What a store answers to work that cannot be done.
template <class Work>
StoreFault fault_of(Work work) {
  try {
    work();
  } catch (const StoreError& error) {
    BOOST_TEST_MESSAGE(error.what());
    return error.fault();
  }
  BOOST_FAIL("nothing was refused");
  return StoreFault::other;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_store_shows_what_a_case_file_shows_after_it_was_opened_again) {
  const Folder folder;
  const auto events = life(3);
  const auto plain = file_of(events);
  {
    Store store(model(), folder.file());
    CaseFile beside(model(), {"P7"});
    for (const auto& event : events) {
      BOOST_TEST(store.add("P7", event) == beside.add(event));
    }
    BOOST_TEST(store.view("P7", Time{200.0}) == plain.view(Time{200.0}));
  }
  const Store again(model(), folder.file());
  BOOST_TEST(again.persons() == std::vector<std::string>{"P7"});
  for (const double now : {100.5, 104.0, 130.0, 200.0})
    BOOST_TEST(again.view("P7", Time{now}) == plain.view(Time{now}));
  BOOST_TEST(again.case_file("P7").text() == plain.text());
}

BOOST_AUTO_TEST_CASE(any_order_and_any_repetition_give_the_same) {
  auto events = life(4);
  const auto plain = file_of(events);
  std::mt19937 shuffler(11);
  for (int round = 0; round < 3; ++round) {
    const Folder folder;
    std::shuffle(events.begin(), events.end(), shuffler);
    Store store(model(), folder.file());
    tell(store, events);
    tell(store, {events.begin(), events.begin() + 10});
    BOOST_TEST(Json::parse(store.add("P7", events[0])).at("status") == "known");
    BOOST_TEST(store.view("P7", Time{200.0}) == plain.view(Time{200.0}));
    BOOST_TEST(store.case_file("P7").text() == plain.text());
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_changes_nothing) {
  const Folder folder;
  auto events = daily(300);
  Store store(model(), folder.file());
  tell(store, events);
  Connection look(folder.file());
  const auto checkpoints = [&] {
    int count = 0;
    sqlite3_exec(
        look.raw, "SELECT 1 FROM checkpoint",
        [](void* to, int, char**, char**) { return ++*static_cast<int*>(to), 0; }, &count,
        nullptr);
    return count;
  };
  BOOST_TEST(checkpoints() == 1);
  const auto same = [&](const Store& one) {
    const auto plain = file_of(events);
    for (const double now : {150.5, 380.0, 399.5, 500.0})
      BOOST_TEST(one.view("P7", Time{now}) == plain.view(Time{now}));
    BOOST_TEST(one.case_file("P7").text() == plain.text());
  };
  same(store);
  same(Store(model(), folder.file()));
  // What reaches behind it: late, a correction, another content of an id.
  for (const std::string& late :
       {std::string(R"({"kind":"check_in","id":"l","at":101.5,"answers":{"craving":4}})"),
        std::string(R"({"kind":"correction","id":"k","at":395,"of":"d2","event":)"
                    R"({"kind":"check_in","at":102,"answers":{"craving":0}}})"),
        std::string(R"({"kind":"check_in","id":"d4","at":104,"told":103,)"
                    R"("answers":{"craving":0}})")}) {
    auto beside = file_of(events);
    events.push_back(late);
    BOOST_TEST(store.add("P7", late) == beside.add(late));
    same(store);
    for (int day = 0; day < 140; ++day) {
      events.push_back(R"({"kind":"note","id":"n)" + std::to_string(events.size()) +
                       R"(","at":399.25,"text":"x"})");
      store.add("P7", events.back());
    }
    BOOST_TEST(checkpoints() == 1);
    same(Store(model(), folder.file()));
  }
}

BOOST_AUTO_TEST_CASE(two_writers_take_turns_and_readers_see_what_was_added) {
  const Folder folder;
  Store one(model(), folder.file());
  Store other(model(), folder.file());
  const auto events = daily(60);
  Store reader = [&] {
    one.begin({"P7", {Days{40.0}, Days{40.0}}});
    return Store(model(), folder.file(), {StoreAccess::read});
  }();
  CaseFile plain(model(), {"P7", {Days{40.0}, Days{40.0}}});
  for (std::size_t k = 0; k < events.size(); ++k) {
    (k % 2 == 0 ? one : other).add("P7", events[k]);
    plain.add(events[k]);
    BOOST_TEST(reader.view("P7", Time{200.0}) == plain.view(Time{200.0}));
  }
  BOOST_TEST(one.view("P7", Time{200.0}) == plain.view(Time{200.0}));
  BOOST_CHECK_THROW(one.begin({"P7"}), InvalidInput);
  one.begin({"P7", {Days{40.0}, Days{40.0}}});
  BOOST_TEST((fault_of([&] { reader.add("P7", events[0]); }) == StoreFault::read_only));
}

BOOST_AUTO_TEST_CASE(a_case_file_is_taken_in_and_gives_the_same) {
  const Folder folder;
  const auto events = life(5);
  const auto plain = file_of(events);
  Store store(model(), folder.file());
  tell(store, {events.begin(), events.begin() + 7});
  store.merge(plain);
  store.merge(plain);
  BOOST_TEST(store.view("P7", Time{200.0}) == plain.view(Time{200.0}));
  auto closed = file_of(daily(40), "P8");
  closed.compact(Time{130.0});
  BOOST_CHECK_THROW(store.merge(closed), InvalidInput);
  BOOST_TEST(!store.has("P8"));
  BOOST_CHECK_THROW(store.merge(CaseFile(models::weekly_bam(), {"P9"})), InvalidInput);
  BOOST_CHECK_THROW(store.merge(CaseFile(model())), InvalidInput);
}

BOOST_AUTO_TEST_CASE(whoever_is_erased_is_in_no_byte_of_the_file) {
  const Folder folder;
  Store store(model(), folder.file());
  for (const auto& person : {"P1", "Quendoline", "P3"}) tell(store, life(6), person);
  BOOST_TEST((folder.bytes().find("Quendoline") != std::string::npos));
  store.add("Quendoline", R"({"kind":"note","id":"m","at":150,"text":"my unicorn"})");
  BOOST_TEST((folder.bytes().find("my unicorn") != std::string::npos));
  {
    // Somebody who reads still sees them: told, and wiped once that has ended.
    Connection reader(folder.file());
    reader.run("BEGIN; SELECT * FROM event");
    Store impatient(model(), folder.file(), {StoreAccess::write, 10});
    BOOST_TEST((fault_of([&] { impatient.erase("Quendoline"); }) == StoreFault::locked));
  }
  store.erase("Quendoline");
  BOOST_TEST(!store.has("Quendoline"));
  BOOST_TEST((folder.bytes().find("Quendoline") == std::string::npos));
  BOOST_TEST((folder.bytes().find("my unicorn") == std::string::npos));
  BOOST_TEST((folder.bytes().find("silver bicycle") != std::string::npos));
  BOOST_CHECK_THROW(store.view("Quendoline", Time{200.0}), InvalidInput);
  store.erase("Quendoline");
  tell(store, life(7), "Quendoline");
  BOOST_TEST(store.view("Quendoline", Time{200.0}) ==
             file_of(life(7), "Quendoline").view(Time{200.0}));
  BOOST_TEST(store.view("P1", Time{200.0}) == file_of(life(6), "P1").view(Time{200.0}));
}

BOOST_AUTO_TEST_CASE(the_file_is_its_owners_alone) {
  const Folder folder;
  Store store(model(), folder.file());
  tell(store, {life(3).front()});
  for (const auto& each : fs::directory_iterator(folder.path)) {
    BOOST_TEST_CONTEXT(each.path().filename())
    BOOST_TEST(static_cast<int>(fs::status(each).permissions()) == 0600);
  }
}

BOOST_AUTO_TEST_CASE(an_older_schema_is_brought_up_to_date_and_a_newer_one_refused) {
  const Folder folder;
  const auto events = daily(200);
  {
    Store store(model(), folder.file());
    tell(store, events);
  }
  {
    // As the first schema was: without checkpoints.
    Connection old(folder.file());
    old.run("DROP TABLE checkpoint; PRAGMA user_version = 1");
  }
  BOOST_TEST((fault_of([&] { Store(model(), folder.file(), {StoreAccess::read}); }) ==
              StoreFault::older_schema));
  BOOST_TEST(Store(model(), folder.file()).view("P7", Time{400.0}) ==
             file_of(events).view(Time{400.0}));
  BOOST_TEST(Store(model(), folder.file(), {StoreAccess::read}).has("P7"));
  {
    Connection newer(folder.file());
    newer.run("PRAGMA user_version = 99");
  }
  const auto before = folder.bytes();
  for (const auto access : {StoreAccess::read, StoreAccess::write}) {
    BOOST_TEST((fault_of([&] { Store(model(), folder.file(), {access}); }) ==
                StoreFault::newer_schema));
  }
  BOOST_TEST((folder.bytes() == before));
}

BOOST_AUTO_TEST_CASE(files_of_something_else_are_refused_and_stay_as_they_are) {
  const Folder folder;
  { std::ofstream(folder.file()) << std::string(5000, 'x'); }
  auto before = folder.bytes();
  BOOST_TEST(
      (fault_of([&] { Store(model(), folder.file()); }) == StoreFault::other_file));
  BOOST_TEST((folder.bytes() == before));
  fs::remove(folder.file());
  {
    Connection other(folder.file(), SQLITE_OPEN_READWRITE);
    other.run("CREATE TABLE diary (text); INSERT INTO diary VALUES ('dear')");
  }
  before = folder.bytes();
  BOOST_TEST(
      (fault_of([&] { Store(model(), folder.file()); }) == StoreFault::other_file));
  BOOST_TEST((folder.bytes() == before));
  const auto nowhere = (folder.path / "no" / "such" / "folder").string();
  for (const auto access : {StoreAccess::read, StoreAccess::write}) {
    BOOST_TEST((fault_of([&] { Store(model(), nowhere, {access}); }) ==
                StoreFault::unreachable));
  }
  BOOST_TEST((fault_of([&] {
                Store(model(), folder.file() + ".no", {StoreAccess::read});
              }) == StoreFault::unreachable));
  BOOST_CHECK_THROW(Store(model(), folder.file(), {StoreAccess::write, -1}),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_said_to_be_one) {
  const Folder folder;
  {
    Store store(model(), folder.file());
    tell(store, life(3));
  }
  {
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8 * 4096, '\x7f');
  }
  BOOST_TEST((fault_of([&] {
                Store store(model(), folder.file());
                store.view("P7", Time{200.0});
              }) == StoreFault::damaged));
}

BOOST_AUTO_TEST_CASE(a_full_disk_loses_nothing_that_was_acknowledged) {
  const Folder folder;
  const auto events = daily(400);
  std::size_t kept = 0;
  {
    Connection connection(folder.file());
    Store store(model(), connection.raw);
    connection.run("PRAGMA max_page_count = 20");
    BOOST_TEST((fault_of([&] {
                  for (; kept < events.size(); ++kept) store.add("P7", events[kept]);
                }) == StoreFault::full));
    BOOST_TEST(kept > 0);
    const std::vector<std::string> acknowledged(
        events.begin(), events.begin() + static_cast<std::ptrdiff_t>(kept));
    BOOST_TEST(store.view("P7", Time{600.0}) == file_of(acknowledged).view(Time{600.0}));
    connection.run("PRAGMA max_page_count = 100000");
    for (; kept < events.size(); ++kept) store.add("P7", events[kept]);
  }
  BOOST_TEST(Store(model(), folder.file()).view("P7", Time{600.0}) ==
             file_of(events).view(Time{600.0}));
}

BOOST_AUTO_TEST_CASE(a_locked_file_and_one_that_is_read_only_are_named) {
  const Folder folder;
  const auto events = daily(3);
  Store store(model(), folder.file(), {StoreAccess::write, 20});
  store.add("P7", events[0]);
  {
    Connection writer(folder.file());
    writer.run("BEGIN IMMEDIATE");
    BOOST_TEST((fault_of([&] { store.add("P7", events[1]); }) == StoreFault::locked));
    BOOST_TEST(store.view("P7", Time{200.0}) == file_of({events[0]}).view(Time{200.0}));
    writer.run("ROLLBACK");
  }
  store.add("P7", events[1]);
  Connection reader(folder.file(), SQLITE_OPEN_READONLY);
  BOOST_TEST((fault_of([&] { Store(model(), reader.raw); }) == StoreFault::read_only));
  BOOST_TEST(Store(model(), reader.raw, StoreAccess::read).has("P7"));
  Connection busy(folder.file());
  Store within(model(), busy.raw);
  busy.run("BEGIN");
  BOOST_CHECK_THROW(within.add("P7", events[2]), InvalidInput);
  BOOST_CHECK_THROW(Store(model(), nullptr), InvalidInput);
}

BOOST_AUTO_TEST_CASE(an_event_never_changes) {
  const Folder folder;
  Store store(model(), folder.file());
  tell(store, daily(1));
  Connection other(folder.file());
  BOOST_TEST(sqlite3_exec(other.raw, "UPDATE event SET line = ''", nullptr, nullptr,
                          nullptr) == SQLITE_CONSTRAINT);
}

BOOST_AUTO_TEST_CASE(use_told_afterwards_counts_when_it_was_behind_a_checkpoint_too) {
  const Folder folder;
  auto events = daily(200);
  Store store(model(), folder.file());
  tell(store, events);
  events.push_back(R"({"kind":"check_in","id":"told","at":299.5,"used_days_ago":150.25,)"
                   R"("answers":{"used":1}})");
  store.add("P7", events.back());
  BOOST_TEST(store.view("P7", Time{400.0}) == file_of(events).view(Time{400.0}));
  BOOST_TEST(Store(model(), folder.file()).view("P7", Time{400.0}) ==
             file_of(events).view(Time{400.0}));
}

BOOST_AUTO_TEST_CASE(a_new_version_of_the_model_takes_the_log_in) {
  const Folder folder;
  const auto events = daily(200);
  {
    Store store(model(), folder.file());
    tell(store, events);
  }
  auto document = model().document();
  document.version = "99.0.0";
  const Model newer(document);
  Store store(newer, folder.file());
  CaseFile plain = CaseFile::read(newer, file_of(events).text());
  BOOST_TEST(store.view("P7", Time{400.0}) == plain.view(Time{400.0}));
  // One that the other model's checkpoint would not notice.
  const std::string late =
      R"({"kind":"check_in","id":"late","at":101.5,"answers":{"craving":4}})";
  store.add("P7", late);
  auto all = events;
  all.push_back(late);
  BOOST_TEST(Store(model(), folder.file()).view("P7", Time{400.0}) ==
             file_of(all).view(Time{400.0}));
  BOOST_CHECK_THROW(Store(models::weekly_bam(), folder.file()).view("P7", Time{400.0}),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_flag_stays_when_its_item_came_and_went_with_versions) {
  const Folder folder;
  const auto events = daily(3);
  {
    Store store(model(), folder.file());
    tell(store, events);
  }
  auto document = model().document();
  ItemRule pain;
  pain.item.id = "chest_pain";
  pain.item.role = Role::safety;
  pain.item.flag = "overdose";
  document.items.push_back(pain);
  document.version = "99.0.0";
  const std::string told =
      R"({"kind":"check_in","id":"pain","at":110,"answers":{"chest_pain":1}})";
  for (const bool merged : {false, true}) {
    if (merged) {
      CaseFile elsewhere(Model(document), {.person = "P8"});
      elsewhere.add(told);
      Store(model(), folder.file()).merge(elsewhere);
    } else {
      Store(Model(document), folder.file()).add("P7", told);
    }
    const char* person = merged ? "P8" : "P7";
    const auto view =
        Json::parse(Store(model(), folder.file()).view(person, Time{111.0}));
    BOOST_TEST(view["assessment"]["flags"] == Json({"overdose"}), person);
    BOOST_TEST(view["problems"].empty(), person);
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_was_restored_is_seen_as_it_is) {
  const Folder folder;
  Store store(models::standard(), folder.file());
  const auto add = [](Store& to, int number, double at, const char* answers) {
    return Json::parse(
        to.add("P1", test::check_in("e" + std::to_string(number), at, answers)));
  };
  for (int k = 0; k < 8; ++k) add(store, k, 100.0 + k, R"("craving":1)");
  const auto copy = [](const std::string& from, const std::string& to) {
    Connection one(from);
    Connection other(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    auto* backup = sqlite3_backup_init(other.raw, "main", one.raw, "main");
    BOOST_REQUIRE(backup != nullptr);
    BOOST_TEST(sqlite3_backup_step(backup, -1) == SQLITE_DONE);
    sqlite3_backup_finish(backup);
  };
  const auto kept = folder.file() + ".kept";
  copy(folder.file(), kept);
  const auto view = [&] { return Json::parse(store.view("P1", Time{120.0})); };
  add(store, 8, 108.0, R"("craving":1)");
  add(store, 9, 109.0, R"("craving":1)");
  add(store, 10, 110.0, R"("craving":1)");
  BOOST_TEST(view()["flags"].empty());
  copy(kept, folder.file());
  {
    // As many events, and the last one is the same.
    Store other(models::standard(), folder.file());
    add(other, 18, 108.5, R"("self_harm":1)");
    add(other, 19, 109.5, R"("craving":2)");
    add(other, 10, 110.0, R"("craving":1)");
  }
  BOOST_TEST(view()["flags"].size() == 1U);
  BOOST_TEST(add(store, 9, 109.0, R"("craving":1)")["status"] == "replayed");
  BOOST_TEST(store.case_file("P1").events() == 12U);
}

BOOST_AUTO_TEST_SUITE_END()
