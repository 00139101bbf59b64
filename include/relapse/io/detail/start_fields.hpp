#pragma once

#include <relapse/infer/start.hpp>
#include <relapse/io/detail/field_reader.hpp>

#include <tuple>

/// What is known of a person from before, as documents hold it.
namespace relapse {

template <>
struct FieldsOf<infer::Start> {
  static constexpr std::tuple all{
      Field{"days_since_use", &infer::Start::days_since_use},
      Field{"days_in_recovery", &infer::Start::days_in_recovery}};
};

namespace io {

inline void require_sense(const Fields& fields, infer::Start& start) {
  for_each_field(FieldsOf<infer::Start>::all, [&](const auto& field) {
    require_length(fields, field.name, start.*field.member);
  });
}

}  // namespace io
}  // namespace relapse
