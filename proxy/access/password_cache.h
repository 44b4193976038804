// Passwords that were right a short while ago, so that not each request is hashed anew.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string_view>
#include <unordered_map>

namespace portcullis::access {

// Holds no password and no hash of one alone: a key is an HMAC of user, password and the stored
// hash under a secret of this process, so that what is found in memory tells nothing, and a user
// whose line in the file has changed is unknown at once.
class PasswordCache {
  public:
    using Clock = std::chrono::steady_clock;
    using Key = std::array<std::uint8_t, 32>;

    // A key is spread evenly already: its first bytes do.
    struct Spread {
        std::size_t operator()(const Key& key) const {
            std::size_t value = 0;
            std::memcpy(&value, key.data(), sizeof value);
            return value;
        }
    };

    static constexpr std::size_t kEntriesMax = 10'000;  // then the oldest goes
    static constexpr auto kLifetime = std::chrono::minutes{5};

    PasswordCache();

    [[nodiscard]] Key key_of(std::string_view user, std::string_view password,
                             std::string_view hash) const;
    [[nodiscard]] bool knows(const Key& key, Clock::time_point now) const;
    void add(const Key& key, Clock::time_point now);

    [[nodiscard]] std::size_t size() const { return until_.size(); }

  private:
    std::array<std::uint8_t, 32> secret_{};
    std::unordered_map<Key, Clock::time_point, Spread> until_;
    std::deque<Key> order_;  // the oldest first; each key of until_ once
};

}  // namespace portcullis::access
