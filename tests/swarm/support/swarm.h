// A swarm of two nodes on one link with an attacker, and on it a service or container for each way
// that Docker has to publish a port:
//
//   outside 11.22.33.1 --+-- one 11.22.33.11  manager
//                        '-- two 11.22.33.12  worker
//
//   18080 host mode, on an overlay    18081 host mode, on the bridge    18082 routing mesh
//   18083 host network                18084 docker run -p
//
// The image is Debian's static busybox; every service is its nc, which echoes. This kernel may lack
// ip_vs, without which dockerd programs no routing mesh: its rules are written here in its stead.
#pragma once

#include "tests/swarm/support/docker_node.h"

namespace portcullis::test {

class Swarm {
  public:
    Swarm();

    // Empty when all of it runs; otherwise why not. Once.
    std::string start();

    NetNamespace outside, one_network, two_network;
    DockerNode one, two;

    // A service like 18081, on that port of every node. Its tasks come up a little later.
    void publish_service(const std::string& name, const std::string& port) const;

    // A container on the node that publishes the port, as 18084; gives its id.
    std::string run_published(const DockerNode& node, const std::string& port) const;

    // Of the overlay's task on the node: its network, and its address there.
    [[nodiscard]] NetNamespace task_network(const DockerNode& node) const;
    [[nodiscard]] std::string task_address(const DockerNode& node) const;

  private:
    [[nodiscard]] std::string task(const DockerNode& node) const;
    void import_image(const DockerNode& node) const;
    void join() const;
    void create_service(const std::vector<std::string>& options, const char* port) const;
    void publish() const;
    void emulate_routing_mesh() const;
};

}  // namespace portcullis::test
