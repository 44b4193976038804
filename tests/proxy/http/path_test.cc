#include "proxy/http/path.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::http {
namespace {

std::string normal(std::string_view path) {
    const std::vector<char> exact(path.begin(), path.end());
    std::string out = "left over";
    return normalise({exact.data(), exact.size()}, out) ? out : "refused";
}

TEST(Normalise, GivesEachPathOneSpelling) {
    struct Case {
        const char* path;
        const char* want;
    };

    for (const Case& c : {
             Case{"/", "/"},
             Case{"/a/b", "/a/b"},
             Case{"/a/b/", "/a/b/"},
             Case{"//", "//"},
             Case{"//a", "//a"},
             Case{"/a//b///c//", "/a//b///c//"},
             Case{"/a//./b", "/a//b"},
             Case{"/a//..", "/a/"},
             Case{"//..", "/"},
             Case{"//../a", "/a"},
             Case{"/../..//a", "//a"},
             Case{"/.", "/"},
             Case{"/..", "/"},
             Case{"/a/.", "/a/"},
             Case{"/a/./b", "/a/b"},
             Case{"/a/..", "/"},
             Case{"/a/../b", "/b"},
             Case{"/a/b/..", "/a/"},
             Case{"/a/./b/..", "/a/"},
             Case{"/a/b/../../c", "/c"},
             Case{"/../../etc", "/etc"},
             Case{"/a/../../../b/c/..", "/b/"},
             Case{"/a//../b", "/a/b"},
             Case{"/a/%2e%2e/b", "/b"},
             Case{"/a/.%2E/b", "/b"},
             Case{"/a/%2e/b", "/a/b"},
             Case{"/%2e%2e%2fetc", "/..%2Fetc"},
             Case{"/a%2f..%2fb", "/a%2F..%2Fb"},
             Case{"/%61%64min", "/admin"},
             Case{"/%7euser/%41-%5F", "/~user/A-_"},
             Case{"/%c3%a9", "/%C3%A9"},
             Case{"/a%20b", "/a%20b"},
             Case{"/%252e%252e/a", "/%252e%252e/a"},
             Case{"/a%5c..%5Cb", "/a%5C..%5Cb"},
             Case{"/.hidden", "/.hidden"},
             Case{"/...", "/..."},
             Case{"/..a/b..", "/..a/b.."},
             Case{"/a;x=../b", "/a;x=../b"},
         }) {
        EXPECT_EQ(normal(c.path), c.want) << c.path;
        EXPECT_EQ(normal(c.want), c.want) << "normal forms stay as they are";
    }
}

TEST(Normalise, RefusesMalformedEscapesAndNul) {
    for (const char* path :
         {"", "a", "*", "/%", "/%4", "/%zz", "/%4g", "/%g4", "/a%00b", "/%%41", "/a/../%"}) {
        EXPECT_EQ(normal(path), "refused") << path;
    }
}

}  // namespace
}  // namespace portcullis::http
