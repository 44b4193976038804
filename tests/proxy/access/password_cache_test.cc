#include "proxy/access/password_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::access {
namespace {

constexpr PasswordCache::Clock::time_point kStart{};

TEST(PasswordCache, KnowsWhatWasAddedForAWhile) {
    PasswordCache cache;
    const auto key = cache.key_of("ann", "secret", "$2y$...");
    EXPECT_FALSE(cache.knows(key, kStart));
    cache.add(key, kStart);
    EXPECT_TRUE(cache.knows(key, kStart));
    EXPECT_TRUE(cache.knows(key, kStart + PasswordCache::kLifetime - std::chrono::seconds{1}));
    EXPECT_FALSE(cache.knows(key, kStart + PasswordCache::kLifetime));
    cache.add(key, kStart + std::chrono::minutes{1});
    EXPECT_FALSE(cache.knows(key, kStart + PasswordCache::kLifetime)) << "not made longer";
    cache.add(key, kStart + PasswordCache::kLifetime);
    EXPECT_TRUE(cache.knows(key, kStart + PasswordCache::kLifetime));
    EXPECT_EQ(cache.size(), 1U);
}

TEST(PasswordCache, TellsUsersPasswordsAndHashesApart) {
    const PasswordCache cache;
    const auto key = cache.key_of("ann", "secret", "h");
    EXPECT_EQ(key, cache.key_of("ann", "secret", "h"));
    EXPECT_NE(key, cache.key_of("ann", "secreT", "h"));
    EXPECT_NE(key, cache.key_of("bob", "secret", "h"));
    EXPECT_NE(key, cache.key_of("ann", "secret", "i")) << "a changed password in the file";
    EXPECT_NE(key, cache.key_of("an", "secret", "nh"));
    EXPECT_NE(key, PasswordCache{}.key_of("ann", "secret", "h")) << "the key is this process's";
}

TEST(PasswordCache, ForgetsTheOldestWhenItIsFull) {
    PasswordCache cache;
    const auto key = [&](std::size_t i) { return cache.key_of("u", std::to_string(i), "h"); };
    for (std::size_t i = 0; i < PasswordCache::kEntriesMax; ++i) {
        cache.add(key(i), kStart);
    }
    EXPECT_TRUE(cache.knows(key(0), kStart));
    cache.add(key(PasswordCache::kEntriesMax), kStart);
    EXPECT_EQ(cache.size(), PasswordCache::kEntriesMax);
    EXPECT_FALSE(cache.knows(key(0), kStart));
    EXPECT_TRUE(cache.knows(key(1), kStart));
}

}  // namespace
}  // namespace portcullis::access
