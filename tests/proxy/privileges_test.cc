#include "proxy/privileges.h"

#include "base/file.h"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <functional>
#include <string>
#include <unistd.h>

namespace portcullis {
namespace {

// In a process of its own: what it gives up it does not get back.
bool holds_in_a_child(const std::function<bool()>& claim) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(claim() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool status_says(const std::string& line) {
    const auto status = read_file("/proc/self/status");
    return status && status->find("\n" + line + "\n") != std::string::npos;
}

TEST(DropCapabilities, LeavesNoneAndNoWayToWinThemBack) {
    for (const std::string set : {"CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd"}) {
        if (set == "CapBnd" && ::geteuid() != 0) {
            continue;  // dropping from it takes a capability
        }
        EXPECT_TRUE(holds_in_a_child([&] {
            return drop_capabilities().has_value() && status_says(set + ":\t0000000000000000");
        })) << set;
    }
    EXPECT_TRUE(holds_in_a_child(
        [] { return drop_capabilities().has_value() && status_says("NoNewPrivs:\t1"); }));
}

TEST(DropCapabilities, CanBeDoneTwice) {
    EXPECT_TRUE(holds_in_a_child(
        [] { return drop_capabilities().has_value() && drop_capabilities().has_value(); }));
}

TEST(KeepCapabilities, LosesAllOthersAndGainsNone) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "there is nothing to keep";
    }
    EXPECT_TRUE(holds_in_a_child([] {
        return keep_capabilities(kStartCapabilities).has_value() &&
               status_says("CapEff:\t0000000000000400") &&
               status_says("CapPrm:\t0000000000000400") &&
               keep_capabilities(kKeptStartCapabilities).has_value() &&
               status_says("CapPrm:\t0000000000000400");
    }));
}

TEST(LimitCapabilities, HoldsForProgramsThatAreExecuted) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "dropping from the bounding set takes a capability";
    }
    EXPECT_TRUE(holds_in_a_child([] {
        return limit_capabilities(kStartCapabilities).has_value() &&
               status_says("CapBnd:\t0000000000000400") && status_says("NoNewPrivs:\t1");
    }));
}

TEST(SealMemory, ForbidsCoreFilesAndDebuggers) {
    EXPECT_TRUE(holds_in_a_child([] {
        rlimit core{};
        const bool sealed = seal_memory().has_value();
        ::getrlimit(RLIMIT_CORE, &core);
        return sealed && core.rlim_cur == 0 && core.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0;
    }));
}

TEST(RaiseDescriptorLimit, GoesAsFarAsTheHardLimit) {
    EXPECT_TRUE(holds_in_a_child([] {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = 64;
        ::setrlimit(RLIMIT_NOFILE, &limit);
        raise_descriptor_limit();
        rlimit now{};
        ::getrlimit(RLIMIT_NOFILE, &now);
        return now.rlim_cur == limit.rlim_max && now.rlim_max == limit.rlim_max;
    }));
}

}  // namespace
}  // namespace portcullis
