#include "firewall/netlink/batch.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace portcullis::firewall {

Batch::Batch(std::optional<Generation> expected) {
    append_batch_mark(datagram_, NFNL_MSG_BATCH_BEGIN, 0, [&](nlmsghdr& message) {
        if (expected) {
            mnl_attr_put_u32(&message, NFNL_BATCH_GENID, htonl(*expected));
        }
    });
}

void Batch::add(std::uint16_t type, std::uint8_t family, std::uint16_t flags, std::string subject,
                const Build& build) {
    last_message_ = datagram_.size();
    append_message(datagram_, type, family, flags, 0, build);
    subjects_.push_back(std::move(subject));
}

Answer<void> Batch::commit(Socket& socket) && {
    if (subjects_.empty()) {
        return {};
    }
    reinterpret_cast<nlmsghdr*>(datagram_.data() + last_message_)->nlmsg_flags |= NLM_F_ACK;
    append_batch_mark(datagram_, NFNL_MSG_BATCH_END, 0, [](nlmsghdr&) {});
    return transact(socket);
}

Answer<void> Batch::rehearse(Socket& socket) && {
    if (subjects_.empty()) {
        return {};
    }
    reinterpret_cast<nlmsghdr*>(datagram_.data() + last_message_)->nlmsg_flags |= NLM_F_ACK;
    return transact(socket);
}

Answer<void> Batch::transact(Socket& socket) {
    const auto count = static_cast<std::uint32_t>(subjects_.size());
    const std::uint32_t first = next_sequences(count + 2);  // begin and end have one each
    std::uint32_t sequence = first;
    for (std::size_t at = 0; at < datagram_.size();) {
        auto* header = reinterpret_cast<nlmsghdr*>(datagram_.data() + at);
        header->nlmsg_seq = sequence++;
        at += NLMSG_ALIGN(header->nlmsg_len);
    }
    if (Answer<void> sent = socket.send(datagram_); !sent) {
        return sent;
    }
    // The kernel has answered by the time send returns.
    for (;;) {
        Answer<Datagram> datagram = socket.try_receive();
        if (!datagram) {
            return datagram.error();
        }
        if (datagram->empty()) {
            return unreachable("the kernel did not acknowledge the batch", ENOMSG);
        }
        std::optional<Answer<void>> heard;
        for_each_message(*datagram, [&](const nlmsghdr& message) {
            const int error = error_of(message);
            const std::uint32_t index = message.nlmsg_seq - first;  // 0: the batch itself
            if (heard || error < 0 || index > count + 1) {
                return;
            }
            if (error > 0 && index == 0 && error == EPERM) {
                heard = unreachable("cannot change the ruleset", error);
            } else if (error > 0) {
                heard = kernel_refusal(
                    index == 0 || index > count ? "change the ruleset" : subjects_[index - 1],
                    error);
            } else if (index == count) {
                heard = Answer<void>{};
            }
        });
        if (heard) {
            // Whatever else it has to say follows from the first.
            while (datagram && !datagram->empty()) {
                datagram = socket.try_receive();
            }
            return *heard;
        }
    }
}

void add_marks(Batch& batch, std::uint16_t type, std::uint8_t family, std::string_view table,
               std::string_view set, std::span<const Mark> marks, const KeyFacts& facts) {
    const std::string subject =
        fmt::format("{} elements of set {}", type == NFT_MSG_NEWSETELEM ? "add" : "remove", set);
    const std::uint16_t flags = type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0;
    while (!marks.empty()) {
        std::size_t taken = 0;
        batch.add(type, family, flags, subject,
                  [&](nlmsghdr& message) { taken = put_marks(message, table, set, marks, facts); });
        marks = marks.subspan(taken);
    }
}

}  // namespace portcullis::firewall
