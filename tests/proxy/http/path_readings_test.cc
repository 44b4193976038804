#include "proxy/http/path_readings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::http {
namespace {

bool reads(std::string_view path, std::string_view reading) {
    const auto readings = path_readings(path);
    EXPECT_TRUE(readings.complete) << path;
    EXPECT_EQ(readings.paths.front(), path);
    return std::find(readings.paths.begin(), readings.paths.end(), reading) != readings.paths.end();
}

TEST(PathReadings, AreWhatOriginsMakeOfAPath) {
    const struct {
        const char* origin;
        const char* path;
        const char* reading;
    } cases[] = {
        {"decodes slashes", "/admin%2Fx", "/admin/x"},
        {"decodes slashes, then dots", "/x/..%2fadmin", "/admin"},
        {"decodes slashes, then dots", "/x/..%2Fadmin", "/x/../admin"},
        {"joins slashes", "//admin", "/admin"},
        {"decodes and joins", "/%2Fadmin", "/admin"},
        {"parses the target as a URL", "//x/admin", "/admin"},
        {"takes backslashes for slashes", "/x\\..\\admin", "/admin"},
        {"decodes backslashes", "/x/%5C../admin", "/x/admin"},
        {"decodes backslashes, joins", "/x%5C../admin", "/admin"},
        {"cuts parameters", "/public/..;x/staff", "/staff"},
        {"cuts parameters", "/staff;a=b/x", "/staff/x"},
        {"decodes, then cuts", "/staff%3Ba=b/x", "/staff/x"},
        {"decodes, then looks for a query", "/staff%3Fx", "/staff"},
        {"decodes twice", "/%2561dmin", "/admin"},
        {"decodes twice", "/x/%252e%252e%252fadmin", "/admin"},
        {"decodes twice, in C", "/staff%2500.css", "/staff"},
        {"decodes twice, at the second time slashes", "/x/..%252Fadmin", "/admin"},
        {"resolves dots, then joins", "/a//../b", "/a/b"},
        {"joins, then resolves dots", "/a//../b", "/b"},
        {"resolves dots in front of another that decodes again",
         "/pub%2Fb%252Fc%2F..%2F%252e%252e%2Fstaff", "/staff"},
        {"cuts before it takes backslashes", "/x;p\\q/..\\staff", "/staff"},
        {"leaves dots", "/staff/../x", "/staff/../x"},
        {"resolves what was sent as written", "/staff/../x", "/x"},
    };

    for (const auto& c : cases) {
        EXPECT_TRUE(reads(c.path, c.reading)) << c.origin << ": " << c.path;
    }
}

TEST(PathReadings, OfAnOrdinaryPathIsThePathAlone) {
    for (const char* path :
         {"/", "/a/b.c/~d", "/Api/V1", "/a/.well-known/x", "/a..b/...", "/@s/n"}) {
        EXPECT_FALSE(path_marks(path).structure) << path;
        EXPECT_EQ(path_readings(path).paths, std::vector<std::string>{path});
    }
    EXPECT_TRUE(path_marks("/Api").upper_case);
    EXPECT_FALSE(path_marks("/api").upper_case);
    for (const char* path : {"/a%20b", "/a\\b", "/a;b", "//", "/a//", "/.", "/..", "/a/../b"}) {
        EXPECT_TRUE(path_marks(path).structure) << path;
    }
}

TEST(PathReadings, BeginWithASlash) {
    for (const char* path : {"/;x", "/%3Fx", "//", "///x", "/%2F%2F", "/\\..\\", "/%00", "/..;/"}) {
        for (const std::string& reading : path_readings(path).paths) {
            EXPECT_TRUE(reading.starts_with('/')) << path << " " << reading;
        }
    }
}

// An honest long path has few readings; one that is made to have many is given up.
TEST(PathReadings, AreBounded) {
    std::string honest = "/a";
    for (int i = 0; i < 500; ++i) {
        honest += "%25E4%25B8%25AD%2F";
    }
    EXPECT_TRUE(path_readings(honest).complete);
    std::string hostile;
    for (int i = 0; i < 12; ++i) {
        hostile += "/;\\a%255C..%3B%252F//..\\%2F;";
    }
    const auto readings = path_readings(hostile);
    EXPECT_FALSE(readings.complete);
    std::size_t bytes = 0;
    for (const std::string& reading : readings.paths) {
        bytes += reading.size();
    }
    EXPECT_LE(bytes, std::max(kReadingBytesMax, 16 * hostile.size()));
    EXPECT_LE(readings.paths.size(), kReadingsMax);
}

}  // namespace
}  // namespace portcullis::http
