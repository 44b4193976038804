#include "firewall/netlink/batch.h"

#include "firewall/netlink/objects.h"
#include "tests/firewall/netlink/nft.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

#include <cerrno>

namespace portcullis::firewall {
namespace {

const std::uint8_t kInet = protocol_of(Family::inet);

void add_table(Batch& batch) {
    batch.add(NFT_MSG_NEWTABLE, kInet, NLM_F_CREATE, "add table t",
              [](nlmsghdr& message) { put_table(message, "t", 0U); });
}

void add_chain(Batch& batch, const std::string& name) {
    batch.add(NFT_MSG_NEWCHAIN, kInet, NLM_F_CREATE, "add chain " + name, [&](nlmsghdr& message) {
        put_chain(message, Family::inet, "t", {name, std::nullopt, {}});
    });
}

void add_rule(Batch& batch, const std::string& chain, const std::vector<Expression>& expressions) {
    batch.add(
        NFT_MSG_NEWRULE, kInet, NLM_F_CREATE | NLM_F_APPEND, "add a rule of chain " + chain,
        [&](nlmsghdr& message) { put_rule(message, Family::inet, "t", chain, expressions, {}); });
}

class BatchInKernel : public testing::Test {
  protected:
    Socket socket_ = Socket::open().value();
};

TEST_F(BatchInKernel, HappensAsAWhole) {
    Batch batch{std::nullopt};
    add_table(batch);
    add_chain(batch, "c");
    add_rule(batch, "c", {Untrack{}});
    const Answer<void> done = std::move(batch).commit(socket_);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_NE(test::listed("inet t").find("notrack"), std::string::npos);
}

TEST_F(BatchInKernel, NamesTheFirstThatIsRefusedAndChangesNothing) {
    Batch batch{std::nullopt};
    add_table(batch);
    add_chain(batch, "c");
    add_rule(batch, "c", {Lookup{"missing", false, kRegister1}});
    add_rule(batch, "d", {Untrack{}});
    add_rule(batch, "c", {Untrack{}});
    const Answer<void> done = std::move(batch).commit(socket_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, KernelFault::refused);
    EXPECT_EQ(done.error().number, ENOENT);
    EXPECT_EQ(done.error().text, "cannot add a rule of chain c: No such file or directory");
    EXPECT_EQ(test::nft("list tables\n").out, "");
}

TEST_F(BatchInKernel, IsRefusedAsStaleWhenAnybodyChangedAnything) {
    const Generation before = generation(socket_).value();
    ASSERT_EQ(test::nft("add table ip somebody\n").exit_code, 0);
    Batch batch{before};
    add_table(batch);
    const Answer<void> done = std::move(batch).commit(socket_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, KernelFault::stale);

    Batch again{generation(socket_).value()};
    add_table(again);
    EXPECT_TRUE(std::move(again).commit(socket_));
}

TEST_F(BatchInKernel, IsRehearsedWithoutATrace) {
    const Generation before = generation(socket_).value();
    Batch good{std::nullopt};
    add_table(good);
    add_chain(good, "c");
    EXPECT_TRUE(std::move(good).rehearse(socket_));
    Batch bad{std::nullopt};
    add_table(bad);
    add_rule(bad, "c", {Untrack{}});
    const Answer<void> done = std::move(bad).rehearse(socket_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().number, ENOENT);
    EXPECT_EQ(generation(socket_).value(), before);
    EXPECT_EQ(test::nft("list tables\n").out, "");
}

TEST_F(BatchInKernel, OfNothingDoesNothing) {
    const Generation before = generation(socket_).value();
    EXPECT_TRUE(Batch{std::nullopt}.commit(socket_));
    EXPECT_EQ(generation(socket_).value(), before);
}

TEST_F(BatchInKernel, HearsEveryAnswerOfManyWrongMessages) {
    Batch batch{std::nullopt};
    add_table(batch);
    for (int i = 0; i < 2000; ++i) {
        add_rule(batch, "missing", {Untrack{}});
    }
    const Answer<void> done = std::move(batch).commit(socket_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().number, ENOENT);
    EXPECT_TRUE(socket_.try_receive()->empty()) << "no answer is left for the next question";
}

}  // namespace
}  // namespace portcullis::firewall
