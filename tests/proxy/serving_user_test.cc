#include "proxy/serving_user.h"

#include "base/file.h"
#include "proxy/privileges.h"
#include "tests/support/serving_user.h"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <functional>
#include <grp.h>
#include <signal.h>
#include <unistd.h>

namespace portcullis {
namespace {

const UserChoice kNobody{"nobody", true, false};

// In a process of its own: what it gives up it does not get back. The text is what the claim is
// given to say, empty for none.
std::string said_in_a_child(const std::function<std::string()>& claim) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string text = claim();
        [[maybe_unused]] const auto written = ::write(pipe[1], text.data(), text.size());
        ::_exit(0);
    }
    ::close(pipe[1]);
    std::string text;
    std::array<char, 512> bytes{};
    for (ssize_t size = 0; (size = ::read(pipe[0], bytes.data(), bytes.size())) > 0;) {
        text.append(bytes.data(), static_cast<std::size_t>(size));
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << text;
    return text;
}

std::string error_of(const Result<void>& result) {
    return result ? "" : result.error().text;
}

class AsRoot : public testing::Test {
  protected:
    void SetUp() override {
        if (!test::serving_user()) {
            GTEST_SKIP() << "this process cannot become another user";
        }
    }
};

TEST_F(AsRoot, BecomesTheUserWithItsGroupAloneAndMayStillBind) {
    const auto user = *test::serving_user();
    const std::string facts = said_in_a_child([&] {
        const gid_t docker = 4242;
        ::setgroups(1, &docker);
        const auto became = become_serving_user(kNobody, kStartCapabilities);
        return became ? read_file("/proc/self/status").value() : became.error().text;
    });
    const std::string uid = std::to_string(user.uid);
    const std::string gid = std::to_string(user.gid);
    for (const std::string& line :
         {"Uid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid,
          "Gid:\t" + gid + "\t" + gid + "\t" + gid + "\t" + gid, std::string{"Groups:\t "},
          std::string{"CapEff:\t0000000000000400"}, std::string{"CapPrm:\t0000000000000400"},
          std::string{"CapBnd:\t0000000000000000"}, std::string{"NoNewPrivs:\t1"}}) {
        EXPECT_NE(facts.find("\n" + line + "\n"), std::string::npos) << line << " in\n" << facts;
    }
}

TEST_F(AsRoot, CannotComeBack) {
    EXPECT_EQ(said_in_a_child([] {
                  if (const auto became = become_serving_user(kNobody, kStartCapabilities);
                      !became) {
                      return became.error().text;
                  }
                  return std::string{::setresuid(0, 0, 0) == 0 ? "is root again" : ""};
              }),
              "");
}

TEST_F(AsRoot, StillEndsWithWhoStartedIt) {
    EXPECT_EQ(said_in_a_child([] {
                  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
                  const auto became = become_serving_user(kNobody, kStartCapabilities);
                  int signal = 0;
                  ::prctl(PR_GET_PDEATHSIG, &signal);
                  return std::to_string(signal);
              }),
              std::to_string(SIGTERM));
}

TEST_F(AsRoot, ServesAsRootOnlyWhenThatIsSaid) {
    EXPECT_NE(said_in_a_child([] {
                  return error_of(become_serving_user({"root", true, false}, kStartCapabilities));
              }).find("--allow-root"),
              std::string::npos);
    EXPECT_EQ(said_in_a_child([] {
                  const auto stayed =
                      become_serving_user({"portcullis", false, true}, kStartCapabilities);
                  return ::geteuid() == 0 ? error_of(stayed) : "is another user";
              }),
              "");
}

TEST_F(AsRoot, SaysWhatToDoWhenTheRightToChangeIsMissing) {
    EXPECT_EQ(said_in_a_child([] {
                  (void)keep_capabilities(kStartCapabilities);
                  return error_of(become_serving_user(kNobody, kStartCapabilities));
              }).find("the supplementary groups"),
              std::string::npos)
        << "root has none that are not its own";
    EXPECT_NE(said_in_a_child([] {
                  (void)keep_capabilities(kStartCapabilities);
                  return error_of(become_serving_user(kNobody, kStartCapabilities));
              }).find("root needs CAP_SETUID and CAP_SETGID"),
              std::string::npos);
}

TEST_F(AsRoot, AnotherUserStaysWhoItIsUnlessItIsToBeSomebodyElse) {
    const auto as_nobody = [](const UserChoice& choice) {
        return said_in_a_child([&] {
            (void)become_serving_user(kNobody, {});
            return error_of(become_serving_user(choice, {}));
        });
    };
    EXPECT_EQ(as_nobody({"portcullis", false, false}), "");
    EXPECT_EQ(as_nobody(kNobody), "") << "the successor of an upgrade";
    EXPECT_NE(as_nobody({"daemon", true, false}).find("cannot become 'daemon'"), std::string::npos);
}

// "docker" is as good as root.
TEST_F(AsRoot, AGroupThatCannotBeGivenUpIsRefused) {
    EXPECT_NE(
        said_in_a_child([] {
            const gid_t docker = 4242;
            ::setgroups(1, &docker);
            const auto user = *test::serving_user();
            ::setresgid(user.gid, user.gid, user.gid);
            ::setresuid(user.uid, user.uid, user.uid);
            return error_of(become_serving_user({"portcullis", false, false}, kStartCapabilities));
        }).find("the supplementary groups (4242) cannot be given up"),
        std::string::npos);
}

TEST(FindUser, SaysHowAUserIsMade) {
    const auto found = find_user("no-such-user");
    ASSERT_FALSE(found);
    EXPECT_TRUE(found.error().text.starts_with("the user 'no-such-user' does not exist: 'useradd "))
        << found.error().text;
    EXPECT_EQ(find_user("root").value().uid, 0U);
}

}  // namespace
}  // namespace portcullis
