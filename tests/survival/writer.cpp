// A program to be killed: tells a store events, and says of each that it was kept.
//
// usage: writer tell STORE PERSON FIRST LAST     events of these numbers, in a mixed
// order
//        writer events FIRST LAST                the same events, one a line
//        writer view STORE PERSON                what the store shows of somebody
//        writer replay PERSON                    what a case file shows of lines that
//        come in
#include <relapse/case_file/case_file.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/store/store.hpp>

#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

using namespace relapse;

namespace {

constexpr Time seen_at{3000.0};

/// Every fifth event happened before those that were told before it.
std::string event_of(int number) {
  const double at = 100.0 + (number % 5 == 4 ? number - 3.5 : number);
  const std::string head = R"({"id":"e)" + std::to_string(number) + R"(","at":)" +
                           std::to_string(at) + R"(,"kind":)";
  if (number % 7 == 6) {
    return head + R"("note","text":"note )" + std::to_string(number) + "\"}";
  }
  return head + R"("check_in","answers":{"used":0,"craving":)" +
         std::to_string(number % 5) + "}}";
}

}  // namespace

int main(int count, char** words) {
  const auto word = [&](int place) {
    return place < count ? std::string(words[place]) : std::string();
  };
  const Model& model = models::standard();
  if (word(1) == "tell") {
    Store store(model, word(2));
    for (int number = std::stoi(word(4)); number < std::stoi(word(5)); ++number) {
      store.add(word(3), event_of(number));
      std::printf("%d\n", number);
      std::fflush(stdout);
    }
  } else if (word(1) == "events") {
    for (int number = std::stoi(word(2)); number < std::stoi(word(3)); ++number)
      std::puts(event_of(number).c_str());
  } else if (word(1) == "view") {
    const Store store(model, word(2), {StoreAccess::read});
    std::puts(store.view(word(3), seen_at).c_str());
  } else if (word(1) == "replay") {
    CaseFile file(model, {word(2)});
    for (std::string line; std::getline(std::cin, line);) file.add(line);
    std::puts(file.view(seen_at).c_str());
  } else {
    return 2;
  }
}
