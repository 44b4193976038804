// A gibibyte each way passes through without staying: memory is that of a few buffers.
#include "tests/support/nginx.h"
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMebibyte = 1 << 20;
constexpr std::int64_t kGibibyte = 1 << 30;

std::string sparse_file(const TempDir& dir, const std::string& name, std::int64_t size) {
    dir.write(name, "");
    std::filesystem::resize_file(dir.path() / name, static_cast<std::uintmax_t>(size));
    return dir.path() / name;
}

// The sanitizers' allocator keeps freed memory back to find its late use; what it keeps is not the
// proxy's.
class LargeBodies : public testing::Test {
  protected:
    LargeBodies() { ::setenv("ASAN_OPTIONS", "quarantine_size_mb=1", 1); }

    ~LargeBodies() override { ::unsetenv("ASAN_OPTIONS"); }

    // By how much the proxy's memory grows over a transfer, after a smaller one has warmed it up.
    template <class Transfer>
    static std::int64_t growth(ProxyUnderTest& proxy, Transfer transfer) {
        transfer(64 * kMebibyte);
        const auto before = static_cast<std::int64_t>(resident_bytes(proxy.process().pid()));
        transfer(kGibibyte);
        return static_cast<std::int64_t>(resident_bytes(proxy.process().pid())) - before;
    }
};

TEST_F(LargeBodies, PassToTheClient) {
    const Nginx origin{7001, "location / {}"};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001})};
    const auto grown = growth(proxy, [&](std::int64_t size) {
        sparse_file(origin.dir(), "file", size);
        const Fetched fetched = proxy.get(
            "https://shop.test/file",
            {"--max-time", "100", "--output", "/dev/null", "--write-out", "%{size_download}"});
        EXPECT_EQ(fetched.exit_code, 0);
    });
    EXPECT_LT(grown, 2 * kMebibyte);
    EXPECT_EQ(proxy.count("answer_bytes_total"), kGibibyte + 64 * kMebibyte);
}

TEST_F(LargeBodies, PassToTheOrigin) {
    Process sink{{.argv = {source("tests/scenarios/upload_sink.py"), "7001"}}};
    ASSERT_TRUE(sink.says("ready")) << sink.err();
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001})};
    const auto grown = growth(proxy, [&](std::int64_t size) {
        const std::string file = sparse_file(proxy.dir(), "file", size);
        const Fetched fetched =
            proxy.get("https://shop.test/file",
                      {"--max-time", "100", "--header", "Expect:", "--upload-file", file});
        EXPECT_EQ(fetched.body, std::to_string(size));
    });
    EXPECT_LT(grown, 2 * kMebibyte);
    EXPECT_EQ(proxy.count("request_bytes_total"), kGibibyte + 64 * kMebibyte);
}

}  // namespace
}  // namespace portcullis::test
