#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/medication.hpp>
#include <relapse/domain/substance.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

namespace relapse {
namespace detail {

struct SubstanceNames {
  SubstanceFamily family;
  std::string_view names;  ///< a space before and after each
};

inline constexpr SubstanceNames substances[] = {
    {SubstanceFamily::opioid,
     " opioid opioids opioide opiate opiates opiat heroin fentanyl fentanyls "
     "carfentanil nitazene nitazenes morphine morphin opium codeine codein kodein "
     "oxycodone oxycodon oxycontin percocet hydrocodone hydrocodon vicodin hydromorphone "
     "hydromorphon dilaudid oxymorphone tramadol tapentadol tilidine tilidin tilidate "
     "pethidine pethidin methadone methadon levomethadon polamidon buprenorphine "
     "buprenorphin subutex suboxone kratom "},
    {SubstanceFamily::alcohol,
     " alcohol alkohol beer bier wine wein sekt champagne spirits liquor schnaps vodka "
     "wodka whisky whiskey rum gin cider "},
    {SubstanceFamily::sedative,
     " sedative sedatives sedativa sedativum benzodiazepine benzodiazepines benzodiazepin "
     "benzodiazepinen benzo benzos diazepam valium alprazolam xanax lorazepam tavor ativan "
     "clonazepam rivotril klonopin oxazepam temazepam zopiclone zopiclon zolpidem "
     "barbiturate barbiturates barbiturat ghb gbl pregabalin lyrica beruhigungsmittel "
     "schlafmittel tranquilizer tranquilizers "},
    {SubstanceFamily::stimulant,
     " stimulant stimulants stimulanzien stimulans cocaine cocain kokain koks crack "
     "amphetamine amphetamines amphetamin speed methamphetamine "
     "methamphetamin meth crystal mdma ecstasy methylphenidate methylphenidat ritalin "
     "mephedrone mephedron cathinone "},
    {SubstanceFamily::other,
     " cannabis marijuana marihuana thc hashish haschisch hasch weed nicotine nikotin "
     "tobacco tabak cigarette cigarettes zigarette zigaretten vape vaping gambling "
     "glücksspiel gaming "},
};

/// Of one word; empty for one that names no substance.
inline std::optional<SubstanceFamily> family_of_word(std::string_view word) {
  const std::string whole = ' ' + std::string(word) + ' ';
  for (const auto& each : substances) {
    if (each.names.find(whole) != std::string_view::npos) return each.family;
  }
  return std::nullopt;
}

/// Whether a word says that something else comes.
inline bool joins_substances(std::string_view word) {
  constexpr std::string_view joining[] = {"and", "or", "with", "und", "oder", "mit"};
  return contains(joining, word);
}

}  // namespace detail

RELAPSE_INLINE SubstanceFamily substance_family(std::string_view name) {
  const std::string folded = folded_name(name);
  std::optional<SubstanceFamily> found;
  bool waits = true;  // for the name of something
  for (std::size_t at = 0; at < folded.size();) {
    const auto end = std::min(folded.find(' ', at), folded.size());
    const auto word = std::string_view(folded).substr(at, end - at);
    at = end + 1;
    const auto family = detail::family_of_word(word);
    if (detail::joins_substances(word)) {
      if (waits) return SubstanceFamily::unknown;
      waits = true;
    } else if (family) {
      if (found && *found != *family) return SubstanceFamily::unknown;
      found = family;
      waits = false;
    }
  }
  return waits ? SubstanceFamily::unknown : *found;
}

}  // namespace relapse
