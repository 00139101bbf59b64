#pragma once

#include <relapse/case_file/case_file.hpp>
#include <relapse/case_file/detail/fold.hpp>
#include <relapse/core/inline.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace relapse::case_file {

/// What a view rests on beside the fold.
struct ViewBasis {
  Model model;
  std::vector<Item> former = {};  ///< items of earlier versions that the model lacks
  std::string written_by = {};    ///< hash of another version that kept the log; or empty
  std::size_t events = 0;
  std::size_t corrections = 0;
  std::vector<std::string> later = {};  ///< ids of what lies after the moment
  infer::Start start = {};              ///< what was known from before
};

/// The document `relapse/view/1`.
std::string view_json(const Fold& fold, const ViewBasis& basis, Time now,
                      const ViewSettings& settings);

/// What was refused, a list.
std::string problems_json(const Fold& fold);

}  // namespace relapse::case_file

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/view.ipp>
#endif
