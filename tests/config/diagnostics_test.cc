#include "config/diagnostics.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(Render, PointsAtThePlaceAndSaysWhatWouldBeRight) {
    const std::string text = "routes:\n  - service: shpo\n";
    EXPECT_EQ(render({{"p.yaml", 2, 14, "routes[0].service", "no service is called 'shpo'",
                       "did you mean 'shop'?", Severity::error}},
                     text),
              "p.yaml:2:14: error: routes[0].service: no service is called 'shpo'\n"
              "      - service: shpo\n"
              "                 ^ did you mean 'shop'?\n");
}

TEST(Render, KeepsTheCaretAlignedAfterTabsAndLongCharacters) {
    EXPECT_EQ(render({{"p", 1, 7, "", "odd", "", Severity::warning}}, "\t\xC3\xBC: \tx\r\n"),
              "p:1:7: warning: odd\n"
              "    \t\xC3\xBC: \tx\n"
              "    \t   \t^\n");
}

TEST(Render, OfAWholeFileHasNoExcerpt) {
    EXPECT_EQ(render({{"p", 0, 0, "", "the file is empty", "write something", Severity::error},
                      {"p", 0, 0, "", "gone", "", Severity::error}},
                     ""),
              "p: error: the file is empty\n"
              "    write something\n"
              "p: error: gone\n");
}

TEST(Render, SendsNoControlToTheTerminal) {
    EXPECT_EQ(render({{"p", 1, 2, "a\x1b", "w\x1b", "r\x1b", Severity::error}}, "x\x1b[2Jy"),
              "p:1:2: error: a?: w?\n"
              "    x?[2Jy\n"
              "     ^ r?\n");
}

TEST(Render, ShowsOfALongLineWhatIsNearThePlace) {
    const std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
    const std::string rendered = render({{"p", 1, 5001, "", "w", "", Severity::error}}, line);
    EXPECT_LT(rendered.size(), 400U);
    EXPECT_NE(rendered.find("aHEREb"), std::string::npos);
}

TEST(Render, SurvivesAPlaceThatIsNotThere) {
    EXPECT_EQ(render({{"p", 9, 99, "", "w", "", Severity::error}}, "a\n"),
              "p:9:99: error: w\n    \n    ^\n");
}

TEST(Nearest, FindsTypingErrorsAndBeginnings) {
    const std::vector<std::string_view> keys = {"certificate", "key", "minimum_version",
                                                "unknown_sni"};
    const std::pair<const char*, const char*> cases[] = {
        {"certifcate", "certificate"},
        {"cert", "certificate"},
        {"kye", "key"},
        {"keys", "key"},
        {"minimumVersion", "minimum_version"},
        {"KEY", "key"},
        {"minimum", "minimum_version"},
        {"x", ""},
        {"", ""},
        {"ciphers", ""},
        {"zzz", ""},
        {"keyfile", "key"},
    };
    for (const auto& [word, want] : cases) {
        EXPECT_EQ(nearest(word, keys), want) << word;
    }
    EXPECT_EQ(nearest(std::string(100'000, 'k'), keys), "");
    EXPECT_EQ(nearest("key", {}), "");
}

TEST(HasErrors, DoesNotCountWarnings) {
    Diagnostic warning;
    warning.severity = Severity::warning;
    EXPECT_FALSE(has_errors({}));
    EXPECT_FALSE(has_errors({warning}));
    EXPECT_TRUE(has_errors({warning, Diagnostic{}}));
}

}  // namespace
}  // namespace portcullis
