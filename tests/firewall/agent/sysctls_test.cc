#include "firewall/agent/sysctls.h"

#include "base/file.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

std::string paths(const std::vector<SysctlNeed>& needs) {
    std::string text;
    for (const SysctlNeed& need : needs) {
        text += need.path + "=" + need.good.front() + (need.needed ? " " : "? ");
    }
    return text;
}

TEST(SysctlNeeds, FollowWhatTheNodeDoes) {
    EXPECT_EQ(paths(sysctl_needs(false, false)), "");
    EXPECT_EQ(paths(sysctl_needs(true, false)), "net/ipv4/tcp_syncookies=1 ");
    EXPECT_EQ(paths(sysctl_needs(true, true)),
              "net/ipv4/tcp_syncookies=1 net/netfilter/nf_conntrack_tcp_loose=0 "
              "net/netfilter/nf_conntrack_tcp_timeout_syn_sent=10? "
              "net/netfilter/nf_conntrack_tcp_timeout_syn_recv=10? ");
}

TEST(EnsureSysctl, SetsWhatIsWrongAndSaysWhy) {
    const test::TempDir root;
    const auto file = root.write("net/x", "0\n");
    const SysctlNeed need{"net/x", {"1", "2"}, "the reason"};
    const SysctlResult first = ensure_sysctl(need, root.path());
    EXPECT_EQ(first.outcome, SysctlOutcome::changed);
    EXPECT_EQ(first.found, "0");
    EXPECT_EQ(first.sentence, "net/x set from 0 to 1: the reason");
    EXPECT_EQ(ensure_sysctl(need, root.path()).outcome, SysctlOutcome::good);
}

TEST(EnsureSysctl, LeavesWhatIsGoodAsItIs) {
    const test::TempDir root;
    const auto file = root.write("net/x", "2\n");
    EXPECT_EQ(ensure_sysctl({"net/x", {"1", "2"}, ""}, root.path()).outcome, SysctlOutcome::good);
    EXPECT_EQ(read_file(file).value(), "2\n");
}

TEST(EnsureSysctl, TellsAbsentFromFailed) {
    const test::TempDir root;
    EXPECT_EQ(ensure_sysctl({"net/none", {"1"}, ""}, root.path()).outcome, SysctlOutcome::absent);
    std::filesystem::create_directories(root.path() / "net/folder");
    const SysctlResult failed = ensure_sysctl({"net/folder", {"1"}, ""}, root.path());
    EXPECT_EQ(failed.outcome, SysctlOutcome::failed);
    EXPECT_NE(failed.sentence.find("Is a directory"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::firewall
