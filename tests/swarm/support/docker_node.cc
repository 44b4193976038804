#include "tests/swarm/support/docker_node.h"

#include "tests/support/process_facts.h"

#include <fmt/format.h>
#include <signal.h>
#include <stdexcept>

namespace portcullis::test {

namespace {

constexpr Timeout kStart = 90s;  // after a restart it cleans up what it finds

constexpr const char* kSweep = R"(
for group in /sys/fs/cgroup/portcullis-*-* /sys/fs/cgroup/*/portcullis-*-*; do
    [ -d "$group" ] || continue
    [ "${group##*/}" = "$NAME" ] || [ ! -d "/proc/${group##*-}" ] || continue
    find "$group" -depth -type d -exec rmdir {} + || exit 1
done
)";

}  // namespace

DockerNode::DockerNode(const NetNamespace& network, std::string name, std::string address)
    : network_{network}, name_{std::move(name)}, address_{std::move(address)} {
    const std::string resolv = dir_.write("resolv.conf", "nameserver " + address_ + "\n");
    std::filesystem::create_directory(dir_.path() / "state");
    const Inside inside{network_};
    daemon_ = std::make_unique<Process>(
        Command{.argv = {"unshare", "--pid", "--fork", "--mount", "--uts", "--mount-proc",
                         "--kill-child", "sh", source("tests/swarm/support/first_process.sh")},
                .environment = {{"NAME", name_},
                                {"STATE", dir_.path() / "state"},
                                {"SOCKET", socket()},
                                {"RESOLV", resolv},
                                {"GROUP", "/" + name_},
                                {"DOCKER_SERVICE_PREFER_OFFLINE_IMAGE", "1"}}});
}

// The control groups are the machine's and outlive the processes in them; also those of a test that
// crashed, whose number is nobody's now.
DockerNode::~DockerNode() {
    daemon_.reset();
    const Command sweep{.argv = {"sh", "-c", kSweep}, .environment = {{"NAME", name_}}};
    eventually([&] { return run(sweep).exit_code == 0; }, 5s);
}

bool DockerNode::pinged() const {
    return run({.argv = {"docker", "-H", "unix://" + socket().string(), "info"}}).exit_code == 0;
}

bool DockerNode::ready() {
    return eventually([&] { return !daemon_->running() || pinged(); }, kStart) &&
           daemon_->running();
}

std::string DockerNode::docker(std::vector<std::string> words) const {
    words.insert(words.begin(), {"docker", "-H", "unix://" + socket().string()});
    std::string out = network_.must(std::move(words));
    while (out.ends_with('\n')) {
        out.pop_back();
    }
    return out;
}

void DockerNode::restart_daemon() {
    // Among the children of the first process, whose own parent is unshare.
    for (const pid_t first : children(daemon_->pid())) {
        for (const pid_t child : children(first)) {
            if (command_line(child).starts_with("dockerd ")) {
                ::kill(child, SIGKILL);
                // The kill is asked for, and done a moment later: it must not be taken for its
                // like.
                eventually([&] { return !command_line(child).starts_with("dockerd "); });
                return;
            }
        }
    }
    throw std::runtime_error{"there is no dockerd to restart"};
}

void DockerNode::stop_daemon() {
    dir_.write(hold().filename().string(), "");
    restart_daemon();
}

void DockerNode::start_daemon() {
    std::filesystem::remove(hold());
}

std::filesystem::path DockerNode::hold() const {
    return socket().string() + ".hold";
}

bool DockerNode::leads() const {
    const Command nodes{.argv = {"docker", "-H", "unix://" + socket().string(), "node", "ls"}};
    return eventually([&] { return run(nodes).exit_code == 0; }, kStart);
}

NetNamespace DockerNode::network_of(const std::string& container) const {
    const std::string key =
        container == "ingress_sbox"
            ? (dir_.path() / "state/exec/netns/ingress_sbox").string()
            : docker({"inspect", "-f", "{{.NetworkSettings.SandboxKey}}", container});
    const std::vector<pid_t> first = children(daemon_->pid());
    return NetNamespace::at(fmt::format("/proc/{}/root{}", first.at(0), key));
}

}  // namespace portcullis::test
