// A worker that does nothing any more, held by a debugger's means: the watchdog tells of it, and
// SIGTERM still ends the process at the deadline.
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"
#include "tests/support/serving_user.h"

#include <gtest/gtest.h>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <fstream>

namespace portcullis::test {
namespace {

pid_t a_worker(pid_t pid) {
    for (const auto& task :
         std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/task"}) {
        std::string name;
        std::getline(std::ifstream{task.path() / "comm"} >> std::ws, name);
        if (name == "worker") {
            return std::stoi(task.path().filename());
        }
    }
    throw std::runtime_error{"no worker"};
}

void hold(pid_t thread) {
    int status = 0;
    if (::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0 ||
        ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0 ||
        ::waitpid(thread, &status, __WALL) != thread) {
        throw std::runtime_error{"cannot hold a thread"};
    }
}

// Its process cannot be reaped before it.
void reap(pid_t thread) {
    int status = 0;
    while (::waitpid(thread, &status, __WALL) == thread && !WIFEXITED(status) &&
           !WIFSIGNALED(status)) {
    }
}

TEST(StuckWorker, IsToldOfAndKeepsNoProcessFromEnding) {
    const TempDir dir;
    const TestCa ca;
    ca.issue_into(dir, "site", {.names = {"shop.test", "api.test", "*.clinic.test"}});
    dir.write("portcullis.yaml",
              "workers: 2\ntimeouts: { shutdown: 100ms }\nadmin: { socket: admin.sock }\n"
              "tls: { certificates: [ { certificate: site.pem, key: site.key } ] }\n" +
                  shop_at({7001}));
    Process proxy{{.argv = proxy_command(dir.path() / "portcullis.yaml")}};
    ASSERT_TRUE(proxy.says("server: ready")) << proxy.err();
    const pid_t held = a_worker(proxy.pid());
    hold(held);
    EXPECT_TRUE(proxy.says("stalled: its loop has not turned for 5 s")) << proxy.err();
    proxy.signal(SIGTERM);
    EXPECT_TRUE(proxy.says("drain failed: 1 of 2 workers")) << proxy.err();
    reap(held);
    EXPECT_EQ(proxy.wait(), 1);
}

}  // namespace
}  // namespace portcullis::test
