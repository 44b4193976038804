#include "firewall/netlink/message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <memory>

namespace portcullis::firewall {
namespace {

// nlmsghdr, nfgenmsg, attributes.
void append(Datagram& datagram, std::uint16_t type, std::uint8_t family, std::uint16_t flags,
            std::uint16_t resource, std::uint32_t sequence, const Build& build) {
    thread_local const auto scratch = std::make_unique<std::uint8_t[]>(kMessageMax);
    nlmsghdr* header = mnl_nlmsg_put_header(scratch.get());
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header->nlmsg_seq = sequence;
    auto* generic = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
    generic->nfgen_family = family;
    generic->version = NFNETLINK_V0;
    generic->res_id = htons(resource);
    build(*header);
    datagram.insert(datagram.end(), scratch.get(), scratch.get() + header->nlmsg_len);
    // libmnl leaves what pads an attribute as it is, and a text may need it for its zero.
    std::memset(scratch.get(), 0, header->nlmsg_len);
}

// Takes one datagram of answers to sequence; true at the end.
Answer<bool> take(const Datagram& datagram, std::string_view what, std::uint32_t sequence,
                  const Each& each) {
    bool ended = false;
    bool overtaken = false;
    int number = 0;
    for_each_message(datagram, [&](const nlmsghdr& message) {
        if (message.nlmsg_seq != sequence || ended) {
            return;
        }
        overtaken = overtaken || (message.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
        const int error = error_of(message);
        ended = error >= 0 || message.nlmsg_type == NLMSG_DONE;
        number = error > 0 ? error : 0;
        if (!ended) {
            each(message);
            ended = (message.nlmsg_flags & NLM_F_MULTI) == 0;
        }
    });
    if (overtaken) {
        return KernelError{KernelFault::restless, EINTR,
                           fmt::format("cannot {}: it changes while it is read", what)};
    }
    if (number != 0) {
        return kernel_refusal(std::string{what}, number);
    }
    return ended;
}

}  // namespace

std::uint8_t protocol_of(Family family) {
    return family == Family::inet ? NFPROTO_INET : NFPROTO_NETDEV;
}

void append_message(Datagram& datagram, std::uint16_t type, std::uint8_t family,
                    std::uint16_t flags, std::uint32_t sequence, const Build& build) {
    append(datagram, static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type), family, flags, 0,
           sequence, build);
}

void append_batch_mark(Datagram& datagram, std::uint16_t type, std::uint32_t sequence,
                       const Build& build) {
    append(datagram, type, AF_UNSPEC, 0, NFNL_SUBSYS_NFTABLES, sequence, build);
}

std::uint32_t next_sequences(std::uint32_t count) {
    static std::atomic<std::uint32_t> next{1};
    return next.fetch_add(count, std::memory_order_relaxed);
}

void for_each_message(const Datagram& datagram, const Each& each) {
    int left = static_cast<int>(datagram.size());
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
         mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
        each(*message);
    }
}

int error_of(const nlmsghdr& message) {
    if (message.nlmsg_type != NLMSG_ERROR ||
        mnl_nlmsg_get_payload_len(&message) < sizeof(nlmsgerr)) {
        return -1;
    }
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message));
    return error->error < 0 ? -error->error : error->error;
}

Answer<void> ask(Socket& socket, std::string_view what, std::uint16_t type, std::uint8_t family,
                 std::uint16_t flags, const Build& build, const Each& each) {
    Datagram request;
    append_message(request, type, family, flags, 0, build);
    return ask(socket, what, std::move(request), each);
}

Answer<void> ask(Socket& socket, std::string_view what, Datagram request, const Each& each) {
    const std::uint32_t sequence = next_sequences(1);
    reinterpret_cast<nlmsghdr*>(request.data())->nlmsg_seq = sequence;
    if (Answer<void> sent = socket.send(request); !sent) {
        return sent;
    }
    for (;;) {
        const Answer<Datagram> datagram = socket.receive();
        if (!datagram) {
            return datagram.error();
        }
        const Answer<bool> ended = take(*datagram, what, sequence, each);
        if (!ended) {
            return ended.error();
        }
        if (*ended) {
            return {};
        }
    }
}

}  // namespace portcullis::firewall
