#include "proxy/dns/reverse.h"

#include "tests/support/fake_resolver.h"

#include <gtest/gtest.h>

#include <memory>

namespace portcullis::dns {
namespace {

using test::dns_response;

constexpr std::uint16_t kId = 0xABCD;
const std::string kName = "7.0.10.10.in-addr.arpa";
const std::string kContainer = "shop.1.7k2p.edge";

// From exactly so much memory.
std::optional<std::string> read(const std::string& message, std::uint16_t id = kId,
                                const std::string& name = kName) {
    const auto exact = std::make_unique<char[]>(message.size());
    std::copy(message.begin(), message.end(), exact.get());
    return read_response({exact.get(), message.size()}, id, name);
}

TEST(Reverse, NamesAnAddressFromItsEnd) {
    EXPECT_EQ(reverse_name(IpAddress::parse("10.10.0.7").value()), kName);
    EXPECT_EQ(reverse_name(IpAddress::parse("255.0.0.1").value()), "1.0.0.255.in-addr.arpa");
    EXPECT_EQ(reverse_name(IpAddress::parse("2001:db8::2a").value()),
              "a.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(Reverse, AsksForThePointerRecord) {
    EXPECT_EQ(make_question(kId, kName), test::dns_question(kId, kName));
}

TEST(Reverse, ReadsTheNameOfTheContainer) {
    EXPECT_EQ(read(dns_response(kId, kName, {kContainer})), kContainer);
}

TEST(Reverse, NobodyIsNamedByRefusalsAndEmptyResponses) {
    for (const unsigned code : {2U, 3U, 5U}) {  // SERVFAIL, NXDOMAIN, REFUSED
        EXPECT_EQ(read(dns_response(kId, kName, {}, code)), "") << code;
    }
    EXPECT_EQ(read(dns_response(kId, kName, {})), "");
    EXPECT_EQ(read(dns_response(kId, kName, {kContainer}, 3)), "") << "a name beside NXDOMAIN";
}

// Whose the address is cannot be told then.
TEST(Reverse, TwoNamesAreNone) {
    EXPECT_EQ(read(dns_response(kId, kName, {kContainer, "till.1.9x4m.edge"})), "");
}

TEST(Reverse, AResponseThatWasCutShortNamesNobody) {
    std::string message = dns_response(kId, kName, {kContainer});
    message[2] = static_cast<char>(message[2] | 2);  // TC
    EXPECT_EQ(read(message), "");
}

TEST(Reverse, WhatIsNoResponseToTheQuestionIsNone) {
    const std::string good = dns_response(kId, kName, {kContainer});
    EXPECT_FALSE(read(good, kId + 1)) << "another id";
    EXPECT_FALSE(read(good, kId, "8.0.10.10.in-addr.arpa")) << "another question";
    EXPECT_FALSE(read(test::dns_question(kId, kName))) << "a question";
    std::string other = good;
    other[2] = static_cast<char>(other[2] | 0x10);  // STATUS
    EXPECT_FALSE(read(other)) << "another kind of message";
    other = good;
    other[5] = 2;
    EXPECT_FALSE(read(other)) << "two questions";
    other = good;
    other[12 + kName.size() + 3] = 1;  // A
    EXPECT_FALSE(read(other)) << "a question for another record";
    EXPECT_FALSE(read(good + std::string(512, '\0'))) << "longer than a datagram may be";
}

TEST(Reverse, IsNoneAtEveryTruncation) {
    const std::string good = dns_response(kId, kName, {kContainer});
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(read(good.substr(0, size))) << size;
    }
}

// A record about another name says nothing of this one.
TEST(Reverse, RecordsOfOtherNamesAreNotRead) {
    std::string message = dns_response(kId, kName, {kContainer});
    const std::size_t record = 12 + kName.size() + 2 + 4;
    message[record + 1] = 12 + 2;  // the name from its second label on
    EXPECT_EQ(read(message), "");
}

TEST(Reverse, ANameThatPointsToItselfIsNone) {
    std::string message = dns_response(kId, kName, {kContainer});
    const std::size_t data = 12 + kName.size() + 2 + 4 + 12;
    message[data] = '\xC0';
    message[data + 1] = static_cast<char>(data);
    EXPECT_FALSE(read(message));
}

}  // namespace
}  // namespace portcullis::dns
