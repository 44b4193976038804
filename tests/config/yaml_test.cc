#include "config/yaml.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

std::string mistakes(std::string_view text) {
    const YamlDocument document = parse_yaml(text);
    EXPECT_EQ(document.root == nullptr, !document.mistakes.empty());
    return render(document.mistakes, text);
}

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

TEST(ParseYaml, RemembersWhereEverythingStood) {
    const YamlDocument document = parse_yaml("a: 1\nb:\n  - x\n  - { c: 'y' }\na:\n");
    ASSERT_NE(document.root, nullptr);
    ASSERT_EQ(document.root->entries.size(), 3U)
        << "duplicate keys are kept, for the reader to report";
    const YamlEntry& b = document.root->entries[1];
    EXPECT_EQ(b.key, "b");
    EXPECT_EQ(b.mark.line, 2);
    ASSERT_EQ(b.value->items.size(), 2U);
    const YamlEntry& c = b.value->items[1]->entries.at(0);
    EXPECT_EQ(c.mark.line, 4);
    EXPECT_EQ(c.mark.column, 7);
    EXPECT_EQ(c.value->text, "y");
    EXPECT_EQ(c.value->mark.column, 10);
    EXPECT_EQ(document.root->entries[2].value->kind, YamlNode::Kind::null);
}

TEST(ParseYaml, AnAliasIsASecondPointerToTheSameValue) {
    const YamlDocument document = parse_yaml("a: &x [1, 2]\nb: *x\n? &k key\n: 1\n*k : 2\n");
    ASSERT_NE(document.root, nullptr);
    EXPECT_EQ(document.root->entries[0].value, document.root->entries[1].value);
    EXPECT_EQ(document.root->entries[3].key, "key");
}

TEST(ParseYaml, AnAliasBombCostsItsOwnBytesOnly) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string from = "*a" + std::to_string(i - 1) + ", ";
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(from, 9) +
                "x]\n";
    }
    const YamlDocument document = parse_yaml(bomb);
    ASSERT_NE(document.root, nullptr);
    EXPECT_LT(document.nodes.size(), 200U);
}

TEST(ParseYaml, SaysWhereItIsNotYaml) {
    EXPECT_EQ(mistakes("a: 1\nb: c: d\n"),
              ":2:5: error: not YAML: illegal map value\n"
              "    b: c: d\n"
              "        ^ check the indentation, quotes and brackets before this place\n");
    EXPECT_EQ(mistakes("a: *nope\n"),
              ":1:4: error: not YAML: the referenced anchor is not defined\n"
              "    a: *nope\n"
              "       ^ check the indentation, quotes and brackets before this place\n");
}

TEST(ParseYaml, RefusesAnEmptyFile) {
    for (const char* text : {"", "\n", "# nothing\n", "---\n", "~\n"}) {
        EXPECT_EQ(mistakes(text),
                  ": error: the file is empty\n    the smallest useful one has tls, services and "
                  "routes\n")
            << text;
    }
}

TEST(ParseYaml, RefusesASecondDocument) {
    EXPECT_EQ(mistakes("a: 1\n---\nb: 2\n"),
              ":3:1: error: a second YAML document\n"
              "    b: 2\n"
              "    ^ keep everything in one, without '---' in between\n");
}

TEST(ParseYaml, RefusesBytesThatAreNotText) {
    EXPECT_EQ(mistakes(std::string{"a: 1\nb\0: 2", 10}),
              ":2:2: error: a NUL byte\n    b?: 2\n     ^ save the file as UTF-8 text\n");
    EXPECT_EQ(
        mistakes("a: \xFF\n"),
        ":1:4: error: bytes that are not UTF-8\n    a: ?\n       ^ save the file as UTF-8 text\n");
    EXPECT_EQ(mistakes("\xFE\xFF\0a"),
              ":1:1: error: bytes that are not UTF-8\n    ??\n    ^ save the file as UTF-8 text\n");
    EXPECT_EQ(mistakes("a: \x1B[2J\n"),
              ":1:4: error: a control character\n    a: ?[2J\n       ^ remove it\n");
}

TEST(ParseYaml, RefusesKeysThatAreNotWordsAndAliasesOfThemselves) {
    EXPECT_EQ(
        mistakes("[a]: b\n"),
        ":1:1: error: a key that is not a word\n    [a]: b\n    ^ write keys as 'word: value'\n");
    EXPECT_EQ(mistakes("a: &x [*x]\n"),
              ":1:8: error: an alias inside the value that it stands for\n"
              "    a: &x [*x]\n"
              "           ^ write the value out\n");
}

TEST(ParseYaml, IsBoundedInDepthAndNumber) {
    const std::string deepest = repeated("- ", kYamlDepthMax) + "x";
    EXPECT_EQ(mistakes(deepest), "");
    EXPECT_NE(mistakes("- " + deepest).find("error: nested deeper than 32 levels"),
              std::string::npos);
    for (const char* piece : {"[", "{", "- ", "? ", "a: ", "{a: ", "[a, ", "&a ", "!t ", "|"}) {
        EXPECT_NE(mistakes(repeated(piece, 20'000)), "") << piece;
    }
    for (const char* piece : {"'", "-\n ", "#", "\n", "%", "*", "\"\\", ">", ": ", ","}) {
        mistakes(repeated(piece, 20'001));  // whatever it means, it ends
    }
    const std::string many = "[" + repeated("x,", static_cast<int>(kYamlNodesMax)) + "]";
    EXPECT_NE(mistakes(many).find("error: more than 200000 values in one file"), std::string::npos);
}

}  // namespace
}  // namespace portcullis
