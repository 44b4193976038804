#include "config/types/quote.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(InQuotes, IsOnePrintableLineWhateverTheWordHolds) {
    EXPECT_EQ(in_quotes("shop"), "'shop'");
    EXPECT_EQ(in_quotes("a\x1b[31m\n\r\x7f"),
              "'a?[31m??"
              "?'");
    EXPECT_EQ(in_quotes("m\xC3\xBCnchen"), "'m\xC3\xBCnchen'");
    EXPECT_EQ(in_quotes("\xC2\x9B"
                        "31m\xFF"),
              "'?31m?'")
        << "C1 controls are one character, bad bytes one each";
}

TEST(InQuotes, CutsLongWordsBetweenCharacters) {
    EXPECT_EQ(in_quotes(std::string(60, 'a')), "'" + std::string(60, 'a') + "'");
    EXPECT_EQ(in_quotes(std::string(61, 'a')), "'" + std::string(60, 'a') + "...'");
    EXPECT_EQ(in_quotes(std::string(59, 'a') + "\xC3\xBC" + "b"),
              "'" + std::string(59, 'a') + "...'");
}

TEST(WrongAndRight, AreTheTwoHalvesOfASentence) {
    using Halves = std::pair<std::string, std::string>;
    EXPECT_EQ(wrong_and_right("it is late; hurry"), (Halves{"it is late", "hurry"}));
    EXPECT_EQ(wrong_and_right("it is late"), (Halves{"it is late", ""}));
    EXPECT_EQ(wrong_and_right("'a; b' is odd; write 'a'"), (Halves{"'a; b' is odd", "write 'a'"}));
}

TEST(Utf8Length, FollowsTheTableOfRfc3629) {
    const std::pair<std::string_view, std::size_t> cases[] = {
        {"", 0},
        {"a", 1},
        {"\x80", 0},
        {"\xC0\x80", 0},
        {"\xC1\xBF", 0},
        {"\xC2\x80", 2},
        {"\xC2", 0},
        {"\xC2x", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xE0\xA0\x80", 3},
        {"\xED\x9F\xBF", 3},
        {"\xED\xA0\x80", 0},
        {"\xEF\xBF\xBF", 3},
        {"\xE2\x82", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF0\x90\x80\x80", 4},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\xF4\x90\x80\x80", 0},
        {"\xF5\x80\x80\x80", 0},
    };
    for (const auto& [text, want] : cases) {
        EXPECT_EQ(utf8_length(text), want) << printable(text);
    }
}

}  // namespace
}  // namespace portcullis
