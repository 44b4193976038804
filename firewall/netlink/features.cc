#include "firewall/netlink/features.h"

#include "firewall/netlink/table_writer.h"

#include <utility>

namespace portcullis::firewall {
namespace {

// Judged and given up, never committed: no table of this name is ever there.
constexpr std::string_view kProbe = "portcullis_probe";

Table with_rule(Family family, Base base, std::vector<Statement> statements,
                std::vector<Set> sets = {}) {
    return {family,
            std::string{kProbe},
            {},
            std::move(sets),
            {{"probe", std::move(base), {{std::move(statements), {}}}}}};
}

Set dynamic_set(KeyType key, bool timeout) {
    Set set;
    set.name = "probe";
    set.type = key;
    set.dynamic = true;
    set.timeout = timeout;
    set.size = 16;
    return set;
}

Match equals(Field field, std::uint64_t number) {
    const Bytes value{number, facts_of(field).width};
    return {field, {}, false, Values{{value, value}}};
}

// Every answer but a failure to ask says whether the kernel has what the table needs.
class Probe {
  public:
    explicit Probe(Socket& socket) : socket_{socket} {}

    bool has(const Table& table, Ownership ownership = Ownership::none) {
        if (failed_) {
            return false;
        }
        Batch batch{std::nullopt};
        Answer<void> judged = write_table(batch, table, ownership);
        if (judged) {
            judged = std::move(batch).rehearse(socket_);
        }
        if (!judged && judged.error().fault == KernelFault::unreachable) {
            failed_ = judged.error();
        }
        return judged.has_value();
    }

    [[nodiscard]] const std::optional<KernelError>& failed() const { return failed_; }

  private:
    Socket& socket_;
    std::optional<KernelError> failed_;
};

}  // namespace

Answer<Features> probe_features(Socket& socket) {
    const Table empty{Family::inet, std::string{kProbe}, {}, {}, {}};
    const Base prerouting{Hook::prerouting, kPriorityEarly, Policy::accept, {}};
    const Base input{Hook::input, kPrioritySynproxy, Policy::accept, {}};
    const Base ingress{Hook::ingress, kPriorityLayer2, Policy::accept, {"lo"}};
    Probe probe{socket};
    Features features;
    features.owner = probe.has(empty, Ownership::owner);
    features.persist = probe.has(empty, Ownership::persistent);
    features.fib_inet =
        probe.has(with_rule(Family::inet, prerouting, {equals(Field::fib_saddr_iif_oif, 0)}));
    features.synproxy = probe.has(with_rule(
        Family::inet, input, {equals(Field::tcp_dport, 443), Synproxy{1460, 7, true, true}}));
    features.netdev_ingress =
        probe.has(with_rule(Family::netdev, ingress, {equals(Field::pkttype, kPkttypeOther)}));
    features.dynamic_limit =
        probe.has(with_rule(Family::inet, prerouting, {Sketch{"probe", Field::ip_saddr, 1, 50, 50}},
                            {dynamic_set(KeyType::mark, true)}));
    features.connlimit =
        probe.has(with_rule(Family::inet, input, {ConnectionCount{"probe", Field::ip_saddr, 10}},
                            {dynamic_set(KeyType::ipv4, false)}));
    if (probe.failed()) {
        return *probe.failed();
    }
    return features;
}

Ownership best_ownership(const Features& features) {
    return features.persist ? Ownership::persistent
           : features.owner ? Ownership::owner
                            : Ownership::none;
}

std::vector<std::string> degraded_modes(const Features& features) {
    std::vector<std::string> modes;
    const auto lacks = [&](bool feature, const char* mode) {
        if (!feature) {
            modes.emplace_back(mode);
        }
    };
    if (!features.owner) {
        lacks(false, "unowned: anybody with the privilege can change our tables");
    } else {
        lacks(features.persist,
              "owner-not-persistent: our tables end when nobody holds their socket");
    }
    lacks(features.fib_inet, "no-reverse-path: forged sources are told by address only");
    lacks(features.synproxy, "no-synproxy: SYN floods to a published 443 reach its listener");
    lacks(features.netdev_ingress, "no-layer2: macvlan containers are not behind the wall");
    lacks(features.dynamic_limit, "no-flood-limit: new connections are not limited by source");
    lacks(features.connlimit, "no-connection-limit: connections are not limited by source");
    return modes;
}

}  // namespace portcullis::firewall
