#include <relapse/core/detail/sha256.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(sha256_test)

// FIPS 180-4 examples (NIST, "Examples with Intermediate Values").
BOOST_AUTO_TEST_CASE(the_examples_of_the_standard_hold) {
  BOOST_TEST(relapse::sha256("") ==
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(relapse::sha256("abc") ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(
      relapse::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(
      relapse::sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                      "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  BOOST_TEST(relapse::sha256(std::string(1'000'000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Lengths around the block of 64 bytes and the length field. Made with Python's hashlib.
BOOST_AUTO_TEST_CASE(every_way_of_padding_is_right) {
  for (const auto& [length, digits] :
       {std::pair{std::size_t{1},
                  "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
        std::pair{std::size_t{55},
                  "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        std::pair{std::size_t{56},
                  "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
        std::pair{std::size_t{57},
                  "f13b2d724659eb3bf47f2dd6af1accc87b81f09f59f2b75e5c0bed6589dfe8c6"},
        std::pair{std::size_t{63},
                  "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
        std::pair{std::size_t{64},
                  "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
        std::pair{std::size_t{65},
                  "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
        std::pair{std::size_t{119},
                  "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
        std::pair{std::size_t{120},
                  "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"}}) {
    BOOST_TEST(relapse::sha256(std::string(length, 'a')) == digits);
  }
}

BOOST_AUTO_TEST_CASE(bytes_above_127_count_as_they_are) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  BOOST_TEST(relapse::sha256(bytes) ==
             "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880");
}

BOOST_AUTO_TEST_SUITE_END()
