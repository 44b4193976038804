#include "proxy/access/hashing.h"

#include "config/users.h"
#include "tests/proxy/access/hashes.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::access {
namespace {

using test::hashed;

// Another question each time.
PasswordCache::Key another() {
    static std::uint8_t number = 0;
    return {++number};
}

Task<> compare(Hashing& hashing, std::string password, std::string hash,
               std::vector<Verdict>& verdicts, std::size_t wanted, stream::Loop& loop) {
    const Verdict verdict =
        co_await hashing.compare(another(), std::move(password), std::move(hash));
    verdicts.push_back(verdict);
    if (verdicts.size() == wanted) {
        loop.stop();
    }
}

TEST(Hashing, ComparesEveryKindOfHashThatAUsersFileMayHave) {
    for (const std::string& hash :
         {hashed("secret", "$2b$", 5), hashed("secret", "$6$", 1000), hashed("secret", "$y$", 1)}) {
        ASSERT_TRUE(parse_users("ann:" + hash)) << hash;
        stream::Loop loop;  // runs once
        Hashing hashing{loop};
        std::vector<Verdict> verdicts;
        std::vector<Task<>> tasks;
        for (const char* password : {"secret", "Secret", ""}) {
            tasks.push_back(compare(hashing, password, hash, verdicts, 3, loop));
        }
        loop.run(nullptr, nullptr);
        EXPECT_EQ(verdicts, (std::vector{Verdict::matches, Verdict::differs, Verdict::differs}))
            << hash;
    }
}

TEST(Hashing, RefusesMoreThanMayWaitAndForgetsThoseThatLeave) {
    stream::Loop loop;
    Hashing hashing{loop};
    const std::string hash = hashed("secret", "$2b$", 9);
    std::vector<Verdict> verdicts;
    std::vector<Task<>> tasks;
    // One more may have been taken up by the thread meanwhile.
    for (std::size_t i = 0; i < Hashing::kQueueMax + 2; ++i) {
        tasks.push_back(compare(hashing, "secret", hash, verdicts, SIZE_MAX, loop));
    }
    EXPECT_FALSE(verdicts.empty());
    for (const Verdict verdict : verdicts) {
        EXPECT_EQ(verdict, Verdict::busy);
    }
    tasks.clear();  // nobody waits any more; what is computed resumes nobody
}

ClientKeys client(std::uint64_t key) {
    ClientKeys keys;
    keys.add({key, 1});
    return keys;
}

Task<> compare_for(Hashing& hashing, const ClientKeys& keys, std::uint64_t name,
                   std::vector<std::uint64_t>& order, std::size_t& refused, stream::Loop& loop) {
    const Verdict verdict =
        co_await hashing.compare(another(), "wrong", test::hashed("secret", "$2b$", 5), keys);
    if (verdict == Verdict::client_busy) {
        ++refused;
        co_return;
    }
    order.push_back(name);
    if (name == 0) {
        loop.stop();
    }
}

// Whoever guesses delays others by its own two jobs, however many it asks for.
TEST(Hashing, OfOneClientHasNoMoreThanItsShareBeforeTheNext) {
    stream::Loop loop;
    Hashing hashing{loop};
    std::vector<std::uint64_t> order;
    std::size_t refused = 0;
    std::vector<Task<>> tasks;
    for (int i = 0; i < 100; ++i) {
        tasks.push_back(compare_for(hashing, client(7), 7, order, refused, loop));
    }
    tasks.push_back(compare_for(hashing, client(8), 0, order, refused, loop));
    loop.run(nullptr, nullptr);
    EXPECT_EQ(order, (std::vector<std::uint64_t>{7, 7, 0}));
    EXPECT_EQ(refused, 98U);
}

// A client that goes away leaves its place when its password has been hashed, and not before: the
// thread has the work in any case.
TEST(Hashing, OfAClientThatLeavesCountsUntilItIsDone) {
    stream::Loop loop;
    Hashing hashing{loop};
    std::vector<std::uint64_t> order;
    std::size_t refused = 0;
    for (int i = 0; i < 3; ++i) {
        const Task<> left = compare_for(hashing, client(7), 7, order, refused, loop);
    }
    EXPECT_EQ(refused, 1U);
    const Task<> last = compare_for(hashing, client(8), 0, order, refused, loop);
    loop.run(nullptr, nullptr);
    const Task<> again = compare_for(hashing, client(7), 7, order, refused, loop);
    EXPECT_EQ(refused, 1U) << "both are done";
    EXPECT_EQ(order, std::vector<std::uint64_t>{0});
}

Task<> ask_again(Hashing& hashing, const std::string& hash, const ClientKeys& keys,
                 std::vector<Verdict>& verdicts) {
    const Verdict verdict = co_await hashing.compare({1, 2, 3}, "secret", hash, keys);
    verdicts.push_back(verdict);
}

// A browser asks for all parts of a page at once, with one password: that is no guessing.
TEST(Hashing, OfOnePasswordIsOneJobHoweverManyAskForIt) {
    stream::Loop loop;
    Hashing hashing{loop};
    const std::string hash = hashed("secret", "$2b$", 5);
    std::vector<Verdict> verdicts;
    std::vector<Task<>> tasks;
    for (int i = 0; i < 50; ++i) {
        tasks.push_back(ask_again(hashing, hash, client(7), verdicts));
    }
    tasks.erase(tasks.begin());  // the one that asked first leaves; the others still hear of it
    std::vector<std::uint64_t> order;
    std::size_t refused = 0;
    const Task<> last = compare_for(hashing, client(7), 0, order, refused, loop);
    loop.run(nullptr, nullptr);
    EXPECT_EQ(verdicts, std::vector(49, Verdict::matches));
    EXPECT_EQ(refused, 0U) << "all of them were one of the client's two";
}

TEST(Hashing, AMalformedHashMatchesNothing) {
    stream::Loop loop;
    Hashing hashing{loop};
    std::vector<Verdict> verdicts;
    const Task<> task = compare(hashing, "secret", "*0", verdicts, 1, loop);
    loop.run(nullptr, nullptr);
    EXPECT_EQ(verdicts, std::vector{Verdict::differs});
}

}  // namespace
}  // namespace portcullis::access
