// What one service may take of this worker: requests under way, connections, and requests that wait
// for a connection to be made. Beyond that it is refused at once, so that a service that hangs does
// not hold the memory, descriptors and clients of the others.
//
//   closed (count < limit) --enter--> count + 1     --leave--> count - 1
//   open   (count = limit) --enter--> refused
//
// Of requests and of those that wait for a connection one client has a share: or a client with many
// requests that never end would fill the service for everybody else.
#pragma once

#include "base/client_tally.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace portcullis::origin {

class Breaker {
  public:
    enum class Kind : std::uint8_t { requests, connections, pending };

    // One of what is counted; leaves when destroyed. Keeps what it counts in alive.
    class Place {
      public:
        Place() = default;
        Place(Place&&) noexcept = default;

        Place& operator=(Place&& other) noexcept {
            std::swap(breaker_, other.breaker_);
            std::swap(kind_, other.kind_);
            std::swap(client_, other.client_);
            return *this;
        }

        ~Place() {
            if (breaker_) {
                breaker_->leave(kind_, client_);
            }
        }

        [[nodiscard]] bool held() const { return breaker_ != nullptr; }

      private:
        friend class Breaker;

        Place(std::shared_ptr<Breaker> breaker, Kind kind, const std::optional<ClientKeys>& client)
            : breaker_{std::move(breaker)}, kind_{kind}, client_{client} {}

        std::shared_ptr<Breaker> breaker_;  // null exactly when nothing is held
        Kind kind_ = Kind::requests;
        std::optional<ClientKeys> client_;  // whose share it is counted in
    };

    // What of the limit one client may have. A network of many clients has half of the limit at
    // most.
    struct Share {
        std::optional<ClientKeys> client;  // nobody's: no share is counted
        std::size_t most = SIZE_MAX;
    };

    enum class Refused : std::uint8_t { no, full, share };

    // A place that is not held: refused says why.
    static Place enter(const std::shared_ptr<Breaker>& breaker, Kind kind, std::size_t limit,
                       const Share& share, Refused& refused);

    [[nodiscard]] std::size_t of(Kind kind) const {
        return counts_[static_cast<std::size_t>(kind)];
    }

  private:
    static constexpr std::size_t kKinds = 3;

    void leave(Kind kind, const std::optional<ClientKeys>& client);

    std::array<std::size_t, kKinds> counts_{};
    std::array<ClientTally, kKinds> clients_;
};

}  // namespace portcullis::origin
