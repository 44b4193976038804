// How much each client has at once of one thing: connections, requests under way, bytes that are
// held for it. A client is known by several keys: its own, and those of the networks around it. A
// network may have a multiple of one client's share, so that the owner of a large network does not
// get one share for each of its addresses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace portcullis {

struct ClientKey {
    std::uint64_t key = 0;   // a hash that nobody outside can foresee
    std::size_t factor = 1;  // of what a single client may have
};

// A client's keys, its own first.
class ClientKeys {
  public:
    static constexpr std::size_t kMost = 3;

    void add(const ClientKey& key) { keys_[size_++] = key; }

    [[nodiscard]] const ClientKey* begin() const { return keys_.data(); }

    [[nodiscard]] const ClientKey* end() const { return keys_.data() + size_; }

  private:
    std::array<ClientKey, kMost> keys_{};
    std::size_t size_ = 0;
};

class ClientTally {
  public:
    // So much more, unless the client then had more than max, or a network around it more than its
    // multiple of max, or than most where that is less. A refusal is not counted.
    bool try_add(const ClientKeys& client, std::size_t amount, std::size_t max,
                 std::size_t most = SIZE_MAX);
    // After a successful try_add().
    void remove(const ClientKeys& client, std::size_t amount);

    // What the client has now.
    [[nodiscard]] std::size_t of(const ClientKeys& client) const;

    // Keys with an amount above zero. A key whose amount falls to zero is removed.
    [[nodiscard]] std::size_t size() const { return counts_.size(); }

  private:
    [[nodiscard]] std::size_t of(std::uint64_t key) const;

    std::unordered_map<std::uint64_t, std::size_t> counts_;
};

}  // namespace portcullis
