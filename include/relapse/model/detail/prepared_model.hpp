#pragma once

#include <relapse/model/detail/prepared.hpp>
#include <relapse/model/model.hpp>

/// What the library reads of a model in its inner loops, and users do not.
namespace relapse {

inline const model::StartLaw& Model::start() const noexcept { return prepared_->start; }
inline const model::Movement& Model::movement() const noexcept {
  return *prepared_->movement;
}
inline const model::Determinants& Model::determinants() const noexcept {
  return *prepared_->determinants;
}
inline const model::SignLaw* Model::sign(int item) const {
  const auto& law = prepared_->signs[static_cast<std::size_t>(item)];
  return law ? &*law : nullptr;
}
inline const model::AnswerLaw& Model::answer_law(int item) const {
  return prepared_->answers[static_cast<std::size_t>(item)];
}
inline const model::SignTables& Model::sign_tables() const noexcept {
  return *prepared_->sign_tables;
}
inline const model::PersonGrid& Model::grid() const noexcept { return prepared_->grid; }
inline std::span<const int> Model::personal_signs() const noexcept {
  return prepared_->personal;
}
inline std::span<const int> Model::lasting_signs() const noexcept {
  return prepared_->lasting;
}
inline int Model::lasting_place(int item) const {
  return prepared_->lasting_place[static_cast<std::size_t>(item)];
}

}  // namespace relapse
