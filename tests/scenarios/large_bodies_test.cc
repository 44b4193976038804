// A quarter of a gibibyte each way passes through without staying: memory is that of a few buffers.
#include "tests/support/nghttpd.h"
#include "tests/support/nginx.h"
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <ostream>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMebibyte = 1 << 20;
// Two hundred times what the proxy holds of a body. More would measure the machine: beside a busy
// loop on both cores the sanitized proxy passes 20 MiB a second.
constexpr std::int64_t kLarge = 256 * kMebibyte;

std::string sparse_file(const TempDir& dir, const std::string& name, std::int64_t size) {
    dir.write(name, "");
    std::filesystem::resize_file(dir.path() / name, static_cast<std::uintmax_t>(size));
    return dir.path() / name;
}

// How the two sides speak.
struct ProtocolPair {
    std::string client;  // curl's option
    std::string origin;  // of the service
};

void PrintTo(const ProtocolPair& pair, std::ostream* out) {
    *out << pair.client << " to " << pair.origin;
}

// The sanitizers' allocator keeps freed memory back to find its late use; what it keeps is not the
// proxy's.
class LargeBodies : public testing::TestWithParam<ProtocolPair> {
  protected:
    LargeBodies() { ::setenv("ASAN_OPTIONS", "quarantine_size_mb=1", 1); }

    ~LargeBodies() override { ::unsetenv("ASAN_OPTIONS"); }

    // By how much the proxy's memory grows over a transfer, after a smaller one has warmed it up.
    template <class Transfer>
    static std::int64_t growth(ProxyUnderTest& proxy, Transfer transfer) {
        transfer(64 * kMebibyte);
        const auto before = static_cast<std::int64_t>(resident_bytes(proxy.process().pid()));
        transfer(kLarge);
        return static_cast<std::int64_t>(resident_bytes(proxy.process().pid())) - before;
    }

    static std::string configuration() {
        return "workers: 1\n" + shop_at({7001}, {"protocol: " + GetParam().origin});
    }

    static Fetched fetch(const ProxyUnderTest& proxy, const std::string& file,
                         std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {GetParam().client, "--max-time", "100"});
        return proxy.get("https://shop.test/" + file, arguments);
    }

    static bool is_http2() { return GetParam().origin == "h2c"; }
};

TEST_P(LargeBodies, PassToTheClient) {
    std::optional<Nginx> nginx;
    std::optional<Nghttpd> nghttpd;
    const TempDir& files = is_http2() ? nghttpd.emplace(std::uint16_t{7001}).dir()
                                      : nginx.emplace(std::uint16_t{7001}, "location / {}").dir();
    ProxyUnderTest proxy{configuration()};
    const auto grown = growth(proxy, [&](std::int64_t size) {
        const std::string name = std::to_string(size);  // nghttpd remembers what a file was
        sparse_file(files, name, size);
        const Fetched fetched = fetch(proxy, name, {"--output", "/dev/null"});
        EXPECT_EQ(fetched.exit_code, 0);
    });
    EXPECT_LT(grown, 4 * kMebibyte);
    EXPECT_EQ(proxy.count("answer_bytes_total"), kLarge + 64 * kMebibyte);
}

TEST_P(LargeBodies, PassToTheOrigin) {
    std::optional<Process> sink;
    std::optional<Nghttpd> nghttpd;
    if (is_http2()) {
        nghttpd.emplace(std::uint16_t{7001}).dir().write("file", "taken");
    } else {
        sink.emplace(Command{{source("tests/scenarios/upload_sink.py"), "7001"}});
        ASSERT_TRUE(sink->says("ready")) << sink->err();
    }
    ProxyUnderTest proxy{configuration()};
    const auto grown = growth(proxy, [&](std::int64_t size) {
        const std::string file = sparse_file(proxy.dir(), "file", size);
        const Fetched fetched =
            fetch(proxy, "file", {"--header", "Expect:", "--upload-file", file});
        EXPECT_EQ(fetched.body, is_http2() ? "taken" : std::to_string(size));
    });
    EXPECT_LT(grown, 4 * kMebibyte);
    EXPECT_EQ(proxy.count("request_bytes_total"), kLarge + 64 * kMebibyte);
}

INSTANTIATE_TEST_SUITE_P(
    Of, LargeBodies,
    testing::Values(ProtocolPair{"--http1.1", "http1"}, ProtocolPair{"--http1.1", "h2c"},
                    ProtocolPair{"--http2", "http1"}, ProtocolPair{"--http2", "h2c"}),
    [](const auto& pair) {
        return std::string{pair.param.client == "--http2" ? "Http2" : "Http1"} + "To" +
               (pair.param.origin == "h2c" ? "Http2" : "Http1");
    });

}  // namespace
}  // namespace portcullis::test
