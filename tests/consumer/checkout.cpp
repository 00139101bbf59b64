// A user's program made of a checkout alone: nothing is configured, built or installed.
#include <relapse/io/document_file.hpp>
#include <relapse/io/json.hpp>
#include <relapse/relapse.hpp>

#include <iostream>

int main(int, char** arguments) {
  relapse::Monitor monitor{relapse::io::load_model(arguments[1])};
  const auto& now = monitor.update(
      {.person = "P1", .time = relapse::Time{0.0}, .answers = {{"craving", 3.0}}});
  std::cout << now.level_risk << '\n';
  return now.level_risk > 0.0 && now.level_risk < 1.0 ? 0 : 1;
}
