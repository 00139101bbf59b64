#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(document_reader_test)

using relapse::io::read_cbor;
using relapse::io::read_json;

namespace {

using Bytes = std::vector<std::uint8_t>;

template <class Read>
std::string pointer_of(Read read) {
  try {
    read();
  } catch (const ParseError& error) {
    return error.pointer();
  }
  return "nothing was refused";
}

template <class Read>
std::string message_of(Read read) {
  try {
    read();
  } catch (const ParseError& error) {
    return error.what();
  }
  return "nothing was refused";
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(documents_are_read_as_they_are) {
  const std::string text =
      R"({"a": [1, -2, 2.5, true, null, "\u00e9\n"], "b": {}, "": []})";
  BOOST_TEST((read_json(text) == nlohmann::json::parse(text)));
  const auto cbor = nlohmann::json::to_cbor(nlohmann::json::parse(text));
  BOOST_TEST((read_cbor(cbor) == nlohmann::json::parse(text)));
}

BOOST_AUTO_TEST_CASE(syntax_errors_name_line_and_column) {
  const auto message = [](const char* text) {
    return message_of([&] { read_json(text); });
  };
  BOOST_TEST(
      message("{\n  \"a\": tru\n}").starts_with("/: is malformed at line 2, column 11"));
  BOOST_TEST(message("[1,]").starts_with("/: is malformed at line 1, column 4"));
  BOOST_TEST(message("").starts_with("/: is malformed at line 1, column 1"));
  BOOST_TEST(message("{}\n{}").starts_with("/: is malformed at line 2, column 1"));
}

BOOST_AUTO_TEST_CASE(messages_never_repeat_what_was_read) {
  for (const char* text :
       {R"({"a": secret})", R"({"a": "secret)", R"({"secret" 1})",
        "{\"a\": \"secret\x01\"}", R"({"a": 1} secret)", R"(["secret\u00zz"])",
        "[\"secret\xFF\"]", R"([1e999, "secret"])"}) {
    const auto message = message_of([&] { read_json(text); });
    BOOST_TEST(message.find("nothing") == message.npos);
    BOOST_TEST(message.find("secret") == message.npos, message);
    BOOST_TEST(message.find("e999") == message.npos, message);
  }
}

BOOST_AUTO_TEST_CASE(what_json_does_not_know_is_refused) {
  for (const std::string& text :
       {std::string("nan"), std::string("[NaN]"), std::string("[Infinity]"),
        std::string("[1.]"), std::string("[01]"), std::string("['a']"),
        std::string("{a:1}"), std::string("[1] // comment"), std::string("[1] x"),
        std::string("{}\0", 3), std::string("{}\0{}", 5), std::string("[\"\xC0\x80\"]"),
        std::string("[\"\xED\xA0\x80\"]"), std::string(R"(["\ud800"])"),
        std::string(R"({"a":1,})"), std::string("[\"a\tb\"]")}) {
    BOOST_CHECK_THROW(read_json(text), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(numbers_must_be_finite) {
  BOOST_TEST(pointer_of([] { read_json(R"({"a": [0, 1e999]})"); }) == "/a/1");
  BOOST_TEST(pointer_of([] { read_json(R"({"a": {"b": -1e400}})"); }) == "/a/b");
  // A map of one key to a half, a single and a double that are not finite.
  for (const Bytes& bytes :
       {Bytes{0xA1, 0x61, 'a', 0xF9, 0x7E, 0x00},
        Bytes{0xA1, 0x61, 'a', 0xF9, 0x7C, 0x00},
        Bytes{0xA1, 0x61, 'a', 0xFA, 0xFF, 0x80, 0x00, 0x00},
        Bytes{0xA1, 0x61, 'a', 0xFB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0}}) {
    BOOST_TEST(pointer_of([&] { read_cbor(bytes); }) == "/a");
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_refused) {
  BOOST_TEST(pointer_of([] { read_json(R"({"a": 1, "b": 2, "a": 3})"); }) == "/a");
  BOOST_TEST(pointer_of([] { read_json(R"([{"a": {"x": 1, "\u0078": 2}}])"); }) ==
             "/0/a/x");
  const Bytes twice{0xA2, 0x61, 'a', 0x01, 0x61, 'a', 0x02};
  BOOST_TEST(pointer_of([&] { read_cbor(twice); }) == "/a");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded_however_deep_it_is) {
  const auto nested = [](std::size_t depth) {
    return repeated("[", depth) + repeated("]", depth);
  };
  BOOST_CHECK_NO_THROW(read_json(nested(io::document_depth_limit)));
  BOOST_CHECK_THROW(read_json(nested(io::document_depth_limit + 1)), ParseError);
  BOOST_CHECK_THROW(read_json(nested(100'000)), ParseError);
  BOOST_CHECK_THROW(read_json(repeated("[", 100'000)), ParseError);
  BOOST_CHECK_THROW(read_json(repeated("{\"a\":", 100'000)), ParseError);
  for (const std::uint8_t head : Bytes{0x81, 0x9F, 0xBF, 0x5F, 0x7F, 0xC1, 0xD8}) {
    BOOST_CHECK_THROW(read_cbor(Bytes(100'000, head)), ParseError);
  }
  Bytes maps;
  for (int i = 0; i < 100'000; ++i) maps.insert(maps.end(), {0xA1, 0x61, 'a'});
  BOOST_CHECK_THROW(read_cbor(maps), ParseError);
}

BOOST_AUTO_TEST_CASE(size_is_bounded) {
  const std::string long_text(io::document_size_limit + 1, ' ');
  BOOST_CHECK_THROW(read_json(long_text), ParseError);
  BOOST_CHECK_THROW(read_cbor(Bytes(io::document_size_limit + 1)), ParseError);
}

// 2^60 elements, or bytes, announced by nine bytes.
BOOST_AUTO_TEST_CASE(announced_sizes_are_not_believed) {
  for (const std::uint8_t head : Bytes{0x5B, 0x7B, 0x9B, 0xBB}) {
    BOOST_CHECK_THROW(read_cbor(Bytes{head, 0x10, 0, 0, 0, 0, 0, 0, 0}), ParseError);
    BOOST_CHECK_THROW(
        read_cbor(Bytes{head, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
        ParseError);
  }
}

BOOST_AUTO_TEST_CASE(cbor_that_json_could_not_say_is_refused) {
  for (const Bytes& bytes :
       {Bytes{}, Bytes{0x41, 0x00}, Bytes{0xC0, 0x60}, Bytes{0x5F, 0xFF},
        Bytes{0x9F, 0xFF}, Bytes{0xF7}, Bytes{0xF8, 0xFF}, Bytes{0xFF}, Bytes{0x1C},
        Bytes{0xA1, 0x01, 0x01}, Bytes{0x61, 0xFF}, Bytes{0xA1, 0x61, 0xFF, 0x01},
        Bytes{0x00, 0x00}, Bytes{0x3B, 0xFF, 0, 0, 0, 0, 0, 0, 0}}) {
    BOOST_CHECK_THROW(read_cbor(bytes), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(fields_are_required_known_and_of_their_type) {
  const auto document = read_json(
      R"({"schema": "s/1", "text": "a", "number": 1.5, "list": ["a", 2], "truth": true})");
  const io::Fields fields = io::read_root(document, "s/1", {"schema", "text"},
                                          {"number", "list", "truth", "left out"});
  BOOST_TEST(fields["text"].text() == "a");
  BOOST_TEST(fields["number"].number() == 1.5);
  BOOST_TEST(!fields.has("left out"));
  BOOST_TEST(pointer_of([&] { fields["number"].text(); }) == "/number");
  BOOST_TEST(pointer_of([&] { fields["number"].whole(0, 9); }) == "/number");
  BOOST_TEST(pointer_of([&] { fields["text"].number(); }) == "/text");
  BOOST_TEST(pointer_of([&] { fields["truth"].number(); }) == "/truth");
  BOOST_TEST(pointer_of([&] { fields["text"].truth(); }) == "/text");
  BOOST_TEST(pointer_of([&] { fields["list"].texts(); }) == "/list/1");
  BOOST_TEST(pointer_of([&] { fields["list"].members(); }) == "/list");
  BOOST_TEST(message_of([&] { fields["text"].list(); }) ==
             "/text: is text, but must be a list");
  BOOST_TEST(pointer_of([&] { io::Fields(io::Node(document), {"schema"}); }) == "/list");
  BOOST_TEST(pointer_of([&] {
               io::read_root(document, "s/1", {"schema", "a/b"},
                             {"text", "number", "list", "truth"});
             }) == "/a~1b");
}

BOOST_AUTO_TEST_CASE(the_schema_comes_first) {
  const auto root = [](const char* text) {
    return pointer_of([&] { io::read_root(read_json(text), "s/1", {"schema", "a"}); });
  };
  BOOST_TEST(root("[]") == "");
  BOOST_TEST(root("{}") == "/schema");
  BOOST_TEST(root(R"({"schema": 1})") == "/schema");
  BOOST_TEST(root(R"({"schema": "s/2", "unknown": 1})") == "/schema");
  BOOST_TEST(root(R"({"schema": "s/1"})") == "/a");
}

BOOST_AUTO_TEST_SUITE_END()
