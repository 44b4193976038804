#include "tests/kernel/support/docker_rules.h"

#include <fmt/format.h>

namespace portcullis::test {

namespace {

// [2001:db8::1]:80
std::string destination(const Published& published) {
    return published.container.find(':') == std::string::npos
               ? fmt::format("{}:{}", published.container, published.port)
               : fmt::format("[{}]:{}", published.container, published.port);
}

std::string nat(const DockerRules& rules) {
    const bool mesh = !rules.ingress_target.empty();
    std::string text = "*nat\n:DOCKER - [0:0]\n";
    if (mesh) {
        text +=
            ":DOCKER-INGRESS - [0:0]\n"
            "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS\n"
            "-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER-INGRESS\n"
            "-A POSTROUTING -o docker_gwbridge -m addrtype --src-type LOCAL -j MASQUERADE\n"
            "-A POSTROUTING -s 172.18.0.0/16 ! -o docker_gwbridge -j MASQUERADE\n";
        for (const std::uint16_t port : rules.ingress_ports) {
            text += fmt::format(
                "-A DOCKER-INGRESS -p tcp -m tcp --dport {0} -j DNAT --to-destination {1}:{0}\n",
                port, rules.ingress_target);
        }
        text += "-A DOCKER-INGRESS -j RETURN\n";
    }
    text += fmt::format(
        "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n"
        "-A OUTPUT ! -d {} -m addrtype --dst-type LOCAL -j DOCKER\n"
        "-A POSTROUTING -s {} ! -o {} -j MASQUERADE\n"
        "-A DOCKER -i {} -j RETURN\n",
        rules.ipv6 ? "::1/128" : "127.0.0.0/8", rules.subnet, rules.bridge, rules.bridge);
    for (const Published& published : rules.published) {
        for (const char* protocol : {"tcp", "udp"}) {
            text += fmt::format(
                "-A POSTROUTING -s {0} -d {0} -p {1} -m {1} --dport {2} -j MASQUERADE\n"
                "-A DOCKER ! -i {3} -p {1} -m {1} --dport {4} -j DNAT --to-destination {5}\n",
                published.container, protocol, published.port, rules.bridge, published.host_port,
                destination(published));
        }
    }
    return text + "COMMIT\n";
}

std::string filter(const DockerRules& rules) {
    std::string text =
        "*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n:DOCKER-USER - [0:0]\n"
        ":DOCKER-ISOLATION-STAGE-1 - [0:0]\n:DOCKER-ISOLATION-STAGE-2 - [0:0]\n";
    if (!rules.ingress_target.empty()) {
        text += ":DOCKER-INGRESS - [0:0]\n";
        text += "-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-INGRESS\n";
        for (const std::uint16_t port : rules.ingress_ports) {
            text += fmt::format(
                "-A DOCKER-INGRESS -p tcp -m tcp --dport {0} -j ACCEPT\n"
                "-A DOCKER-INGRESS -p tcp -m state --state RELATED,ESTABLISHED -m tcp --sport {0}"
                " -j ACCEPT\n",
                port);
        }
        text +=
            "-A DOCKER-INGRESS -j RETURN\n"
            "-A FORWARD -i docker_gwbridge ! -o docker_gwbridge -j ACCEPT\n"
            "-A FORWARD -o docker_gwbridge -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
    }
    text += fmt::format(
        "-A FORWARD -j DOCKER-ISOLATION-STAGE-1\n"
        "-A FORWARD -o {0} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        "-A FORWARD -o {0} -j DOCKER\n"
        "-A FORWARD -i {0} ! -o {0} -j ACCEPT\n"
        "-A FORWARD -i {0} -o {0} -j ACCEPT\n"
        "-A DOCKER-ISOLATION-STAGE-1 -i {0} ! -o {0} -j DOCKER-ISOLATION-STAGE-2\n"
        "-A DOCKER-ISOLATION-STAGE-1 -j RETURN\n"
        "-A DOCKER-ISOLATION-STAGE-2 -o {0} -j DROP\n"
        "-A DOCKER-ISOLATION-STAGE-2 -j RETURN\n"
        "-A DOCKER-USER -j RETURN\n",
        rules.bridge);
    for (const Published& published : rules.published) {
        for (const char* protocol : {"tcp", "udp"}) {
            text += fmt::format(
                "-A DOCKER -d {0} ! -i {1} -o {1} -p {2} -m {2} --dport {3} -j ACCEPT\n",
                published.container, rules.bridge, protocol, published.port);
        }
    }
    return text + "COMMIT\n";
}

}  // namespace

std::string docker_rules(const DockerRules& rules) {
    return nat(rules) + filter(rules);
}

}  // namespace portcullis::test
