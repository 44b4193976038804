// A real dockerd on a machine of its own: network, process, mount and host name namespaces, and its
// state in memory. All of it, with its containers, is gone when this ends, however that is.
#pragma once

#include "tests/support/net_namespace.h"
#include "tests/support/process.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace portcullis::test {

class DockerNode {
  public:
    // Its network is there already. name is the host name, unlike that of any other node.
    DockerNode(const NetNamespace& network, std::string name, std::string address);
    ~DockerNode();
    DockerNode(const DockerNode&) = delete;
    DockerNode& operator=(const DockerNode&) = delete;

    // False when dockerd does not come up; complaints() says why, as far as dockerd does.
    [[nodiscard]] bool ready();

    [[nodiscard]] std::string complaints() const { return daemon_->err(); }

    // The docker command, without "docker". Gives its output; throws unless it succeeds.
    std::string docker(std::vector<std::string> words) const;

    [[nodiscard]] const std::string& address() const { return address_; }

    // Of the Docker Engine API.
    [[nodiscard]] std::filesystem::path socket() const { return dir_.path() / "docker.sock"; }

    // Kills dockerd; its like is started anew by what watches over it, at once, so that it may be
    // back before anybody has noticed. Containers live on.
    void restart_daemon();

    // Kills dockerd, and keeps it away until start_daemon().
    void stop_daemon();
    void start_daemon();

    // Waits until the swarm that the node manages has a leader again, after a restart.
    [[nodiscard]] bool leads() const;

    // The network of a container by its id, or of "ingress_sbox".
    [[nodiscard]] NetNamespace network_of(const std::string& container) const;

  private:
    [[nodiscard]] bool pinged() const;
    [[nodiscard]] std::filesystem::path hold() const;

    const NetNamespace& network_;
    std::string name_;
    std::string address_;
    TempDir dir_;
    std::unique_ptr<Process> daemon_;
};

}  // namespace portcullis::test
