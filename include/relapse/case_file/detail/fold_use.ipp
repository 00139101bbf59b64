#pragma once

#include <relapse/case_file/detail/fold.ipp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/substance.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/model/detail/answers.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

/// What check-ins and reports of use make of the belief, each at its moment.
namespace relapse::case_file {
namespace detail {

/// What an event says beside who told it and when.
inline std::string said(const std::string& text) {
  auto event = io::read_json(text);
  for (const char* key : {"id", "told", "by"}) event.erase(key);
  return event.dump();
}

/// Use at a moment, of which nothing else is known.
inline CheckIn use_at(Time at, std::string substance = {}) {
  CheckIn check_in;
  check_in.time = at;
  check_in.used_days_ago = Days{0.0};
  check_in.substance = std::move(substance);
  return check_in;
}

}  // namespace detail

RELAPSE_INLINE void Fold::keep_earlier_use(const Slot& slot) {
  try {
    auto told = std::get<CheckInTold>(parse_event(*slot.text).content);
    require_person(told.check_in.person);
    complete(told);
    const auto said = detail::take_former_answers(told.check_in, *former_, model_);
    if (!said.problem.empty()) return;
    Answers(model_).read(told.check_in, model_);
    const bool is_there =
        std::any_of(earlier_.begin(), earlier_.end(),
                    [&](const EarlierUse& use) { return *use.told == *slot.text; });
    if (is_there) return;
    const auto uses = uses_of(told.check_in);
    const auto opioid = std::find_if(uses.begin(), uses.end(), [](const auto& use) {
      return may_be_opioid(use.substance);
    });
    // In a closed log all of them stand where it was closed.
    const auto after =
        std::upper_bound(earlier_.begin(), earlier_.end(), *slot.earlier_use,
                         [](Time at, const EarlierUse& each) { return at < each.at; });
    const auto one = opioid == uses.end() ? uses.begin() : opioid;
    earlier_.insert(
        after, {*slot.earlier_use, one == uses.end() ? "" : one->substance, slot.text});
  } catch (const InvalidInput&) {
    // It is refused where it stands, and changes nothing.
  }
}

RELAPSE_INLINE bool Fold::knows_use(Time at) const {
  const auto is_same = [&](Time use) {
    return std::abs((use - at).count) <= same_use.count;
  };
  return std::any_of(past_.inserted.begin(), past_.inserted.end(), is_same) ||
         std::any_of(past_.uses.begin(), past_.uses.end(),
                     [&](const UseReport& use) { return use.used && is_same(use.at); });
}

RELAPSE_INLINE void Fold::insert_earlier_use(const CheckIn& before, const Slot& slot) {
  const auto own = uses_of(before);
  for (const auto& use : std::exchange(earlier_, {})) {
    if (!(use.at < before.time)) {
      earlier_.push_back(use);
      continue;
    }
    const bool is_late = monitor_.last() && use.at < *monitor_.last();
    const bool is_own = *use.told == *slot.text ||
                        (!own.empty() && own.front().used &&
                         std::abs((own.front().at - use.at).count) <= same_use.count);
    if (is_own || is_late || knows_use(use.at)) continue;
    take_in(detail::use_at(use.at, use.substance), {use.told});
    past_.inserted.push_back(use.at);
  }
}

/// One use counts once, whoever tells of it.
RELAPSE_INLINE void Fold::forget_known_use(CheckIn& check_in) const {
  if (!check_in.used_days_ago || !monitor_.last()) return;
  const Time used = check_in.time - *check_in.used_days_ago;
  if (!(used < *monitor_.last()) || !knows_use(used)) return;
  auto left = check_in.answers;
  const auto tells_use = [&](const Answer& answer) {
    const int index = model_.find_item(answer.item);
    if (index < 0 || model_.item(index).role != Role::use) return false;
    return std::visit(
        [&](const auto& value) { return encode_answer(index, value, model_) > 0.0; },
        answer.value);
  };
  left.erase(std::remove_if(left.begin(), left.end(), tells_use), left.end());
  // A check-in without answers would be one that was missed.
  if (left.empty()) return;
  check_in.answers = std::move(left);
  check_in.used_days_ago.reset();
  check_in.substance.clear();
}

RELAPSE_INLINE void Fold::update(CheckIn check_in, const Slot& slot) {
  const bool waits =
      std::any_of(earlier_.begin(), earlier_.end(),
                  [&](const EarlierUse& use) { return use.at < check_in.time; });
  if (!waits) {
    forget_known_use(check_in);
    return take_in(std::move(check_in), slot);
  }
  const auto kept = std::make_tuple(monitor_, shown_, moment_, at_moment_, earlier_);
  const auto sizes = past_.sizes();
  const auto taken = taken_ == nullptr ? 0 : taken_->size();
  try {
    insert_earlier_use(check_in, slot);
    auto known = check_in;
    forget_known_use(known);
    return take_in(std::move(known), slot);
  } catch (const InvalidInput&) {
    std::tie(monitor_, shown_, moment_, at_moment_, earlier_) = kept;
    past_.cut(sizes);
    if (taken_ != nullptr) taken_->resize(taken);
  }
  // It may be that both cannot be: what was told at the time stands.
  take_in(std::move(check_in), slot);
}

RELAPSE_INLINE void Fold::take_in(CheckIn check_in, const Slot& slot) {
  const Time said_at = check_in.time;
  const bool same_moment = !at_moment_.empty() && moment_ == said_at;
  auto own = slot.text;
  if (same_moment) {
    // What the first one says is looked at once there is a second one.
    for (auto* one : {&at_moment_.front(), &own})
      *one = std::make_shared<const std::string>(detail::said(**one));
    const bool again = std::any_of(at_moment_.begin(), at_moment_.end(),
                                   [&](const auto& one) { return *one == *own; });
    if (again)
      detail::refuse_event("event", "says again what another one said of that moment");
  }
  // The model knows one check-in at a moment: another one counts a microsecond later.
  constexpr Days microsecond{1.0 / 86'400'000'000.0};
  if (const auto last = monitor_.last(); last && said_at <= *last) {
    check_in.time = *last + microsecond;
  }
  check_in.person = person_;
  shown_ = std::make_shared<const Assessment>(monitor_.update(check_in));
  if (taken_ != nullptr) taken_->push_back(check_in);
  if (!same_moment) at_moment_.clear();
  moment_ = said_at;
  at_moment_.push_back(std::move(own));
  keep_level(said_at, shown_->level);
}

RELAPSE_INLINE std::vector<UseReport> Fold::uses_of(const CheckIn& check_in) const {
  bool asked = false;
  std::vector<std::string> substances;
  for (const auto& answer : check_in.answers) {
    const int index = model_.find_item(answer.item);
    if (index < 0 || model_.item(index).role != Role::use) continue;
    asked = true;
    const double encoded =
        std::visit([&](const auto& value) { return encode_answer(index, value, model_); },
                   answer.value);
    const auto& substance = model_.item(index).substance;
    if (encoded > 0.0 && !contains(substances, substance))
      substances.push_back(substance);
  }
  const bool used = !substances.empty() || check_in.used_days_ago;
  if (!used && !asked) return {};
  if (substances.empty()) substances.emplace_back();
  std::vector<UseReport> uses;
  const Time at = check_in.time - check_in.used_days_ago.value_or(Days{0.0});
  for (const auto& substance : substances) uses.push_back({at, used, 0.0, substance});
  return uses;
}

RELAPSE_INLINE void Fold::keep_telling(const Event& event) {
  if (event.told && past_.uses.back().used) past_.told_late.push_back(*event.told);
}

RELAPSE_INLINE void Fold::take(CheckInTold told, const Event& event, const Slot& slot) {
  require_person(told.check_in.person);
  complete(told);
  // Who took a flag down before it was told has not seen it.
  const Time heard = std::max({event.at, event.told.value_or(event.at), slot.heard});
  const auto problem = take_former(told.check_in, heard);
  if (!problem.empty()) detail::refuse_event("check_in", problem);
  update(told.check_in, slot);
  if (person_.empty()) person_ = told.check_in.person;
  const auto uses = uses_of(told.check_in);
  past_.uses.insert(past_.uses.end(), uses.begin(), uses.end());
  if (!uses.empty()) keep_telling(event);
  past_.check_ins.push_back(told.check_in.time);
  if (!(heard > event.at)) return;
  told.check_in.time = heard;
  monitor_.raise_flags(told.check_in);
}

RELAPSE_INLINE void Fold::take(UseTold told, const Event& event, const Slot& slot) {
  const UseReport report{event.at, told.used, told.amount, told.substance};
  if (told.certainty == Certainty::doubtful) {
    past_.doubted.push_back(report);
    return;
  }
  if (told.used) {
    update(detail::use_at(event.at, told.substance), slot);
  } else {
    monitor_.hear(event.at);
  }
  past_.uses.push_back(report);
  keep_telling(event);
}

}  // namespace relapse::case_file
