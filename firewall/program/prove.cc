#include "firewall/program/prove.h"

#include "config/model.h"
#include "firewall/program/evaluate.h"
#include "firewall/program/expect.h"
#include "firewall/program/packets.h"
#include "firewall/program/print.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace portcullis::firewall {
namespace {

constexpr int kPriorityConntrack = -200;

std::string account(const Judgement& judgement) {
    constexpr std::array<std::string_view, 3> kWords{"accepted", "dropped", "answered by synproxy"};
    std::string text{kWords.at(static_cast<std::size_t>(judgement.outcome))};
    if (judgement.chain == nullptr) {
        return text + ", no rule asked";
    }
    return text + " by chain " + judgement.chain->name +
           (judgement.rule == nullptr ? ", at its end" : ": " + print(*judgement.rule));
}

// Let in as far as the gate is concerned, whatever the canaries caught behind it.
bool let_in(const Judgement& judgement, const Packet& packet) {
    const bool gate = packet.path == Path::input || packet.path == Path::forward;
    return judgement.outcome != Fate::dropped || (gate && judgement.priority >= kPriorityCanary);
}

class Proof {
  public:
    Proof(const Program& program, const FirewallConfig& policy, const Facts& facts,
          std::size_t objections_max)
        : objections_max_{objections_max},
          policy_{policy},
          facts_{facts},
          expectation_{policy, facts},
          classes_{program, policy, facts, expectation_},
          evaluator_{program} {}

    std::vector<Objection> run() {
        classes_.each([&](const Packet& packet) { return judge(packet); });
        return std::move(objections_);
    }

  private:
    void object(Objection::Kind kind, const Packet& packet, const Judgement& judgement,
                const std::string& why) {
        // One packet may be objected to for several reasons, and the last place be taken by the
        // first.
        if (objections_.size() < objections_max_ &&
            seen_.insert({kind, judgement.chain, judgement.rule, why}).second) {
            objections_.push_back(
                {kind, describe(packet), account(judgement) + (why.empty() ? "" : ", " + why)});
        }
    }

    bool judge(const Packet& packet) {
        const Due due = expectation_.due(packet);
        const Judgement quiet = evaluator_.evaluate(packet);
        if (due == Due::end) {
            judge_hole(packet, quiet);
        } else if (due == Due::pass) {
            if (quiet.outcome == Fate::dropped) {
                object(Objection::Kind::cut, packet, quiet, "");
            } else {
                judge_state(packet, quiet);
                judge_flood(packet);
            }
        }
        return objections_.size() < objections_max_;
    }

    void judge_hole(const Packet& packet, const Judgement& quiet) {
        if (let_in(quiet, packet)) {
            object(Objection::Kind::hole, packet, quiet, "");
        } else if (quiet.limits > 0) {
            for (const Judgement& one : evaluator_.all_outcomes(packet)) {
                if (let_in(one, packet)) {
                    object(Objection::Kind::hole, packet, one, "");
                    return;
                }
            }
        }
        const bool scan = packet.path == Path::input && packet.has(Field::tcp_flags) &&
                          packet.is(Field::tcp_flags, kSyn) &&
                          packet.is(Field::fib_daddr_type, kRtnLocal);
        if (scan && quiet.outcome == Fate::dropped && quiet.priority > kPriorityConntrack) {
            object(Objection::Kind::cost, packet, quiet, "after it was given state");
        }
    }

    // Whether connection tracking sees what it must, and nothing that would only fill its table.
    void judge_state(const Packet& packet, const Judgement& judgement) {
        const bool out = packet.path == Path::output;
        const Field tcp_port = out ? Field::tcp_sport : Field::tcp_dport;
        const Field udp_port = out ? Field::udp_sport : Field::udp_dport;
        const bool served = packet.is(tcp_port, kIngressPort) ||
                            (policy_.http3 == Switch::on && packet.is(udp_port, kIngressPort));
        const bool vxlan = packet.is(Field::udp_dport, policy_.cluster.data_path_port);
        if (!out && (packet.path != Path::input || expectation_.inside(packet))) {
            return;
        }
        if (out && leaves_to_inside(packet)) {
            if (judgement.untracked) {
                object(Objection::Kind::cut, packet, judgement, "without the state it came with");
            }
        } else if (served && expectation_.untracked()) {
            if (!judgement.untracked && (out ? known(packet) : asked_of_us(packet))) {
                object(Objection::Kind::cost, packet, judgement, "and given state");
            }
        } else if (judgement.untracked && !vxlan) {
            object(Objection::Kind::cut, packet, judgement,
                   "without state, so that its answer is nobody's");
        }
    }

    [[nodiscard]] bool leaves_to_inside(const Packet& packet) const {
        const auto index = packet.get(Field::oif).number();
        if (index == 1) {
            return true;
        }
        return std::any_of(
            facts_.interfaces.begin(), facts_.interfaces.end(), [&](const Interface& one) {
                return one.index == index && Bytes::name(one.name) == packet.get(Field::oifname) &&
                       expectation_.inside(one.index, one.name, one.kind);
            });
    }

    // An interface that was there when the program was made.
    [[nodiscard]] bool known(const Packet& packet) const {
        return std::any_of(facts_.interfaces.begin(), facts_.interfaces.end(),
                           [&](const Interface& one) { return packet.is(Field::oif, one.index); });
    }

    static bool asked_of_us(const Packet& packet) {
        return packet.is(Field::fib_daddr_type, kRtnLocal) &&
               !packet.is(Field::ct_direction, kCtReply);
    }

    // With every limit exceeded, strangers are stopped.
    void judge_flood(const Packet& packet) {
        const bool syn =
            packet.is(Field::tcp_dport, kIngressPort) && packet.is(Field::tcp_flags, kSyn);
        const bool quic =
            packet.is(Field::udp_dport, kIngressPort) && !packet.is(Field::ct_direction, kCtReply);
        const bool echo = packet.is(Field::icmp_type, kIcmpEchoRequest) ||
                          packet.is(Field::icmpv6_type, kIcmpv6EchoRequest);
        if (packet.path != Path::input || expectation_.inside(packet) || !(syn || quic || echo) ||
            !packet.is(Field::ct_state, kCtNew)) {
            return;
        }
        const Judgement flood = evaluator_.evaluate(packet, kAllExceeded);
        if (flood.outcome == Fate::accepted) {
            object(Objection::Kind::cost, packet, flood, "however many come");
        }
        if (syn && expectation_.tracked() && facts_.synproxy.available) {
            const auto all = evaluator_.all_outcomes(packet);
            if (std::none_of(all.begin(), all.end(), [](const Judgement& one) {
                    return one.outcome == Fate::answered && one.untracked;
                })) {
                object(Objection::Kind::cost, packet, flood, "and synproxy never takes over");
            }
        }
    }

    std::size_t objections_max_;
    const FirewallConfig& policy_;
    const Facts& facts_;
    Expectation expectation_;
    PacketClasses classes_;
    Evaluator evaluator_;
    std::vector<Objection> objections_;
    std::set<std::tuple<Objection::Kind, const Chain*, const Rule*, std::string>> seen_;
};

}  // namespace

std::vector<Objection> prove(const Program& program, const FirewallConfig& policy,
                             const Facts& facts, std::size_t objections_max) {
    return Proof{program, policy, facts, objections_max}.run();
}

std::string text(const Objection& objection) {
    constexpr std::array<std::string_view, 3> kKinds{"hole: ", "cut: ", "cost: "};
    return std::string{kKinds.at(static_cast<std::size_t>(objection.kind))} + objection.packet +
           ": " + objection.way;
}

}  // namespace portcullis::firewall
