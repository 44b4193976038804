// Programs put into the real kernel: who may, what stays, and what a refusal says.
#include "firewall/netlink/kernel.h"
#include "tests/firewall/netlink/nft.h"
#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

using test::nft;

class Install : public testing::Test {
  protected:
    std::string replaced(Socket& socket, Ownership ownership = Ownership::none) {
        const Answer<Generation> done = replace(socket, test::sample_program(), ownership);
        return done ? "" : done.error().text;
    }

    Socket socket_ = Socket::open().value();
};

TEST_F(Install, PutsAProgramThereAndAnotherInItsPlace) {
    ASSERT_EQ(replaced(socket_), "");
    const std::string first = test::listed();
    EXPECT_NE(first.find("chain proxy"), std::string::npos);
    ASSERT_EQ(replaced(socket_), "");
    EXPECT_EQ(test::listed(), first);
    Program smaller = test::sample_program();
    smaller.tables.pop_back();
    smaller.tables.front().chains.pop_back();
    ASSERT_TRUE(replace(socket_, smaller, Ownership::none));
    EXPECT_EQ(test::listed().find("chain out"), std::string::npos);
    EXPECT_EQ(nft("list tables\n").out, "table inet portcullis\n") << "the other table is removed";
}

TEST_F(Install, GivesTheGenerationThatItMade) {
    const Generation before = generation(socket_).value();
    const Answer<Generation> made =
        replace(socket_, test::sample_program(), Ownership::none, before);
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(*made, before + 1);
    EXPECT_EQ(generation(socket_).value(), *made);
}

TEST_F(Install, IsStaleWhenTheRulesetMoved) {
    const Generation before = generation(socket_).value();
    ASSERT_EQ(nft("add table ip somebody\n").exit_code, 0);
    const Answer<Generation> made =
        replace(socket_, test::sample_program(), Ownership::none, before);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, KernelFault::stale);
    EXPECT_EQ(nft("list tables\n").out, "table ip somebody\n");
}

TEST_F(Install, NeverTouchesAnotherTable) {
    const std::string theirs = "table ip somebody {\n\tchain c {\n\t\taccept\n\t}\n}\n";
    ASSERT_EQ(nft(theirs).exit_code, 0);
    ASSERT_EQ(replaced(socket_), "");
    ASSERT_TRUE(remove(socket_));
    EXPECT_EQ(nft("list ruleset\n").out, theirs);
}

TEST_F(Install, RefusesATableThatIsNotOurs) {
    Program program;
    program.tables.push_back({Family::inet, "filter", {}, {}, {}});
    const Answer<Generation> made = replace(socket_, program, Ownership::none);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().number, 0) << "the kernel was not asked";
    Program twice = test::sample_program();
    twice.tables.push_back(twice.tables.front());
    EXPECT_FALSE(replace(socket_, twice, Ownership::none));
}

TEST_F(Install, NamesTheRuleThatTheKernelRefuses) {
    Program program = test::sample_program();
    program.tables[0].chains[0].rules[3].statements = {Verdict{Verdict::Kind::jump, "nowhere"}};
    const Answer<Generation> made = replace(socket_, program, Ownership::none);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text,
              "cannot add rule 4 of chain in (jump nowhere): No such file or directory");
    EXPECT_EQ(nft("list tables\n").out, "");
}

TEST_F(Install, RehearsesWithoutATrace) {
    const Generation before = generation(socket_).value();
    EXPECT_TRUE(rehearse(socket_, test::sample_program(), Ownership::persistent));
    EXPECT_EQ(generation(socket_).value(), before);
    EXPECT_EQ(nft("list tables\n").out, "");
}

TEST_F(Install, RemovesBothTablesAndMindsNoneMissing) {
    ASSERT_EQ(replaced(socket_), "");
    EXPECT_TRUE(remove(socket_));
    EXPECT_EQ(nft("list tables\n").out, "");
    EXPECT_TRUE(remove(socket_));
}

TEST_F(Install, KeepsOthersOutOfAnOwnedTable) {
    ASSERT_EQ(replaced(socket_, Ownership::persistent), "");
    const std::string before = test::listed();
    EXPECT_NE(nft("add rule inet portcullis other accept\n").exit_code, 0);
    EXPECT_NE(nft("add element inet portcullis ban4 { 1.2.3.4 }\n").exit_code, 0);
    EXPECT_NE(nft("delete table inet portcullis\n").exit_code, 0);
    EXPECT_NE(nft("add table inet portcullis { flags dormant; }\n").exit_code, 0);
    EXPECT_EQ(nft("flush ruleset\n").exit_code, 0) << "it passes the table over";
    EXPECT_EQ(test::listed(), before);
    ASSERT_EQ(replaced(socket_, Ownership::persistent), "") << "its owner may";

    Socket second = Socket::open().value();
    const Answer<Generation> made = replace(second, test::sample_program(), Ownership::persistent);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, KernelFault::owned);
    const Answer<void> removed = remove(second);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().fault, KernelFault::owned);
}

TEST_F(Install, OfAnOwnerAloneVanishesWithTheSocket) {
    {
        Socket owner = Socket::open().value();
        ASSERT_EQ(replaced(owner, Ownership::owner), "");
    }
    EXPECT_EQ(nft("list tables\n").out, "");
}

// A process that installs and is killed with SIGKILL; parked, when there is one, holds a copy of
// its socket.
void install_and_die(Fd* parked) {
    int pair[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const Fd here{pair[0]};
    const pid_t child = ::fork();
    if (child == 0) {
        Answer<Socket> owner = Socket::open();
        const bool done =
            owner && replace(*owner, test::sample_program(), Ownership::persistent).has_value();
        const int fd = owner ? owner->fd() : -1;
        char payload = done ? 'y' : 'n';
        iovec data{&payload, 1};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        cmsghdr* rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
        ::sendmsg(pair[1], &message, 0);
        for (;;) {
            ::pause();
        }
    }
    ASSERT_GT(child, 0);
    ::close(pair[1]);
    char payload = 0;
    iovec data{&payload, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    ASSERT_EQ(::recvmsg(here.get(), &message, MSG_CMSG_CLOEXEC), 1);
    EXPECT_EQ(payload, 'y');
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    Fd copy{fd};
    if (parked != nullptr) {
        *parked = std::move(copy);
    }
}

TEST_F(Install, StaysWhenItsPersistentOwnerIsKilledAndIsClaimed) {
    install_and_die(nullptr);
    Answer<Installed> orphan = read(socket_);
    ASSERT_TRUE(orphan);
    ASSERT_EQ(orphan->tables.size(), 2U);
    EXPECT_TRUE(orphan->tables[0].persistent);
    EXPECT_EQ(orphan->tables[0].owner, 0U);
    EXPECT_EQ(orphan->program, as_installed(test::sample_program()));
    ASSERT_EQ(replaced(socket_, Ownership::persistent), "");
    EXPECT_EQ(read(socket_)->tables[0].owner, socket_.port());
    EXPECT_NE(nft("delete table inet portcullis\n").exit_code, 0);
}

TEST_F(Install, StaysOwnedWhileACopyOfTheSocketIsParked) {
    Fd parked;
    install_and_die(&parked);
    EXPECT_NE(nft("delete table inet portcullis\n").exit_code, 0);
    Answer<Socket> adopted = Socket::adopt(std::move(parked));
    ASSERT_TRUE(adopted);
    EXPECT_EQ(read(socket_)->tables[0].owner, adopted->port());
    EXPECT_EQ(replaced(*adopted, Ownership::persistent), "");
}

TEST_F(Install, TakesTheNameFromWhoeverHasItUnowned) {
    ASSERT_EQ(nft("add table inet portcullis\nadd chain inet portcullis c\n").exit_code, 0);
    ASSERT_EQ(replaced(socket_, Ownership::persistent), "");
    EXPECT_EQ(read(socket_)->program, as_installed(test::sample_program()));
}

}  // namespace
}  // namespace portcullis::firewall
