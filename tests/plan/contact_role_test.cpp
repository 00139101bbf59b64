#include <relapse/plan/detail/contact_role.hpp>

#include <boost/test/unit_test.hpp>

#include <span>
#include <string>
#include <string_view>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(contact_role_test)

BOOST_AUTO_TEST_CASE(roles_are_known_by_their_words_in_two_languages) {
  for (const char* role : {"sister", "my Mother", "wife", "Schwester", "Ehemann", "son",
                           "Mutter", "partner", "step-father", "Angeh\xC3\xB6rige"})
    BOOST_TEST((contact_kind(role) == ContactKind::family), role);
  for (const char* role : {"friend", "sponsor", "peer", "Freundin", "Nachbar",
                           "colleague from the group", "Kollegin"})
    BOOST_TEST((contact_kind(role) == ContactKind::peer), role);
  for (const char* role :
       {"clinician", "Dr. med., Hausarzt", "nurse", "GP", "Therapeutin", "case manager",
        "\xC3\x84rztin", "Suchtberater", "key worker", "prescriber"})
    BOOST_TEST((contact_kind(role) == ContactKind::professional), role);
}

BOOST_AUTO_TEST_CASE(a_part_is_found_wherever_it_stands_in_a_word) {
  using namespace relapse::detail;
  const auto find_all = [](std::span<const SmallWord> parts) {
    for (const auto& part : parts) {
      const std::string text(part.text);
      if (text.size() < 3) continue;
      for (const std::string& word :
           {text, "x" + text, text + "in", "\xC3\xA4" + text + "\xC3\xA4"})
        BOOST_TEST(holds_part(std::string_view(word), parts), word);
      const std::span<const SmallWord> alone(&part, 1);
      BOOST_TEST(!holds_part(std::string_view(text).substr(1), alone), text);
    }
  };
  for (std::span<const SmallWord> parts : {std::span<const SmallWord>(professional_parts),
                                           {family_parts},
                                           {peer_parts},
                                           {medical_parts},
                                           {therapy_parts},
                                           {social_parts},
                                           {fellow_parts}})
    find_all(parts);
  BOOST_TEST(holds_part("gp", professional_parts));
  BOOST_TEST(!holds_part("gps", professional_parts));
  for (const auto& word : family_words) BOOST_TEST(is_of_family(word), word.text);
  BOOST_TEST(!is_of_family("nos"));  // the letters of son
}

BOOST_AUTO_TEST_CASE(a_profession_goes_before_kin) {
  BOOST_TEST((contact_kind("family therapist") == ContactKind::professional));
  BOOST_TEST((contact_kind("peer counsellor") == ContactKind::professional));
  BOOST_TEST((contact_kind("sister and friend") == ContactKind::family));
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_finds_who_can_be_asked) {
  const auto can_be_asked = [](std::string_view role, std::string_view words) {
    return (callings_in(role) & callings_in(words)).any();
  };
  const char* check = "Arrange a medical check, now if you feel unwell";
  const char* session = "Book or keep a session with your therapist or counsellor";
  const char* peer = "Spend time with your sponsor or a peer";
  const char* housing = "Ask about a place in supported or transitional housing";
  const char* kin = "Talk with a family member about what helps you";
  for (const char* role : {"GP", "Haus\xC3\xA4rztin", "clinician, prescriber", "nurse"})
    BOOST_TEST(can_be_asked(role, check), role);
  for (const char* role : {"psychotherapist", "Beraterin", "counsellor"})
    BOOST_TEST(can_be_asked(role, session), role);
  BOOST_TEST(can_be_asked("sponsor", peer));
  BOOST_TEST(can_be_asked("key worker", housing));
  BOOST_TEST(can_be_asked("Schwester", kin));
  for (const char* asked : {check, session, peer, housing, kin})
    BOOST_TEST(!can_be_asked("friend", asked), asked);
  BOOST_TEST(!can_be_asked("probation officer", session));
  BOOST_TEST(!can_be_asked("therapist", peer));
  BOOST_TEST(callings_in("Call a person you trust and say how it is").none());
}

BOOST_AUTO_TEST_CASE(who_is_not_known_is_a_stranger) {
  for (const char* role : {"", "  ", "Jo", "person", "Fachmann", "weeks", "42"})
    BOOST_TEST((contact_kind(role) == ContactKind::stranger), role);
}

BOOST_AUTO_TEST_SUITE_END()
