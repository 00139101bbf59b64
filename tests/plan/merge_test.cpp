#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/plan/merge.hpp>

#include "plans.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(merge_test)

using test::edited;
using test::first_plan;

BOOST_AUTO_TEST_CASE(edits_of_different_fields_are_both_taken) {
  const Plan base = first_plan();
  const Plan phone = edited(base, "phone", 101.0, [](Plan& p) {
    p.triggers[0].words = "the corner bar";
    p.contacts[0].consent = {"support"};
    p.reasons.push_back("sleep");
  });
  const Plan laptop = edited(base, "laptop", 102.0, [](Plan& p) {
    p.triggers[0].primary = false;
    p.contacts[0].consent.push_back("share_plan");
    p.reasons.push_back("work");
    p.strategies.erase(p.strategies.begin() + 1);
  });
  const auto merged = merge(phone, laptop);
  BOOST_TEST(merged.conflicts.empty());
  BOOST_TEST(merged.plan.triggers[0].words == "the corner bar");
  BOOST_TEST(!merged.plan.triggers[0].primary);
  // What was taken out on one side stays out, what was added is added.
  BOOST_TEST((merged.plan.contacts[0].consent ==
              std::vector<std::string>{"support", "share_plan"}));
  BOOST_TEST(
      (merged.plan.reasons == std::vector<std::string>{"my daughter", "sleep", "work"}));
  BOOST_TEST(merged.plan.strategies.size() == 1U);
  BOOST_TEST(merged.plan.version == 3);
  BOOST_TEST(merged.plan.history.size() == 3U);
  BOOST_TEST(find_versions(merged.plan, 2).size() == 2U);
  BOOST_TEST((merge(laptop, phone).plan == merged.plan));
}

BOOST_AUTO_TEST_CASE(a_conflict_is_reported_and_the_later_version_stands) {
  const Plan base = first_plan();
  const Plan phone =
      edited(base, "phone", 101.0, [](Plan& p) { p.triggers[0].words = "pay day"; });
  const Plan laptop =
      edited(base, "laptop", 102.0, [](Plan& p) { p.triggers[0].words = "the pub"; });
  const auto merged = merge(laptop, phone);
  BOOST_REQUIRE(merged.conflicts.size() == 1U);
  BOOST_TEST((merged.conflicts[0] ==
              PlanConflict{"triggers", "t1", "words", std::string("the bar"),
                           std::string("the pub"), std::string("pay day")}));
  BOOST_TEST(merged.plan.triggers[0].words == "the pub");
}

BOOST_AUTO_TEST_CASE(what_one_side_changed_and_the_other_removed_stays) {
  const Plan base = first_plan();
  const Plan phone = edited(base, "phone", 101.0, [](Plan& p) {
    p.contacts.clear();
    p.contact_rules.clear();
    p.triggers.erase(p.triggers.begin());
  });
  const Plan laptop = edited(base, "laptop", 102.0, [](Plan& p) {
    p.contact_rules[0].days = p.contact_rules[0].of_days = 2;
    p.triggers[0].words = "the pub";
  });
  const auto merged = merge(phone, laptop);
  BOOST_TEST(merged.plan.triggers.size() == 2U);
  BOOST_TEST(merged.plan.contact_rules.size() == 1U);
  // The rule keeps its contact, who is asked for nothing.
  BOOST_REQUIRE(merged.plan.contacts.size() == 1U);
  BOOST_TEST(merged.plan.contacts[0].consent.empty());
  BOOST_TEST(merged.conflicts.size() == 3U);
}

BOOST_AUTO_TEST_CASE(fields_of_a_rule_hold_together) {
  const Plan base = first_plan();
  const Plan phone = edited(base, "phone", 101.0, [](Plan& p) {
    p.contact_rules[0].days = p.contact_rules[0].of_days = 3;
  });
  const Plan laptop =
      edited(base, "laptop", 102.0, [](Plan& p) { p.contact_rules[0].of_days = 2; });
  const auto merged = merge(phone, laptop);
  BOOST_TEST((merged.plan.contact_rules[0] == laptop.contact_rules[0]));
  BOOST_TEST(merged.conflicts.size() == 2U);
}

BOOST_AUTO_TEST_CASE(plans_of_two_persons_are_not_merged) {
  Plan other = first_plan();
  other.person = "P2";
  BOOST_CHECK_THROW(merge(first_plan(), other), InvalidInput);
}

BOOST_AUTO_TEST_CASE(an_order_changed_on_one_side_is_taken_and_on_both_reported) {
  const Plan base = first_plan();
  const auto swap = [](Plan& p) { std::swap(p.crisis_steps[0], p.crisis_steps[1]); };
  const auto add = [](Plan& p) { p.crisis_steps.push_back("breathe"); };
  const Plan moved = edited(base, "phone", 101.0, swap);
  const Plan added = edited(base, "laptop", 102.0, add);
  const auto merged = merge(moved, added);
  BOOST_TEST(merged.conflicts.empty());
  BOOST_TEST(merged.plan.crisis_steps[0] == "call the number on the card");
  // An addition stays behind what it followed.
  BOOST_TEST(merged.plan.crisis_steps[1] == "breathe");
  const Plan three = edited(base, "phone", 101.0, add);
  const Plan one = edited(three, "phone", 103.0, [](Plan& p) {
    std::rotate(p.crisis_steps.begin(), p.crisis_steps.begin() + 1, p.crisis_steps.end());
  });
  const Plan other = edited(three, "laptop", 104.0, [](Plan& p) {
    std::rotate(p.crisis_steps.begin(), p.crisis_steps.begin() + 2, p.crisis_steps.end());
  });
  BOOST_TEST(merge(one, other).conflicts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_version_that_knows_the_other_is_the_merge) {
  const Plan base = first_plan();
  const Plan next = edited(base, "phone", 101.0, [](Plan& p) { p.reasons.clear(); });
  BOOST_TEST((merge(base, next).plan == next));
  BOOST_TEST((merge(next, base).plan == next));
  BOOST_TEST((merge(next, next).plan == next));
}

BOOST_AUTO_TEST_CASE(merges_that_crossed_have_their_merge_as_base) {
  const Plan base = first_plan();
  const Plan a =
      edited(base, "phone", 101.0, [](Plan& p) { p.triggers[0].words = "one"; });
  const Plan b =
      edited(base, "laptop", 102.0, [](Plan& p) { p.triggers[1].words = "two"; });
  const Plan on_phone = merge(a, b).plan;
  const Plan on_laptop = merge(b, a).plan;
  const Plan back =
      edited(on_phone, "phone", 103.0, [](Plan& p) { p.triggers[0].words = "the bar"; });
  const Plan more =
      edited(on_laptop, "laptop", 104.0, [](Plan& p) { p.reasons.push_back("sleep"); });
  const auto merged = merge(back, more);
  BOOST_TEST(merged.conflicts.empty());
  // Going back to the first words is an edit as any other.
  BOOST_TEST(merged.plan.triggers[0].words == "the bar");
  BOOST_TEST(merged.plan.triggers[1].words == "two");
}

namespace {

/// One write of a value that is written nowhere else, and what its writer had seen.
struct Written {
  std::size_t place;
  std::string value;
  std::set<std::size_t> seen;  ///< numbers of the writes before, as far as known there
};

/// A device with its plan, and the writes that its plan knows.
struct Device {
  std::string name;
  Plan plan;
  std::set<std::size_t> seen = {};
};

constexpr std::size_t places = 5;

std::string* place_in(Plan& plan, std::size_t place) {
  if (place < 2) {
    for (auto& trigger : plan.triggers) {
      if (trigger.id == (place == 0 ? "t1" : "t2")) return &trigger.words;
    }
  }
  if (place == 2) return &plan.contacts.at(0).channel;
  if (place == 3) return &plan.time_zone;
  return place == 4 ? &plan.use_definition.source : nullptr;
}

void write(Device& device, std::vector<Written>& all, std::size_t place, double at) {
  const auto value = "written " + std::to_string(all.size());
  Plan next = device.plan;
  *place_in(next, place) = value;
  next.reasons.push_back(value);  // and an addition, which must never be lost
  device.plan = revise(device.plan, next, {device.name, Time{at}});
  all.push_back({place, value, device.seen});
  device.seen.insert(all.size() - 1);
}

void collect(const MergedPlan& merged, std::set<std::string>& reported) {
  for (const auto& conflict : merged.conflicts) {
    for (const auto& value : {conflict.kept, conflict.other, conflict.base}) {
      if (const auto* text = std::get_if<std::string>(&value)) reported.insert(*text);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_edit_is_lost_for_any_interleaving_on_three_devices) {
  Random random = random_stream(11, 0);
  const auto below = [&](std::size_t count) {
    return static_cast<std::size_t>(sample_uniform(random) * static_cast<double>(count));
  };
  int conflicts = 0;
  for (int round = 0; round < 40; ++round) {
    std::array<Device, 3> devices{
        {{"phone", first_plan()}, {"laptop", first_plan()}, {"tablet", first_plan()}}};
    std::vector<Written> all;
    std::set<std::string> reported;
    const auto bring = [&](Device& to, const Device& from) {
      const auto merged = merge(to.plan, from.plan);
      BOOST_TEST_REQUIRE(diff(merge(from.plan, to.plan).plan, merged.plan).empty());
      collect(merged, reported);
      conflicts += static_cast<int>(merged.conflicts.size());
      to.plan = merged.plan;
      to.seen.insert(from.seen.begin(), from.seen.end());
    };
    for (std::size_t step = 0; step < 12; ++step) {
      auto& device = devices[below(3)];
      if (below(3) < 2) {
        write(device, all, below(places),
              101.0 + static_cast<double>(below(40)) / 4.0 +
                  static_cast<double>(step) * 10.0);
      } else {
        bring(device, devices[below(3)]);
      }
    }
    for (int pass = 0; pass < 2; ++pass) {
      for (auto& to : devices) {
        for (const auto& from : devices) bring(to, from);
      }
    }
    for (auto& device : devices) {
      BOOST_TEST_REQUIRE(
          diff(device.plan, devices[0].plan).empty());  // all agree in the end
      for (std::size_t w = 0; w < all.size(); ++w) {
        const auto& wrote = all[w];
        const bool stands = *place_in(device.plan, wrote.place) == wrote.value;
        const bool followed = std::any_of(all.begin(), all.end(), [&](const auto& later) {
          return later.place == wrote.place && later.seen.count(w) != 0;
        });
        BOOST_TEST_REQUIRE((stands || followed || reported.count(wrote.value) != 0));
        const auto& reasons = device.plan.reasons;
        BOOST_TEST_REQUIRE(
            (std::count(reasons.begin(), reasons.end(), wrote.value) == 1));
      }
    }
  }
  BOOST_TEST(conflicts > 30);
}

BOOST_AUTO_TEST_CASE(ancestors_that_contradict_are_the_same_for_either_order) {
  // Devices that were restored count their edits again from an earlier number: two
  // versions have one name.
  Random random = random_stream(23, 0);
  const auto below = [&](std::size_t count) {
    return static_cast<std::size_t>(sample_uniform(random) * static_cast<double>(count));
  };
  constexpr std::size_t devices = 4;
  int contradictions = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Plan> plans(devices, first_plan());
    for (std::size_t step = 0; step < 16; ++step) {
      const auto at = below(devices);
      if (below(3) < 2) {
        Plan next = plans[at];
        *place_in(next, below(places)) = "words " + std::to_string(below(1000));
        next.reasons.push_back("reason " + std::to_string(below(1000)));
        // Of one moment and one name on all devices.
        if (diff(plans[at], next).empty()) continue;
        plans[at] = revise(plans[at], next,
                           {below(2) == 0 ? "phone" : "laptop",
                            plans[at].created.value_or(Time{101.0})});
        continue;
      }
      const auto from = below(devices);
      const auto merged = merge(plans[at], plans[from]);
      const auto turned = merge(plans[from], plans[at]);
      BOOST_TEST_REQUIRE((merged.plan == turned.plan));
      BOOST_TEST_REQUIRE((merged.conflicts == turned.conflicts));
      for (const auto& one : plans[at].history) {
        for (const auto& other : plans[from].history) {
          if (edits_of(one) == edits_of(other)) {
            contradictions += diff(one, other).empty() ? 0 : 1;
          }
        }
      }
      plans[at] = merged.plan;
    }
  }
  BOOST_TEST(contradictions > 30);
}

BOOST_AUTO_TEST_CASE(an_edit_of_a_restored_device_is_no_common_ancestor) {
  const Plan base = first_plan();
  const auto said = [](const char* words) {
    return [=](Plan& p) { p.triggers[0].words = words; };
  };
  const auto add = [](Plan& p) { p.reasons.push_back("sleep"); };
  const Plan before = edited(base, "phone", 101.0, said("the pub"));
  const Plan restored = edited(base, "phone", 102.0, said("the corner"));
  const Plan one = edited(before, "laptop", 103.0, add);
  const Plan other = edited(restored, "tablet", 104.0, add);
  // As if the same edit: with `before` or `restored` for the version before both, only
  // one of them would have changed the words.
  for (const auto& merged : {merge(one, other), merge(other, one)}) {
    BOOST_REQUIRE(merged.conflicts.size() == 1U);
    BOOST_TEST((merged.conflicts[0] ==
                PlanConflict{"triggers", "t1", "words", std::string("the bar"),
                             std::string("the corner"), std::string("the pub")}));
  }
}

BOOST_AUTO_TEST_CASE(what_a_restored_device_wrote_is_not_taken_for_known) {
  const Plan base = first_plan();
  const Plan one = edited(base, "phone", 101.0, [](Plan& p) { p.reasons[0] = "my son"; });
  const Plan before =
      edited(base, "phone", 102.0, [](Plan& p) { p.triggers[0].words = "the pub"; });
  const Plan other =
      edited(before, "phone", 103.0, [](Plan& p) { p.triggers[1].words = "Fridays"; });
  for (const auto& merged : {merge(one, other), merge(other, one)}) {
    const auto& reasons = merged.plan.reasons;
    BOOST_TEST(std::count(reasons.begin(), reasons.end(), "my son") == 1);
    BOOST_TEST(merged.plan.triggers[0].words == "the pub");
    BOOST_TEST(merged.plan.triggers[1].words == "Fridays");
    BOOST_TEST(merged.conflicts.empty());
  }
}

BOOST_AUTO_TEST_CASE(ten_thousand_strategies_are_compared_and_merged) {
  Plan plan = first_plan();
  for (int k = 0; k < 10'000; ++k) {
    plan.strategies.push_back({"", "strategy " + std::to_string(k), {}, true, {}});
  }
  const Plan phone =
      edited(plan, "phone", 101.0, [](Plan& p) { p.strategies[5000].available = false; });
  const Plan laptop = edited(plan, "laptop", 102.0, [](Plan& p) {
    p.strategies.erase(p.strategies.begin() + 7);
  });
  const auto merged = merge(phone, laptop);
  BOOST_TEST(merged.plan.strategies.size() == plan.strategies.size() - 1);
  BOOST_TEST(diff(plan, merged.plan).size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_was_told_twice_under_one_number_gives_no_consent_back) {
  Plan one = first_plan();
  one.contacts = {{"Sam", "friend", "1", {"support", "contact_rule"}, {"reasons"}},
                  {"Ann", "friend", "2", {"support"}, {}}};
  one.contact_rules.clear();
  one.reasons = {"my daughter"};
  Plan other = one;
  other.created = Time{200.0};
  other.contacts[0].consent = {"support"};
  other.contacts.pop_back();
  other.reasons = {"my son"};
  const auto merged = merge(one, other);
  BOOST_TEST((merged.plan.contacts[0].consent == std::vector<std::string>{"support"}));
  BOOST_REQUIRE(merged.plan.contacts.size() == 2U);
  BOOST_TEST(merged.plan.contacts[1].consent.empty());
  std::vector<std::string> named;
  for (const auto& each : merged.conflicts)
    named.push_back(each.part + "/" + each.entry + "/" + each.field);
  for (const std::string conflict : {"contacts/Sam/consent", "contacts/Ann/",
                                     "reasons/my son/", "reasons/my daughter/"})
    BOOST_TEST(std::count(named.begin(), named.end(), conflict) == 1, conflict);
  BOOST_TEST((merge(other, one).plan == merged.plan));
  BOOST_TEST((merge(merged.plan, other).plan == merged.plan));
}

BOOST_AUTO_TEST_CASE(plans_begun_apart_give_a_contact_what_both_agree_to) {
  const auto begun = [](const char* device, std::vector<std::string> consent) {
    Plan plan = first_plan();
    plan.history.clear();
    plan.edits = {{device, 1}};
    plan.version = 1;
    plan.contact_rules.clear();
    plan.contacts = {{"Sam", "friend", "1", std::move(consent), {}}};
    return plan;
  };
  const auto merged = merge(begun("a", {"support", "contact_rule"}),
                            begun("b", {"support", "after_use"}));
  BOOST_TEST((merged.plan.contacts[0].consent == std::vector<std::string>{"support"}));
  BOOST_TEST(merged.conflicts.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
