#pragma once

#include <relapse/core/detail/name_index.hpp>
#include <relapse/model/detail/answer_law.hpp>
#include <relapse/model/detail/determinants.hpp>
#include <relapse/model/detail/movement.hpp>
#include <relapse/model/detail/person_grid.hpp>
#include <relapse/model/detail/sign_tables.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/document.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace relapse::model {

/// Start distribution where every latent number is 0, by index.
struct StartLaw {
  std::vector<double> initial;                         ///< by stage
  std::vector<std::vector<MoveEffect>> stage_effects;  ///< by stage
};

/// What a model's document says, in the form that inference reads.
struct Prepared {
  explicit Prepared(ModelDocument checked);

  ModelDocument document;
  std::string hash;
  PersonGrid grid;
  ctmc::StateSet use;
  ctmc::StateSet relapse;
  StartLaw start;
  std::optional<Movement> movement;
  std::optional<Determinants> determinants;
  std::vector<std::optional<SignLaw>> signs;
  std::vector<int> personal;       // items whose signs depend on the person
  std::vector<int> lasting;        // items whose answers persist
  std::vector<int> lasting_place;  // by item: its place among these, or -1
  std::vector<AnswerLaw> answers;  // by item
  std::optional<SignTables> sign_tables;
  NameIndex items;  // by id
  int missed_item = -1;
  std::vector<std::string> flags;
  std::vector<int> item_flag;
  std::vector<int> safety_items;
  std::map<std::string, std::string, std::less<>> safety_names;  // by spelling

 private:
  void prepare_start();
  void prepare_items();
  void prepare_safety();
};

}  // namespace relapse::model
