#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace portcullis::tidy {
namespace {

std::size_t found(const std::string& code) {
    return misread_awaits({{"proxy/a.cc", "Task<> f() {\n" + code + "\n}\n"}}).size();
}

TEST(MisreadAwaits, AreThoseInConditions) {
    EXPECT_EQ(misread_awaits({{"proxy/a.cc", "x;\n    if (co_await y() == z) {\n"}}),
              Findings{"proxy/a.cc:2: co_await in a condition; give its result a name first"});
    for (const std::string code :
         {"if (co_await f(a, b) != c) {", "if (x && co_await f()) {", "while (co_await f()) {",
          "while (x == y && co_await f(g(1), 2)) {", "switch (co_await f()) {",
          "if (int x = 1;\n    co_await f()) {", "const bool x = y && co_await f();",
          "co_return x ? co_await f() : 0;", "g(x || co_await f());"}) {
        EXPECT_EQ(found(code), 1U) << code;
    }
}

TEST(MisreadAwaits, AreNotThoseWhoseResultHasAName) {
    for (const std::string code :
         {"const auto x = co_await f(a, b);", "co_await f();", "co_return co_await f();",
          "if (const auto x = co_await f(); x) {", "if (const auto x = g(co_await f(1), 2); x) {",
          "if (a && b) {\n    co_await f();\n}", "// if (co_await f()) {", "h(co_await f());",
          "while (x && y) {\n    x = co_await f();\n}"}) {
        EXPECT_EQ(found(code), 0U) << code;
    }
}

}  // namespace
}  // namespace portcullis::tidy
