#pragma once

#include <relapse/core/detail/refuse.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/detail/remembered.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/detail/start_fields.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>

namespace relapse::io {
namespace detail {

// Writing: from values to nlohmann's document.

inline nlohmann::json finite(double value) {
  if (!std::isfinite(value)) {
    throw InvalidInput("snapshot", "a value is not finite, but must be");
  }
  return value;
}

inline nlohmann::json start_value(const infer::Start& start) {
  auto value = nlohmann::json::object();
  for_each_field(FieldsOf<infer::Start>::all, [&](const auto& field) {
    if (const auto& days = start.*field.member) value[field.name] = finite(days->count);
  });
  return value;
}

inline nlohmann::json numbers_value(const std::vector<double>& numbers) {
  auto values = nlohmann::json::array();
  for (const double number : numbers) values.push_back(finite(number));
  return values;
}

inline nlohmann::json belief_value(const infer::Belief& belief) {
  nlohmann::json value;
  value["nodes"] = belief.nodes;
  value["stages"] = belief.stages;
  value["joint"] = numbers_value(belief.joint);
  return value;
}

inline nlohmann::json covariates_value(const infer::Covariates& x) {
  auto channels = nlohmann::json::array();
  for (const auto& channel : x.channels) {
    channels.push_back(
        numbers_value({channel.value, channel.at, channel.sum, channel.count}));
  }
  nlohmann::json value;
  value["channels"] = std::move(channels);
  value["updated"] = finite(x.updated);
  value["use_clock"] = finite(x.use_clock);
  value["use_known"] = x.use_known;
  value["recovery_clock"] = finite(x.recovery_clock);
  value["study_clock"] = finite(x.study_clock);
  value["lapses"] = finite(x.lapses);
  value["lapses_at"] = finite(x.lapses_at);
  value["in_use_run"] = x.in_use_run;
  value["rows"] = finite(x.rows);
  value["missed"] = finite(x.missed);
  return value;
}

inline nlohmann::json given_value(std::span<const infer::GivenAnswer> given) {
  auto values = nlohmann::json::array();
  for (const auto& last : given) {
    values.push_back(
        numbers_value({last.answer, last.at, last.repeated.answer, last.repeated.share}));
  }
  return values;
}

inline nlohmann::json times_value(std::span<const std::optional<double>> times) {
  auto values = nlohmann::json::array();
  for (const auto& time : times) {
    values.push_back(time ? finite(*time) : nlohmann::json(nullptr));
  }
  return values;
}

inline nlohmann::json level_value(const risk::LevelMemory& level) {
  nlohmann::json value;
  value["started"] = level.started;
  value["below_since"] = times_value(level.below_since);
  value["never_reached"] = level.never_reached;
  return value;
}

// Reading: from a node to values.

inline double count(const Node& node) {
  const double value = node.number();
  if (!(value >= 0.0 && value == std::floor(value)))
    node.refuse("another number", "a count");
  return value;
}

inline infer::Belief read_belief(const Node& node, bool started) {
  constexpr double tolerance = 1e-6;
  const Fields fields(node, {"nodes", "stages", "joint"});
  const int least = started ? 1 : 0;
  infer::Belief belief(fields["nodes"].whole(least, infer::most_nodes),
                       fields["stages"].whole(least, 8));
  const auto joint = fields["joint"].numbers();
  if (joint.size() != belief.joint.size()) {
    fields["joint"].refuse("a list of " + std::to_string(joint.size()),
                           "one of " + std::to_string(belief.joint.size()));
  }
  for (std::size_t i = 0; i < joint.size(); ++i) {
    if (joint[i] >= 0.0) continue;
    refuse(fields["joint"].at() / i, "below 0", "a probability");
  }
  belief.joint = joint;
  if (started && !(std::abs(belief.total() - 1.0) <= tolerance)) {
    fields["joint"].refuse("a list with another sum", "one with the sum 1");
  }
  return belief;
}

inline infer::Channel read_channel(const Node& node) {
  const auto parts = node.list();
  if (parts.size() != 4)
    node.refuse("a list of " + std::to_string(parts.size()), "one of 4");
  return {parts[0].number(), parts[1].number(), parts[2].number(), count(parts[3])};
}

inline infer::Covariates read_covariates(const Node& node) {
  const Fields fields(node,
                      {"channels", "updated", "use_clock", "use_known", "recovery_clock",
                       "lapses", "lapses_at", "in_use_run", "rows", "missed"},
                      {"study_clock"});
  infer::Covariates x;
  x.channels = read_list(fields["channels"], read_channel);
  take_value(fields["updated"], x.updated);
  take_value(fields["use_clock"], x.use_clock);
  take_value(fields["use_known"], x.use_known);
  take_value(fields["recovery_clock"], x.recovery_clock);
  // Snapshots of before there was one are of models that do not read it.
  x.study_clock = x.recovery_clock;
  if (fields.has("study_clock")) take_value(fields["study_clock"], x.study_clock);
  x.lapses = count(fields["lapses"]);
  take_value(fields["lapses_at"], x.lapses_at);
  take_value(fields["in_use_run"], x.in_use_run);
  x.rows = count(fields["rows"]);
  x.missed = count(fields["missed"]);
  if (x.missed > x.rows)
    fields["missed"].refuse("above the rows", "at most their number");
  return x;
}

/// Nothing that the determinants remember lies after the last check-in.
inline void require_past(const Fields& fields, const infer::PersonState& state) {
  const double now = state.time.days;
  const auto& x = state.covariates;
  const Node node = fields["covariates"];
  for (const auto& [key, time] :
       {std::pair{"updated", x.updated}, std::pair{"use_clock", x.use_clock},
        std::pair{"recovery_clock", x.recovery_clock},
        std::pair{"study_clock", x.study_clock}, std::pair{"lapses_at", x.lapses_at}}) {
    if (time > now) node[key].refuse("after the last check-in", "at or before it");
  }
  for (std::size_t i = 0; i < x.channels.size(); ++i) {
    if (x.channels[i].at <= now || !x.channels[i].asked()) continue;
    refuse(node.at() / "channels" / i, "after the last check-in", "at or before it");
  }
}

inline infer::GivenAnswer read_given(const Node& node) {
  const auto parts = node.numbers();
  if (parts.size() != 4)
    node.refuse("a list of " + std::to_string(parts.size()), "one of 4");
  if (!(parts[3] >= 0.0 && parts[3] < 1.0)) node.refuse("another share", "one in [0, 1)");
  return {parts[0], parts[1], {parts[2], parts[3]}};
}

inline infer::PersonState read_state(const Node& node) {
  const Fields fields(node, {"started", "time", "belief", "covariates"}, {"given"});
  infer::PersonState state;
  take_value(fields["started"], state.started);
  state.time = Time{fields["time"].number()};
  state.belief = read_belief(fields["belief"], state.started);
  state.covariates = read_covariates(fields["covariates"]);
  if (fields.has("given")) state.given = read_list(fields["given"], read_given);
  if (state.started) require_past(fields, state);
  return state;
}

inline std::vector<std::optional<double>> read_times(const Node& node) {
  std::vector<std::optional<double>> times;
  for (const auto& time : node.list()) {
    times.push_back(time.is_null() ? std::nullopt : std::optional<double>(time.number()));
  }
  constexpr std::size_t most_flags = 64;
  if (times.size() > most_flags) node.refuse("a longer list", "one of at most 64");
  return times;
}

inline risk::LevelMemory read_level(const Node& node) {
  const Fields fields(node, {"started", "below_since", "never_reached"});
  const auto below_since = read_times(fields["below_since"]);
  const auto never_reached = fields["never_reached"].list();
  risk::LevelMemory level;
  take_value(fields["started"], level.started);
  const std::size_t cuts = level.below_since.size();
  const std::string wanted = "one of " + std::to_string(cuts);
  if (below_since.size() != cuts) fields["below_since"].refuse("another list", wanted);
  if (never_reached.size() != cuts)
    fields["never_reached"].refuse("another list", wanted);
  for (std::size_t i = 0; i < cuts; ++i) {
    level.below_since[i] = below_since[i];
    level.never_reached[i] = never_reached[i].truth();
  }
  return level;
}

inline care::Helpfulness read_helpfulness(const Node& node) {
  care::Helpfulness helpfulness;
  for (const auto& [action, learned] : node.members()) {
    const auto parts = learned.numbers();
    if (parts.size() != 2 || !(parts[0] > 0.0 && parts[1] > 0.0)) {
      learned.refuse("another list", "one of two numbers above 0");
    }
    helpfulness.learned.emplace(action, BetaPrior{parts[0], parts[1]});
  }
  return helpfulness;
}

inline void put_times(const char* key, const care::Helpfulness::Times& times,
                      nlohmann::json& document) {
  for (const auto& [action, time] : times) document[key][action] = finite(time.days);
}

inline void read_times_of(const Fields& fields, std::string_view key,
                          care::Helpfulness::Times& times) {
  if (!fields.has(key)) return;
  for (const auto& [action, time] : fields[key].members()) {
    times.emplace(action, Time{time.number()});
  }
}

inline nlohmann::json tolerance_value(const LostTolerance& tolerance) {
  nlohmann::json value;
  value["until"] = finite(tolerance.until.days);
  if (tolerance.from) value["from"] = finite(tolerance.from->days);
  if (tolerance.taken) value["taken"] = finite(tolerance.taken->days);
  return value;
}

inline LostTolerance read_tolerance(const Node& node) {
  const Fields fields(node, {"until"}, {"from", "taken"});
  LostTolerance tolerance;
  tolerance.until = Time{fields["until"].number()};
  if (fields.has("from")) tolerance.from = Time{fields["from"].number()};
  if (fields.has("taken")) tolerance.taken = Time{fields["taken"].number()};
  return tolerance;
}

}  // namespace detail

RELAPSE_INLINE std::vector<std::uint8_t> to_cbor(const Snapshot& snapshot) {
  const auto& remembered = snapshot.remembered();
  const auto& kept = remembered.record;
  const auto& state = kept.state;
  auto learned = nlohmann::json::object();
  for (const auto& [action, law] : remembered.helpfulness.learned) {
    learned[action] = detail::numbers_value({law.alpha, law.beta});
  }
  nlohmann::json document;
  document["schema"] = "relapse/snapshot/1";
  document["model_id"] = snapshot.model_id();
  document["content_hash"] = snapshot.content_hash();
  document["start"] = detail::start_value(kept.start);
  auto& known = document["state"];
  known["started"] = state.started;
  known["time"] = detail::finite(state.time.days);
  known["belief"] = detail::belief_value(state.belief);
  known["covariates"] = detail::covariates_value(state.covariates);
  if (!state.given.empty()) known["given"] = detail::given_value(state.given);
  document["level"] = detail::level_value(kept.level);
  document["last_risk"] = detail::finite(kept.last_risk);
  document["flags"] = kept.flags;
  document["acknowledged"] = detail::times_value(kept.acknowledged);
  document["raised_at"] = detail::times_value(kept.raised_at);
  document["up_since"] = detail::times_value(kept.up_since);
  document["down_at"] = detail::times_value(kept.down_at);
  document["unreadable_flags"] = kept.unreadable;
  document["use_reported"] = kept.use_reported;
  document["helpfulness"] = std::move(learned);
  if (!kept.floors.since.empty()) {
    document["floors"] = detail::times_value(kept.floors.since);
  }
  if (kept.floors.heard) document["heard"] = detail::finite(*kept.floors.heard);
  if (kept.floors.expected) {
    document["expected_every_days"] = detail::finite(kept.floors.expected->count);
  }
  const auto& helpfulness = remembered.helpfulness;
  detail::put_times("last_tried", helpfulness.last_tried, document);
  detail::put_times("last_suggested", helpfulness.last_suggested, document);
  detail::put_times("last_passed", helpfulness.last_passed, document);
  if (remembered.tolerance_known)
    document["tolerance"] = detail::tolerance_value(kept.tolerance);
  for (const auto& [item, told] : remembered.told) {
    document["told"][item] = detail::numbers_value({told.answer, told.at.days});
  }
  return nlohmann::json::to_cbor(document);
}

RELAPSE_INLINE Snapshot from_cbor(std::span<const std::uint8_t> bytes) {
  const auto parsed = read_cbor(bytes);
  const Fields fields =
      read_root(parsed, "relapse/snapshot/1",
                {"model_id", "content_hash", "start", "state", "level", "last_risk",
                 "flags", "acknowledged", "use_reported", "helpfulness"},
                {"floors", "last_tried", "last_suggested", "last_passed", "told",
                 "raised_at", "up_since", "down_at", "unreadable_flags", "tolerance",
                 "heard", "expected_every_days"});
  std::string model_id;
  std::string content_hash;
  take_value(fields["model_id"], model_id);
  take_value(fields["content_hash"], content_hash);
  engine::Remembered remembered;
  auto& kept = remembered.record;
  take_value(fields["start"], kept.start);
  kept.state = detail::read_state(fields["state"]);
  kept.level = detail::read_level(fields["level"]);
  take_value(fields["last_risk"], kept.last_risk);
  if (!(kept.last_risk >= 0.0 && kept.last_risk <= 1.0)) {
    fields["last_risk"].refuse("another number", "a probability");
  }
  kept.flags = fields["flags"].bits();
  kept.acknowledged = detail::read_times(fields["acknowledged"]);
  if (fields.has("raised_at")) kept.raised_at = detail::read_times(fields["raised_at"]);
  if (fields.has("up_since")) kept.up_since = detail::read_times(fields["up_since"]);
  if (fields.has("down_at")) kept.down_at = detail::read_times(fields["down_at"]);
  if (fields.has("unreadable_flags")) {
    kept.unreadable = fields["unreadable_flags"].bits();
    if ((kept.unreadable & ~kept.flags) != 0)
      fields["unreadable_flags"].refuse("of a flag that is not up", "of those in /flags");
  }
  take_value(fields["use_reported"], kept.use_reported);
  remembered.tolerance_known = fields.has("tolerance");
  if (remembered.tolerance_known) {
    kept.tolerance = detail::read_tolerance(fields["tolerance"]);
  }
  remembered.helpfulness = detail::read_helpfulness(fields["helpfulness"]);
  if (fields.has("floors")) {
    kept.floors.since = detail::read_times(fields["floors"]);
  }
  if (fields.has("heard")) take_value(fields["heard"], kept.floors.heard.emplace());
  if (fields.has("expected_every_days")) {
    const auto& every = fields["expected_every_days"];
    take_value(every, kept.floors.expected.emplace().count);
    if (!(kept.floors.expected->count >= 0.0)) every.refuse("negative", "0 or more");
  }
  auto& helpfulness = remembered.helpfulness;
  detail::read_times_of(fields, "last_tried", helpfulness.last_tried);
  detail::read_times_of(fields, "last_suggested", helpfulness.last_suggested);
  detail::read_times_of(fields, "last_passed", helpfulness.last_passed);
  if (fields.has("told")) {
    for (const auto& [item, told] : fields["told"].members()) {
      const auto parts = told.numbers();
      if (parts.size() != 2) told.refuse("another list", "one of two numbers");
      remembered.told[item] = {parts[0], Time{parts[1]}};
    }
  }
  return {std::move(model_id), std::move(content_hash), std::move(remembered)};
}

}  // namespace relapse::io
