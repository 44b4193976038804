// What one service may take of this worker: requests under way, connections, and requests that wait
// for a connection to be made. Beyond that it is refused at once, so that a service that hangs does
// not hold the memory, descriptors and clients of the others.
//
//   closed (count < limit) --enter--> count + 1     --leave--> count - 1
//   open   (count = limit) --enter--> refused
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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
            return *this;
        }

        ~Place() {
            if (breaker_) {
                --breaker_->count(kind_);
            }
        }

        [[nodiscard]] bool held() const { return breaker_ != nullptr; }

      private:
        friend class Breaker;

        Place(std::shared_ptr<Breaker> breaker, Kind kind)
            : breaker_{std::move(breaker)}, kind_{kind} {}

        std::shared_ptr<Breaker> breaker_;  // null exactly when nothing is held
        Kind kind_ = Kind::requests;
    };

    // A place that is not held: there are limit already.
    static Place enter(const std::shared_ptr<Breaker>& breaker, Kind kind, std::size_t limit);

    [[nodiscard]] std::size_t of(Kind kind) const {
        return counts_[static_cast<std::size_t>(kind)];
    }

  private:
    std::size_t& count(Kind kind) { return counts_[static_cast<std::size_t>(kind)]; }

    std::array<std::size_t, 3> counts_{};
};

}  // namespace portcullis::origin
