#include "proxy/keeper/overlay.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::keeper {
namespace {

OverlayConfig at(const std::filesystem::path& netns) {
    OverlayConfig config;
    config.netns = netns;
    return config;
}

TEST(OpenOverlay, OpensANetworkNamespaceAndKnowsItAgain) {
    const auto first = open_overlay(at("/proc/self/ns/net"));
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_NE(first->identity, 0U);
    EXPECT_EQ(open_overlay(at("/proc/thread-self/ns/net"))->identity, first->identity);
}

TEST(OpenOverlay, SaysWhatIsNone) {
    const test::TempDir dir;
    const auto file = dir.write("empty", "");
    EXPECT_EQ(open_overlay(at(file)).error().text, file.string() + " is no network namespace");
    EXPECT_EQ(open_overlay(at("/proc/self/ns/mnt")).error().text,
              "/proc/self/ns/mnt is no network namespace");
    EXPECT_FALSE(open_overlay(at(dir.path() / "none")));
    OverlayConfig container;
    container.container = "holder";
    container.docker = dir.path() / "docker.sock";
    EXPECT_TRUE(is_used(container));
    EXPECT_FALSE(open_overlay(container));
    EXPECT_FALSE(is_used({}));
}

}  // namespace
}  // namespace portcullis::keeper
