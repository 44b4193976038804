#include "tests/swarm/support/swarm.h"

#include "tests/support/eventually.h"

#include <fmt/format.h>
#include <regex>
#include <stdexcept>
#include <unistd.h>

namespace portcullis::test {

namespace {

std::string node_name(const char* name) {
    return fmt::format("portcullis-{}-{}", name, ::getpid());
}

std::vector<std::string> echo_on(const char* port) {
    return {"busybox", "nc", "-ll", "-p", port, "-e", "busybox", "cat"};
}

std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

// The routing mesh's own sandbox on docker_gwbridge: dockerd makes it in the background, so a task
// may have taken the first address before it.
std::string mesh_address(const DockerNode& node) {
    static const std::regex address{R"(inet (172\.18\.[0-9]+\.[0-9]+)/)"};
    std::smatch match;
    std::string said;
    const bool there = eventually([&] {
        try {
            said = node.network_of("ingress_sbox").must({"ip", "-4", "-oneline", "address"});
        } catch (const std::runtime_error& not_yet) {
            said = not_yet.what();
        }
        return std::regex_search(said, match, address);
    });
    if (!there) {
        throw std::runtime_error{"the routing mesh has no address on docker_gwbridge: " + said};
    }
    return match[1];
}

}  // namespace

Swarm::Swarm()
    : one{one_network, node_name("one"), "11.22.33.11"},
      two{two_network, node_name("two"), "11.22.33.12"} {
    // What the link carries between the nodes is not for outside to look at.
    outside.set("net/bridge/bridge-nf-call-iptables", "0");
    outside.set("net/bridge/bridge-nf-call-ip6tables", "0");
    outside.must(
        {"ip", "-batch", "-"},
        fmt::format(
            "link add link0 type bridge\nlink set link0 up\naddr add 11.22.33.1/24 dev link0\n"
            "addr add 2a00:77::1/64 dev link0 nodad\n"
            "link add one master link0 type veth peer name eth0 address 02:00:00:00:00:11"
            " netns {}\n"
            "link add two master link0 type veth peer name eth0 address 02:00:00:00:00:12"
            " netns {}\nlink set one up\nlink set two up\n",
            one_network.path(), two_network.path()));
    for (const auto& [network, last] : {std::pair{&one_network, 11}, {&two_network, 12}}) {
        network->must({"ip", "-batch", "-"},
                      fmt::format("link set eth0 up\naddr add 11.22.33.{0}/24 dev eth0\n"
                                  "addr add 2a00:77::{0}/64 dev eth0 nodad\n"
                                  "route add default via 11.22.33.1\n"
                                  "route add default via 2a00:77::1\n",
                                  last));
    }
}

std::string Swarm::start() {
    for (DockerNode* node : {&one, &two}) {
        if (!node->ready()) {
            return "dockerd does not run here: " + node->complaints();
        }
        import_image(*node);
    }
    join();
    publish();
    emulate_routing_mesh();
    return {};
}

void Swarm::import_image(const DockerNode& node) const {
    const TempDir dir;
    const std::string archive = dir.path() / "image.tar";
    outside.must({"tar", "-C", "/bin", "-cf", archive, "--transform", "s,^,bin/,", "busybox"});
    node.docker({"import", "--change", "ENV PATH=/bin", archive, "echo"});
}

void Swarm::join() const {
    one.docker({"swarm", "init", "--advertise-addr", one.address()});
    two.docker({"swarm", "join", "--advertise-addr", two.address(), "--token",
                one.docker({"swarm", "join-token", "-q", "worker"}), one.address() + ":2377"});
    one.docker({"network", "create", "--driver", "overlay", "--subnet", "10.10.0.0/24", "inner"});
}

void Swarm::create_service(const std::vector<std::string>& options, const char* port) const {
    one.docker(
        joined(joined({"service", "create", "--detach", "--no-resolve-image", "--stop-signal",
                       "KILL", "--mode", "global", "--endpoint-mode", "dnsrr"},
                      options),
               joined({"echo"}, echo_on(port))));
}

void Swarm::publish_service(const std::string& name, const std::string& port) const {
    create_service({"--name", name, "--publish", "mode=host,target=8080,published=" + port},
                   "8080");
}

void Swarm::publish() const {
    create_service({"--name", "overlay", "--network", "inner", "--publish",
                    "mode=host,target=8080,published=18080"},
                   "8080");
    publish_service("bridge", "18081");
    create_service({"--name", "host", "--network", "host"}, "18083");
    for (const DockerNode* node : {&one, &two}) {
        run_published(*node, "18084");
    }
}

std::string Swarm::run_published(const DockerNode& node, const std::string& port) const {
    return node.docker(
        joined({"run", "--detach", "--stop-signal", "KILL", "--publish", port + ":8080", "echo"},
               echo_on("8080")));
}

void Swarm::emulate_routing_mesh() const {
    for (const auto& [node, network] : {std::pair{&one, &one_network}, {&two, &two_network}}) {
        network->must(
            {"iptables-restore", "--noflush"},
            "*nat\n:DOCKER-INGRESS - [0:0]\n"
            "-A DOCKER-INGRESS -p tcp -m tcp --dport 18082 -j DNAT --to-destination " +
                mesh_address(*node) +
                ":18082\n"
                "-A DOCKER-INGRESS -j RETURN\n"
                "-I PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS\n"
                "-I OUTPUT -m addrtype --dst-type LOCAL -j DOCKER-INGRESS\n"
                "-I POSTROUTING -o docker_gwbridge -m addrtype --src-type LOCAL -j "
                "MASQUERADE\nCOMMIT\n"
                "*filter\n:DOCKER-INGRESS - [0:0]\n"
                "-A DOCKER-INGRESS -p tcp -m tcp --dport 18082 -j ACCEPT\n"
                "-A DOCKER-INGRESS -p tcp -m state --state RELATED,ESTABLISHED -m tcp --sport 18082"
                " -j ACCEPT\n"
                "-A DOCKER-INGRESS -j RETURN\n-I FORWARD -j DOCKER-INGRESS\nCOMMIT\n");
    }
}

std::string Swarm::task(const DockerNode& node) const {
    return node.docker(
        {"ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=overlay"});
}

NetNamespace Swarm::task_network(const DockerNode& node) const {
    return node.network_of(task(node));
}

std::string Swarm::task_address(const DockerNode& node) const {
    return node.docker(
        {"inspect", "-f", "{{.NetworkSettings.Networks.inner.IPAddress}}", task(node)});
}

}  // namespace portcullis::test
