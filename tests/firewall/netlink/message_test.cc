#include "firewall/netlink/message.h"

#include "firewall/netlink/attributes.h"

#include <gtest/gtest.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>

namespace portcullis::firewall {
namespace {

TEST(AppendMessage, PutsThemOneAfterTheOther) {
    Datagram datagram;
    for (std::uint32_t i = 1; i <= 3; ++i) {
        append_message(datagram, NFT_MSG_NEWTABLE, 1, NLM_F_CREATE, i, [](nlmsghdr& message) {
            mnl_attr_put_strz(&message, NFTA_TABLE_NAME, "portcullis");
        });
    }
    std::uint32_t count = 0;
    for_each_message(datagram, [&](const nlmsghdr& message) {
        EXPECT_EQ(message.nlmsg_seq, ++count);
        EXPECT_EQ(message.nlmsg_type, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE);
        EXPECT_EQ(message.nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE);
        std::string name;
        for_each_attribute(message, sizeof(nfgenmsg),
                           [&](const nlattr& attribute) { name = text_of(attribute); });
        EXPECT_EQ(name, "portcullis");
    });
    EXPECT_EQ(count, 3U);
}

TEST(ForEachMessage, EndsWhereABrokenOneBegins) {
    Datagram datagram;
    append_message(datagram, NFT_MSG_GETGEN, 0, 0, 1, [](nlmsghdr&) {});
    const std::size_t one = datagram.size();
    append_message(datagram, NFT_MSG_GETGEN, 0, 0, 2, [](nlmsghdr&) {});
    for (std::size_t size = one; size < 2 * one; ++size) {
        // In a buffer of exactly this size, so that a read beyond it is seen.
        const Datagram cut(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(size));
        int count = 0;
        for_each_message(cut, [&](const nlmsghdr&) { ++count; });
        EXPECT_EQ(count, 1) << size;
    }
}

TEST(ErrorOf, TellsErrorsAcknowledgementsAndTheRestApart) {
    struct {
        nlmsghdr header{NLMSG_LENGTH(sizeof(nlmsgerr)), NLMSG_ERROR, 0, 1, 0};
        nlmsgerr error{-EPERM, {}};
    } answer;

    EXPECT_EQ(error_of(answer.header), EPERM);
    answer.error.error = 0;
    EXPECT_EQ(error_of(answer.header), 0);
    answer.header.nlmsg_type = NLMSG_DONE;
    EXPECT_EQ(error_of(answer.header), -1);
}

TEST(NextSequences, AreNeverGivenTwice) {
    const std::uint32_t first = next_sequences(10);
    EXPECT_EQ(next_sequences(1), first + 10);
}

}  // namespace
}  // namespace portcullis::firewall
