#pragma once

#include <relapse/case_file/case_file.hpp>
#include <relapse/case_file/detail/file.ipp>
#include <relapse/case_file/detail/help.hpp>
#include <relapse/case_file/detail/joining.hpp>
#include <relapse/case_file/detail/view.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/error.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace relapse {

RELAPSE_INLINE CaseFile::CaseFile(Model model, CaseFileStart start)
    : file_(std::make_unique<File>(std::move(model), std::move(start))) {}

RELAPSE_INLINE CaseFile::CaseFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

RELAPSE_INLINE CaseFile::CaseFile(const CaseFile& other)
    : file_(std::make_unique<File>(*other.file_)) {}

RELAPSE_INLINE CaseFile::CaseFile(CaseFile&& other) noexcept = default;

RELAPSE_INLINE CaseFile& CaseFile::operator=(const CaseFile& other) {
  return *this = CaseFile(other);
}

RELAPSE_INLINE CaseFile& CaseFile::operator=(CaseFile&& other) noexcept = default;

RELAPSE_INLINE CaseFile::~CaseFile() = default;

RELAPSE_INLINE CaseFile::File& CaseFile::current() const {
  if (const auto from = file_->waits_from) file_->fold_from(*from);
  return *file_;
}

RELAPSE_INLINE CaseFile CaseFile::read(Model model, std::string_view text) {
  const auto next_line = [&text] {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  };
  const auto header = case_file::detail::read_header(next_line());
  if (header.model != model.document().id) {
    throw InvalidInput("case file", "is of the model '" + header.model +
                                        "', but must be of '" + model.document().id +
                                        "'");
  }
  auto former = case_file::detail::former_items(header.items, model);
  CaseFile read(
      std::make_unique<File>(std::move(model), header.start, std::move(former)));
  File& file = *read.file_;
  if (header.content_hash != file.model.content_hash())
    file.written_by = header.content_hash;
  while (!text.empty()) {
    const auto line = next_line();
    if (line.empty()) continue;
    if (file.log.texts() == 0 && case_file::is_closing(line)) {
      auto base = file.base();
      auto closing = case_file::read_closing(line, base);
      file.begin_at(std::move(closing), std::move(base));
      continue;
    }
    file.tell(case_file::read_telling(line));
  }
  file.fold_all();
  return read;
}

RELAPSE_INLINE std::string CaseFile::add(std::string_view event) {
  File& file = *file_;
  auto telling = case_file::read_telling(event);
  const std::string id = telling.id;
  const auto before = file.fold.flags().flags;
  const auto last = file.last();
  const auto text = telling.text;
  const bool may_want_help =
      telling.unreadable ||
      text.find(name_of(case_file::EventKind::help_wanted)) != text.npos;
  const auto first = file.tell(telling);
  JsonObject result;
  result.add("schema", "relapse/event_result/1");
  result.add("id", id);
  std::string_view status = "known";
  std::string problem;
  file.last_line = first ? text : std::string();
  const int rank = file.log.rank_of(id, text);
  if (first) {
    const bool late = last && !(*last < *first);
    status = late ? "replayed" : "taken_in";
    std::optional<std::string> alone;
    if (late || telling.unreadable) alone = file.problem_alone(telling, rank, *first);
    if (alone) {
      keep_first(file.waits_from, *first);
      problem = *alone;
    } else {
      file.fold_from(*first);
    }
  }
  for (const auto& each : file.fold.past().problems) {
    if (each.id == id && each.rank == rank) problem = each.problem;
  }
  const auto flags = file.fold.flags();
  auto raised = case_file::detail::less(flags.flags, before);
  if (status == "replayed") {
    // Also what an acknowledgement has taken down that has not seen it.
    const auto own = file.fold.raised_by(telling);
    for (auto& flag : case_file::detail::less(own, raised)) raised.push_back(flag);
  }
  if (first && !problem.empty()) status = "refused";
  result.add("status", status);
  result.add_unless_empty("problem", problem);
  result.add_json("flags", json_texts(flags.flags));
  result.add_json("unreadable_flags", json_texts(flags.unreadable));
  result.add_json("raised", json_texts(raised));
  result.add_json("lowered", json_texts(case_file::detail::less(before, flags.flags)));
  const auto& levels = file.fold.past().levels;
  const bool is_known = file.fold.monitor().last() || !flags.flags.empty();
  if (is_known && !levels.empty() && !file.waits_from)
    result.add("level", name_of(levels.back().level));
  // Also one whose kind is spelled in another way, which is refused.
  if (may_want_help || !problem.empty()) {
    if (const auto locale = case_file::help_wanted_there(text))
      result.add_json("help", case_file::help_json(file.fold, file.model, *locale));
  }
  return result.json();
}

RELAPSE_INLINE const std::string& CaseFile::last_line() const noexcept {
  return file_->last_line;
}

RELAPSE_INLINE std::string CaseFile::view(Time now, const ViewSettings& settings) const {
  const File& file = current();
  case_file::detail::require_open("view", now, file.log);
  case_file::ViewBasis basis{file.model,
                             file.former,
                             file.written_by,
                             file.log.texts(),
                             file.log.corrections(),
                             {},
                             file.start.before};
  const auto& order = file.log.order();
  for (auto last = order.rbegin(); last != order.rend() && last->first.place > now;
       ++last) {
    if (last->first.rank >= 0 && !last->second.unreadable)
      basis.later.push_back(last->first.id);
  }
  std::reverse(basis.later.begin(), basis.later.end());
  return file.shown_at(now, [&](const case_file::Fold& fold) {
    return case_file::view_json(fold, basis, now, settings);
  });
}

RELAPSE_INLINE std::string CaseFile::view(Time now, std::string_view locale) const {
  ViewSettings settings;
  settings.locale = locale;
  return view(now, settings);
}

RELAPSE_INLINE std::string CaseFile::help(Time now, std::string_view locale) const {
  const File& file = current();
  case_file::detail::require_open("help", now, file.log);
  return file.shown_at(now, [&](const case_file::Fold& fold) {
    return case_file::help_json(fold, file.model, locale);
  });
}

RELAPSE_INLINE void CaseFile::merge(const CaseFile& with) {
  const File& other = *with.file_;
  if (with.model().content_hash() != model().content_hash())
    throw InvalidInput("merge", "the case files are of two models");
  if (!person().empty() && !with.person().empty() && person() != with.person())
    throw InvalidInput("merge", "the case files are of two persons");
  auto start = case_file::detail::joined_start(file_->start, other.start);
  const auto closed = case_file::detail::common_closing(file_->log, other.log);
  // All is in place once it is whole.
  CaseFile merged(std::make_unique<File>(
      model(), start, case_file::detail::all_items(file_->former, other.former)));
  File& file = *merged.file_;
  if (closed != case_file::detail::Closed::none) {
    const File& from = closed == case_file::detail::Closed::one ? *file_ : other;
    if (start.before != from.start.before)
      throw InvalidInput("merge", "the part that was closed knew of another start");
    file.begin_at(*from.log.closing(), from.base());
  }
  for (const File* each : {static_cast<const File*>(file_.get()), &other}) {
    each->log.for_each_text([&](const case_file::Log::Entry& entry) {
      file.tell(case_file::read_telling(*entry.text));
    });
  }
  file.written_by = file_->written_by.empty() || other.written_by.empty()
                        ? file_->written_by + other.written_by
                        : std::min(file_->written_by, other.written_by);
  file.fold_all();
  *this = std::move(merged);
}

RELAPSE_INLINE void CaseFile::compact(Time before) {
  const File& whole = current();
  const auto closes = whole.closes_at(before);
  if (!closes) return;
  const Time until = *closes;
  auto split = whole.log.split(until);
  const std::size_t gone = whole.log.closing() ? whole.log.closing()->known.size() : 0;
  if (split.closing.known.size() == gone) return;
  auto base = whole.base();
  for (const auto& position : split.closed)
    base.apply(position.place, position.id, position.rank,
               whole.log.order().at(position));
  CaseFile shorter(std::make_unique<File>(model(), whole.start, whole.former));
  File& file = *shorter.file_;
  file.begin_at(std::move(split.closing), std::move(base));
  for (const auto& text : split.open) file.tell(case_file::read_telling(text));
  file.written_by = whole.written_by;
  file.fold_all();
  *this = std::move(shorter);
}

RELAPSE_INLINE std::string CaseFile::text() const {
  std::vector<const case_file::Log::Entry*> entries;
  file_->log.for_each_text(
      [&](const case_file::Log::Entry& entry) { entries.push_back(&entry); });
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const auto* one, const auto* other) { return one->place < other->place; });
  std::string text =
      case_file::detail::header_json(file_->model, file_->start, file_->former) + '\n';
  if (const auto& closing = file_->log.closing())
    text += case_file::closing_json(*closing, file_->base()) + '\n';
  for (const auto* entry : entries) text += *entry->text + '\n';
  return text;
}

RELAPSE_INLINE std::vector<CheckIn> CaseFile::check_ins() const {
  std::vector<CheckIn> taken;
  auto again = file_->base();
  again.tell_check_ins(&taken);
  for (const auto& [position, slot] : file_->log.order()) {
    if (!slot.unreadable) again.apply(position.place, position.id, position.rank, slot);
  }
  return taken;
}

RELAPSE_INLINE std::string CaseFile::problems() const {
  return case_file::problems_json(current().fold);
}

RELAPSE_INLINE std::string CaseFile::flag_history() const {
  return value_json(current().fold.past().flags);
}

RELAPSE_INLINE std::optional<Plan> CaseFile::plan() const {
  return current().fold.whole_plan();
}

RELAPSE_INLINE std::string CaseFile::time_zone(Time now) const {
  const File& file = current();
  case_file::detail::require_open("time zone", now, file.log);
  return file.shown_at(now, [](const case_file::Fold& fold) {
    return fold.plan() == nullptr ? std::string() : fold.plan()->time_zone;
  });
}

RELAPSE_INLINE const std::string& CaseFile::person() const noexcept {
  return file_->fold.person();
}

RELAPSE_INLINE const CaseFileStart& CaseFile::start() const noexcept {
  return file_->start;
}

RELAPSE_INLINE const Model& CaseFile::model() const noexcept { return file_->model; }

RELAPSE_INLINE std::size_t CaseFile::events() const noexcept {
  return file_->log.texts();
}

}  // namespace relapse
