// Deadlines by the thousand: a hashed timer wheel. Setting, moving and dropping a deadline is a
// list operation; a deadline is late by less than two ticks (by one at most if it is a multiple of
// a tick), never early. A value: the owner tells it the time, at every tick.
#pragma once

#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>
#include <cstdint>

namespace portcullis::stream {

class Wheel;

// Something with at most one deadline. Leaves the wheel when destroyed.
class Timed : public boost::intrusive::list_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    // Called from Wheel::advance(); the deadline is gone by then. May set deadlines, and destroy
    // anything.
    virtual void on_deadline() noexcept = 0;

    void drop_deadline() noexcept { unlink(); }

    [[nodiscard]] bool has_deadline() const noexcept { return is_linked(); }

  protected:
    Timed() = default;
    virtual ~Timed() = default;

  private:
    friend Wheel;
    std::uint64_t due_ = 0;  // tick number; meaningful while linked
};

class Wheel {
  public:
    static constexpr std::chrono::milliseconds kTick{50};
    static constexpr std::size_t kSlots =
        1024;  // one turn is 51 s; later deadlines wait for their turn

    // Counts from what advance() was told last. Zero or less: due at the next call of advance(),
    // whatever it is told and not before, so that even an expired wait lets others have their turn.
    void set(Timed& timed, std::chrono::milliseconds from_now) noexcept;
    // elapsed: since the wheel was made. Calls on_deadline() of everything due.
    void advance(std::chrono::milliseconds elapsed) noexcept;

    // As told by advance().
    [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept { return elapsed_; }

    // How often advance() was called: each is a turn of the loop.
    [[nodiscard]] std::uint64_t turn() const noexcept { return turn_; }

    // The next advance() should be called at once.
    [[nodiscard]] bool has_overdue() const noexcept { return !overdue_.empty(); }

  private:
    using Slot = boost::intrusive::list<Timed, boost::intrusive::constant_time_size<false>>;
    std::array<Slot, kSlots> slots_;
    Slot overdue_;
    std::chrono::milliseconds elapsed_{};
    std::uint64_t turn_ = 0;
    std::uint64_t now_ = 0;  // tick number
};

}  // namespace portcullis::stream
