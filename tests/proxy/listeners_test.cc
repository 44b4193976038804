#include "proxy/listeners.h"

#include "config/model.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>

#include <map>
#include <set>

namespace portcullis {
namespace {

const IpAddress kOne = IpAddress::parse("127.0.0.1").value();
const IpAddress kTwo = IpAddress::parse("127.0.0.2").value();

ino_t inode(const Fd& fd) {
    struct stat status {};

    EXPECT_EQ(::fstat(fd.get(), &status), 0);
    return status.st_ino;
}

std::vector<stream::Listening> made(const std::vector<IpAddress>& addresses, std::size_t workers) {
    return make_listeners(addresses, workers, {}).value();
}

TEST(Listeners, AreOneForEachAddressAndWorker) {
    const auto listeners = made({kOne, kTwo}, 3);
    ASSERT_EQ(listeners.size(), 6U);
    std::map<IpAddress, int> count;
    for (const stream::Listening& listening : listeners) {
        ++count[listening.address];
    }
    EXPECT_EQ(count, (std::map<IpAddress, int>{{kOne, 3}, {kTwo, 3}}));
}

TEST(Listeners, ThatWereHandedOverAreUsedAsTheyAre) {
    auto before = made({kOne}, 2);
    const std::set<ino_t> known{inode(before[0].fd), inode(before[1].fd)};
    const auto after = make_listeners({kOne, kTwo}, 3, std::move(before)).value();
    ASSERT_EQ(after.size(), 5U) << "two that were there, three that are new";
    EXPECT_EQ((std::set<ino_t>{inode(after[0].fd), inode(after[1].fd)}), known);
    EXPECT_EQ(after[4].address, kTwo);
}

TEST(Listeners, OfAnAddressThatIsNotWantedAnyMoreAreClosed) {
    auto before = made({kOne, kTwo}, 1);
    const auto after = make_listeners({kTwo}, 1, std::move(before)).value();
    EXPECT_EQ(after.size(), 1U);
    EXPECT_TRUE(stream::check_free({kOne, kIngressPort}));
    EXPECT_FALSE(stream::check_free({kTwo, kIngressPort}));
}

// How often each socket is accepted from, by so many workers.
std::multiset<int> copies(std::size_t sockets, std::size_t workers) {
    const auto shares = share(made({kOne}, sockets), workers).value();
    EXPECT_EQ(shares.size(), workers);
    std::map<ino_t, int> count;
    for (const std::vector<Fd>& own : shares) {
        EXPECT_FALSE(own.empty()) << "a worker with nothing to do";
        for (const Fd& fd : own) {
            ++count[inode(fd)];
        }
    }
    std::multiset<int> result;
    for (const auto& [socket, times] : count) {
        result.insert(times);
    }
    return result;
}

TEST(Listeners, AreAllAcceptedFromHoweverManyWorkersThereAre) {
    EXPECT_EQ(copies(3, 3), (std::multiset<int>{1, 1, 1}));
    EXPECT_EQ(copies(3, 2), (std::multiset<int>{1, 1, 1}));
    EXPECT_EQ(copies(4, 1), (std::multiset<int>{1, 1, 1, 1}));
    EXPECT_EQ(copies(2, 5), (std::multiset<int>{2, 3}));
}

}  // namespace
}  // namespace portcullis
