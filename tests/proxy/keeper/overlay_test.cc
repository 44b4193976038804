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
    EXPECT_FALSE(open_overlay(container));
}

TEST(ConfiguredOverlay, IsWhatASoundFileSays) {
    const test::TempDir dir;
    const auto said = [&](const std::string& text) {
        const auto overlay = configured_overlay(dir.write("a.yaml", text));
        return overlay ? overlay->container + overlay->netns.string() : "none";
    };
    EXPECT_EQ(said("overlay: { container: holder }\n"), "holder");
    EXPECT_EQ(said("overlay: { netns: ns }\n"), (dir.path() / "ns").string());
    EXPECT_EQ(said("services: {}\n"), "none");
    EXPECT_EQ(said("overlay: { container: holder }\nlisten: 1\n"), "none");
    EXPECT_FALSE(configured_overlay(dir.path() / "missing.yaml"));
}

}  // namespace
}  // namespace portcullis::keeper
