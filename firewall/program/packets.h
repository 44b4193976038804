// The packet classes of a proof: what the policy names and what the program compares with, put
// together, and each ordinary packet once more with every single thing wrong with it.
#pragma once

#include "firewall/program/constants.h"
#include "firewall/program/expect.h"
#include "firewall/program/packet.h"

#include <functional>
#include <string>
#include <vector>

namespace portcullis::firewall {

struct Link {
    std::uint32_t index = 0;
    std::string name;
    std::string kind;
};

class PacketClasses {
  public:
    // All must outlive it.
    PacketClasses(const Program& program, const FirewallConfig& policy, const Facts& facts,
                  const Expectation& expectation);

    // Calls visit for each packet; stops when it says false.
    using Visit = std::function<bool(const Packet&)>;
    bool each(const Visit& visit) const;

    // One of each kind that a wire may bring, by a side that is outside: for other questions.
    [[nodiscard]] std::vector<Packet> ordinary(const Link& link) const;

    [[nodiscard]] const std::vector<Link>& outside() const { return outside_; }

  private:
    struct Family {
        bool four;
        Field source, target;
        std::vector<Bytes> sources;
        Bytes local;
    };

    [[nodiscard]] bool is_real(const Link& link) const;
    void find_links();
    void find_sources();
    bool sweep(const Link& link, bool thin, const Visit& visit) const;
    bool sweep_tcp(const Link& link, const Family& family, bool thin, const Visit& visit) const;
    bool sweep_udp(const Link& link, const Family& family, bool thin, const Visit& visit) const;
    bool sweep_icmp(const Link& link, const Family& family, const Visit& visit) const;
    bool sweep_others(const Link& link, const Family& family, const Visit& visit) const;
    bool anomalies(const Link& link, const Visit& visit) const;
    bool layer2(const Visit& visit) const;
    bool trusted(const Visit& visit) const;
    bool leaving(const Visit& visit) const;
    bool around(const Visit& visit) const;

    [[nodiscard]] Packet plain(const Link& link, const Family& family, const Bytes& source) const;
    [[nodiscard]] std::vector<std::uint64_t> ports(
        Field field, std::initializer_list<std::uint64_t> first) const;

    const FirewallConfig& policy_;
    const Facts& facts_;
    const Expectation& expectation_;
    Constants constants_;
    std::vector<Link> outside_;  // the first is an uplink where there is one
    std::vector<Link> inside_;
    std::array<Family, 2> families_;
};

}  // namespace portcullis::firewall
