#include "proxy/stream/mailbox.h"

#include "base/check.h"

#include <sys/eventfd.h>

#include <utility>

namespace portcullis::stream {

Mailbox::Mailbox(Reactor& reactor) : bell_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    CHECK(bell_ && reactor.add(bell_.get(), *this) &&
          "no eventfd: too many descriptors, or no memory");
}

// The bell is never answered by a read: each ring is an edge of its own, and 2^64 of them are far.
void Mailbox::post(std::function<void()> message) {
    {
        const std::lock_guard lock{mutex_};
        messages_.push_back(std::move(message));
    }
    const eventfd_t one = 1;
    CHECK(::eventfd_write(bell_.get(), one) == 0 && "an eventfd that does not take 1");
}

void Mailbox::on_events(std::uint32_t) noexcept {
    std::vector<std::function<void()>> taken;
    {
        const std::lock_guard lock{mutex_};
        taken.swap(messages_);
    }
    for (const auto& message : taken) {
        message();
    }
}

}  // namespace portcullis::stream
