#pragma once

#include <relapse/care/detail/words.hpp>
#include <relapse/care/page_speech.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/case_file/detail/help.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/io/resources.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/plan/telephone.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace relapse::case_file {
namespace detail {

/// What an action did against an urge.
struct UrgeHelp {
  std::string action;
  std::string words;
  double helped = 0.0;  // mean of 0 to 10 over the tries
  int tried = 0;
  bool from_plan = false;
};

inline bool eases_urges(const Action& action) {
  return std::any_of(action.acts_on.begin(), action.acts_on.end(),
                     [](const auto& effect) {
                       return effect.determinant == "craving" && effect.factor < 1.0;
                     });
}

/// What was tried against an urge and helped most; otherwise the first strategy of the
/// plan against one, or of the catalogue what needs nobody and helps most.
inline std::optional<UrgeHelp> urge_help(const Fold& fold, const Model& model,
                                         const Wording& say) {
  std::map<std::string, UrgeHelp> tried;
  for (const auto& each : fold.past().follow_ups) {
    if (!each.helped) continue;
    auto& help = tried[each.action];
    help.helped += (*each.helped - help.helped) / ++help.tried;
  }
  const auto find = [&](const std::string& id) -> const Action* {
    for (const auto& action : model.document().actions) {
      if (action.id == id) return &action;
    }
    return nullptr;
  };
  std::optional<UrgeHelp> best;
  const auto offer = [&](UrgeHelp help) {
    const auto found = tried.find(help.action.empty() ? help.words : help.action);
    if (found != tried.end()) {
      help.helped = found->second.helped;
      help.tried = found->second.tried;
    }
    constexpr double helps = 5.0;  // of 10; expert default
    const auto rank = [](const UrgeHelp& each) {
      return each.tried == 0 ? helps : each.helped;
    };
    if (!best || rank(help) > rank(*best)) best = std::move(help);
  };
  const Plan none;
  const Plan& plan = fold.plan() == nullptr ? none : *fold.plan();
  for (const auto& strategy : plan.strategies) {
    const Action* action = find(strategy.action);
    if (!strategy.available || (action != nullptr && !eases_urges(*action))) continue;
    const auto words = strategy.words.empty() && action != nullptr
                           ? care::words::labelled(action->label, action->id, say)
                           : strategy.words;
    offer({strategy.action, words, 0.0, 0, true});
  }
  const auto is_out = [&](const Action& action) {
    bool out = false;
    for (const auto& strategy : plan.strategies) {
      if (strategy.action != action.id) continue;
      if (strategy.available) return false;
      out = true;
    }
    return out;
  };
  std::vector<const Action*> catalogue;
  for (const auto& action : model.document().actions) {
    if (eases_urges(action) && !is_out(action) &&
        (!action.needs.contact || tried.contains(action.id)))
      catalogue.push_back(&action);
  }
  std::stable_sort(catalogue.begin(), catalogue.end(), [](auto* one, auto* other) {
    return one->helpfulness.mean() > other->helpfulness.mean();
  });
  for (const auto* action : catalogue)
    offer({action->id, care::words::labelled(action->label, action->id, say), 0.0, 0,
           false});
  return best;
}

inline std::string links_json(std::string_view channel,
                              const std::vector<std::string>& known) {
  std::vector<std::string> links;
  for (auto& piece : telephone_pieces(channel, known)) {
    if (!piece.address.empty()) links.push_back(std::move(piece.address));
  }
  return json_texts(links);
}

inline std::string reach_json(const Contact& contact) {
  JsonObject object;
  object.add("name", contact.name);
  object.add_unless_empty("role", contact.role);
  object.add_unless_empty("channel", contact.channel);
  object.add_truth("agreed", contact.allows(ConsentPurpose::support));
  object.add_json("links", links_json(contact.channel, {}));
  return object.json();
}

inline std::string number_json(const CrisisResource& resource) {
  JsonObject object;
  object.add("kind", name_of(resource.kind));
  object.add("name", resource.name);
  object.add_unless_empty("call", resource.call);
  object.add_unless_empty("text", resource.text);
  object.add_unless_empty("web", resource.web);
  object.add_unless_empty("hours", resource.hours);
  object.add_unless_empty("note", resource.note);
  object.add("checked", resource.checked);
  object.add_json("links", links_json(resource.call, numbers_of_field(resource.call)));
  return object.json();
}

}  // namespace detail

RELAPSE_INLINE std::string help_json(const Fold& fold, const Model& model,
                                     std::string_view locale) {
  const Plan none;
  const Plan& plan = fold.plan() == nullptr ? none : *fold.plan();
  const auto& say = io::find_wording(locale);
  const auto place = translated(io::crisis_directory().find(locale), say);
  JsonObject help;
  help.add("emergency", care::reach(place, say));
  help.add_json("reasons", json_texts(plan.reasons));
  std::vector<std::string> first;
  for (const auto& flag : fold.flags().flags) {
    for (auto& words : care::crisis_words(flag, model, say)) {
      if (!contains(first, words)) first.push_back(std::move(words));
    }
  }
  help.add_json("crisis_protocol", json_texts(first));
  help.add_json("crisis_steps", json_texts(plan.crisis_steps));
  if (const auto urge = detail::urge_help(fold, model, say)) {
    JsonObject object;
    object.add_unless_empty("action", urge->action);
    object.add("words", urge->words);
    object.add_truth("from_plan", urge->from_plan);
    object.add_whole("tried", urge->tried);
    if (urge->tried > 0) object.add("helped", urge->helped);
    help.add_json("urge", object.json());
  }
  std::vector<Contact> contacts = plan.contacts;
  std::stable_partition(contacts.begin(), contacts.end(), [](const Contact& contact) {
    return contact.allows(ConsentPurpose::support);
  });
  std::vector<std::string> reach;
  for (const auto& contact : contacts) reach.push_back(detail::reach_json(contact));
  help.add_json("reach", json_array(reach));
  std::vector<std::string> numbers;
  for (const auto& resource : place.resources)
    numbers.push_back(detail::number_json(resource));
  help.add_json("numbers", json_array(numbers));
  return help.json();
}

}  // namespace relapse::case_file
