#include "firewall/agent/audit_chain.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace std::chrono_literals;

TEST(Digest, IsSha256) {
    EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ChainLine, SaysWhenWhoAndWhatAndContinuesTheOneBefore) {
    AuditHead head;
    const std::string first =
        chain_line(head, std::chrono::system_clock::time_point{1764018985123ms},
                   {AuditEvent::drift, "uid 0 pid 9 comm nft", "chain gate has another rule"});
    EXPECT_TRUE(first.starts_with(
        R"({"n":1,"time":"2025-11-24T21:16:25.123Z","who":"uid 0 pid 9 comm nft","what":"drift","detail":"chain gate)"
        R"( has another rule","prev":"00000000)"))
        << first;
    EXPECT_TRUE(first.ends_with("\"}\n"));
    const std::string hash = head.hash;
    const std::string second = chain_line(head, {}, {AuditEvent::repaired, "agent", ""});
    EXPECT_EQ(head.number, 2U);
    EXPECT_NE(second.find(",\"prev\":\"" + hash + "\",\"hash\":\"" + head.hash + "\"}"),
              std::string::npos);
}

TEST(ChainLine, IsOnePrintableLineOfBoundedLengthWhateverAProcessCallsItself) {
    AuditHead head;
    std::string line =
        chain_line(head, {}, {AuditEvent::ban, "a\"b\\\n\xff\t", std::string(100'000, '"')});
    EXPECT_NE(line.find(R"("who":"a\"b\\???")"), std::string::npos) << line.substr(0, 200);
    EXPECT_LE(line.size(), kAuditLineMax);
    line.pop_back();
    EXPECT_EQ(line.find_first_of("\n\t\xff"), std::string::npos);
    EXPECT_EQ(read_link(line).value().number, 1U);
}

TEST(ReadLink, TellsWhereALineBelongs) {
    AuditHead head{41, std::string(64, 'a')};
    std::string line = chain_line(head, {}, {AuditEvent::torn, "agent", "x"});
    line.pop_back();
    const AuditLink link = read_link(line).value();
    EXPECT_EQ(link.number, 42U);
    EXPECT_EQ(link.prev, std::string(64, 'a'));
    EXPECT_EQ(link.hash, head.hash);
    EXPECT_EQ(link.what, "torn");
}

TEST(ReadLink, RefusesWhatIsNoWholeLine) {
    AuditHead head;
    std::string line = chain_line(head, {}, {AuditEvent::torn, "agent", "x"});
    line.pop_back();
    for (std::size_t size = 0; size < line.size(); ++size) {
        EXPECT_FALSE(read_link(line.substr(0, size))) << size;
    }
    EXPECT_FALSE(read_link(line + " "));
    EXPECT_FALSE(read_link(" " + line));
}

}  // namespace
}  // namespace portcullis::firewall
