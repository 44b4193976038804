// The process that the internet talks to has no rights: whoever takes it over reaches nothing of
// root's, neither files nor sockets. At the start, with a keeper, after reloads and upgrades.
#include "tests/support/serving_user.h"

#include "base/file.h"
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <grp.h>
#include <optional>
#include <sstream>
#include <unistd.h>

namespace portcullis::test {
namespace {

constexpr const char* kSameNetwork = "overlay: { netns: /proc/self/ns/net }\n";

constexpr const char* kRootsSocket = R"(
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
os.umask(0o117)
listener.bind(sys.argv[1])
listener.listen()
print('listens', flush=True)
while True:
    listener.accept()
)";

// The value behind "NAME:\t" in a file of /proc/PID/.../status.
std::string fact(const std::string& facts, const std::string& name) {
    const std::size_t at = facts.find("\n" + name + ":\t") + name.size() + 3;
    std::string value = facts.substr(at, facts.find('\n', at) - at);
    return value.substr(0, value.find_last_not_of(" \t") + 1);
}

struct Credentials {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
};

Credentials credentials_of(pid_t pid) {
    const std::string facts = read_file("/proc/" + std::to_string(pid) + "/status").value();
    Credentials found;
    std::istringstream{fact(facts, "Uid")} >> found.uid;
    std::istringstream{fact(facts, "Gid")} >> found.gid;
    std::istringstream groups{fact(facts, "Groups")};
    for (gid_t gid = 0; groups >> gid;) {
        found.groups.push_back(gid);
    }
    return found;
}

class ServingUserTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!user) {
            GTEST_SKIP() << "this process cannot become another user";
        }
        std::filesystem::permissions(roots.path(), std::filesystem::perms{0755});
        std::filesystem::permissions(roots.write("secret", "secret"), std::filesystem::perms{0600});
        address.sun_family = AF_UNIX;
        socket.copy(address.sun_path, sizeof address.sun_path - 1);
        ASSERT_TRUE(listener.says("listens"));
        ASSERT_EQ(::chown(socket.c_str(), 0, 0), 0);
    }

    // What a process that was taken over would try: Docker's socket and a key of somebody else. In
    // a process that has the credentials of that one, or of root.
    [[nodiscard]] std::string attack_as(std::optional<pid_t> pid) const {
        Credentials as;
        if (pid) {
            as = credentials_of(*pid);
        }
        const pid_t child = ::fork();
        if (child == 0) {
            // Other threads of the test may hold the allocator's lock.
            const bool became = ::setgroups(as.groups.size(), as.groups.data()) == 0 &&
                                ::setresgid(as.gid, as.gid, as.gid) == 0 &&
                                ::setresuid(as.uid, as.uid, as.uid) == 0;
            const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
            const bool connects =
                ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
            const bool refused = connects || errno == EACCES;
            const bool reads = ::open(secret.c_str(), O_RDONLY) >= 0;
            const bool both_refused = refused && (reads || errno == EACCES);
            ::_exit(!became || !both_refused ? 4 : (connects ? 1 : 0) + (reads ? 2 : 0));
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        constexpr std::array kMeanings{"nothing", "connects", "reads", "connects and reads"};
        const auto code = static_cast<std::size_t>(WEXITSTATUS(status));
        return code < kMeanings.size() ? kMeanings.at(code) : "the attack could not be tried";
    }

    void expect_powerless(pid_t pid) const {
        const std::string uid = std::to_string(user->uid);
        const std::string gid = std::to_string(user->gid);
        std::size_t threads = 0;
        for (const auto& thread :
             std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
            const std::string facts = read_file(thread.path() / "status").value();
            EXPECT_EQ(fact(facts, "Uid"), uid + "\t" + uid + "\t" + uid + "\t" + uid);
            EXPECT_EQ(fact(facts, "Gid"), gid + "\t" + gid + "\t" + gid + "\t" + gid);
            EXPECT_EQ(fact(facts, "Groups"), "");
            for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
                EXPECT_EQ(fact(facts, set), "0000000000000000") << set;
            }
            EXPECT_EQ(fact(facts, "NoNewPrivs"), "1");
            ++threads;
        }
        EXPECT_GT(threads, 1U) << "a worker, too";
        EXPECT_EQ(attack_as(pid), "nothing");
        const std::string limits = read_file("/proc/" + std::to_string(pid) + "/limits").value();
        EXPECT_NE(limits.find("Max core file size        0                    0 "),
                  std::string::npos)
            << limits;

        // The files below /proc/PID of a process that cannot be dumped are root's.
        struct stat owner {};

        ASSERT_EQ(::stat(("/proc/" + std::to_string(pid) + "/environ").c_str(), &owner), 0);
        EXPECT_EQ(owner.st_uid, 0U) << "another process of its user can read its memory";
    }

    const std::optional<ServingUser> user = serving_user();
    const TempDir roots;
    const std::string secret = (roots.path() / "secret").string();
    const std::string socket = (roots.path() / "docker.sock").string();
    sockaddr_un address{};
    Process listener{{{"python3", "-c", kRootsSocket, socket}}};
    const RawOrigin origin{always(answer("ok"))};
};

// Started by somebody who is in a group that is as good as root.
struct InAGroup {
    InAGroup() {
        const gid_t docker = 4242;
        EXPECT_EQ(::setgroups(1, &docker), 0);
    }

    ~InAGroup() { ::setgroups(0, nullptr); }
};

TEST_F(ServingUserTest, HasNoRightsAfterStartReloadAndUpgrade) {
    EXPECT_EQ(attack_as({}), "connects and reads") << "as root";
    const InAGroup docker;
    ProxyUnderTest proxy{shop_at({origin.port()})};
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    expect_powerless(proxy.serving());
    proxy.reload(shop_at({origin.port()}, {"balance: round_robin"}));
    expect_powerless(proxy.serving());
    proxy.upgrade();
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    expect_powerless(proxy.serving());
    proxy.upgrade();
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok") << "also the successor's successor";
}

TEST_F(ServingUserTest, HasNoRightsUnderAKeeperThatHasFew) {
    const InAGroup docker;
    ProxyUnderTest proxy{shop_at({origin.port()}) + kSameNetwork};
    const pid_t keeper = proxy.process().pid();
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    ASSERT_EQ(children(keeper).size(), 1U);
    expect_powerless(children(keeper).front());
    proxy.process().signal(SIGUSR2);
    EXPECT_TRUE(proxy.process().says("has taken over"));
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    expect_powerless(children(keeper).back());
    const std::string facts = read_file("/proc/" + std::to_string(keeper) + "/status").value();
    // NET_BIND_SERVICE, SYS_ADMIN, SETUID, SETGID, SETPCAP, KILL
    for (const char* set : {"CapPrm", "CapEff", "CapBnd"}) {
        EXPECT_EQ(fact(facts, set), "00000000002005e0") << set;
    }
    EXPECT_EQ(fact(facts, "NoNewPrivs"), "1");
}

// As systemd starts it: User=, AmbientCapabilities=CAP_NET_BIND_SERVICE.
TEST_F(ServingUserTest, NeedsNoRootToStart) {
    const TempDir dir;
    const TestCa ca;
    ca.issue_into(dir, "site", {.names = {"shop.test"}});
    const auto file =
        dir.write("portcullis.yaml",
                  "tls:\n  certificates:\n    - { certificate: site.pem, key: site.key }\n"
                  "services: { shop: { endpoints: [ \"127.0.0.1:1\" ] } }\n"
                  "routes: [ { host: shop.test, service: shop } ]\n");
    Process proxy{
        {{"setpriv", "--reuid", std::to_string(user->uid), "--regid", std::to_string(user->gid),
          "--clear-groups", "--inh-caps", "+net_bind_service", "--ambient-caps",
          "+net_bind_service", "--bounding-set", "-all,+net_bind_service",
          serving_program().string(), "--config", file.string()}}};
    ASSERT_TRUE(proxy.says("server: ready")) << proxy.err();
    const std::string facts = read_file("/proc/" + std::to_string(proxy.pid()) + "/status").value();
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
        EXPECT_EQ(fact(facts, set), "0000000000000000") << set;
    }
    EXPECT_EQ(attack_as(proxy.pid()), "nothing");
    proxy.signal(SIGTERM);
    EXPECT_EQ(proxy.wait(), 0) << proxy.err();
}

TEST_F(ServingUserTest, RefusesToServeAsRootUnlessThatIsAllowed) {
    const TempDir dir;
    const auto file = dir.write("portcullis.yaml", "services: {}\nroutes: []\n");
    const auto err_with = [&](const std::vector<std::string>& options) {
        std::vector<std::string> command{serving_program().string(), "--config", file.string()};
        command.insert(command.end(), options.begin(), options.end());
        const Ended ended = run({command});
        EXPECT_EQ(ended.exit_code, 1) << ended.err;
        return ended.err;
    };
    EXPECT_NE(err_with({"--user", "root"}).find("which the proxy does not serve as"),
              std::string::npos);
    EXPECT_NE(err_with({"--user", "no-such-user"}).find("useradd --system"), std::string::npos);
    ::chmod(file.c_str(), 0600);
    EXPECT_NE(err_with({"--user", "nobody"}).find("let that user's group read it"),
              std::string::npos);
}

TEST_F(ServingUserTest, KeepsServingWhenAReloadCannotReadAKey) {
    const std::string yaml = shop_at({origin.port()});
    ProxyUnderTest proxy{yaml};
    const auto key = proxy.dir().path() / "site.key";
    ::chmod(key.c_str(), 0600);
    const std::string said = proxy.reload(yaml, "was not taken over");
    EXPECT_NE(said.find("let that user's group read it"), std::string::npos) << said;
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    ::chmod(key.c_str(), 0640);
    proxy.reload(yaml);
}

TEST_F(ServingUserTest, SaysThatANewAddressToListenOnTakesARestart) {
    const std::string shop = shop_at({origin.port()});
    ProxyUnderTest proxy{"listen: [ 127.0.0.1 ]\n" + shop};
    const std::string said = proxy.reload("listen: [ 127.0.0.1, 127.0.0.2 ]\n" + shop);
    EXPECT_NE(said.find("'listen' has changed, which takes a restart"), std::string::npos) << said;
    const std::string tried = proxy.upgrade("this process goes on serving");
    EXPECT_NE(tried.find("an address that is new in 'listen' takes a restart"), std::string::npos)
        << tried;
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
}

}  // namespace
}  // namespace portcullis::test
