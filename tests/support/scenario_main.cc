// The main of every test that needs port 443 or real peers: enters a network of its own first.
// Where the kernel refuses one, the tests are skipped and say so; under CI=true they fail instead,
// so that nothing is skipped unseen.
#include "tests/support/private_network.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <signal.h>
#include <string>
#include <utility>

namespace portcullis::test {
namespace {

class PrivateNetwork : public testing::Environment {
  public:
    explicit PrivateNetwork(Result<Entered> entered) : entered_{std::move(entered)} {}

    void SetUp() override {
        if (entered_) {
            return;
        }
        const std::string reason =
            "these tests need a network of their own: " + entered_.error().text +
            " (run as root, or allow user namespaces)";
        const char* ci = std::getenv("CI");
        if (ci != nullptr && std::string{ci} == "true") {
            FAIL() << reason;
        }
        GTEST_SKIP() << reason;
    }

  private:
    Result<Entered> entered_;
};

}  // namespace
}  // namespace portcullis::test

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is a result, not the end; OpenSSL writes
                                 // without MSG_NOSIGNAL
    testing::InitGoogleTest(&argc, argv);
    if (!GTEST_FLAG_GET(list_tests)) {
        using namespace portcullis::test;
        testing::AddGlobalTestEnvironment(
            new PrivateNetwork{enter_private_network()});  // GoogleTest owns it
    }
    return RUN_ALL_TESTS();
}
