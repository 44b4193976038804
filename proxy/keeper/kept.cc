#include "proxy/keeper/kept.h"

#include "proxy/keeper/message.h"
#include "proxy/keeper/overlay.h"
#include "proxy/upgrade/spawn.h"

#include <sys/prctl.h>

#include <charconv>
#include <chrono>
#include <signal.h>
#include <string>

namespace portcullis::keeper {
namespace {

constexpr std::chrono::seconds kPatience{20};

}  // namespace

Result<std::unique_ptr<Kept>> Kept::from_environment() {
    auto keeper = upgrade::take_handed(kKeeperVariable);
    if (!keeper) {
        return keeper.error();
    }
    auto overlay = upgrade::take_handed(kOverlayVariable);
    if (!overlay) {
        return overlay.error();
    }
    if (!*keeper || !*overlay) {
        return std::unique_ptr<Kept>{};
    }
    if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) {
        return errno_error("cannot bind this process's life to its keeper's");
    }
    return std::unique_ptr<Kept>{new Kept{std::move(*keeper), std::move(*overlay)}};
}

Result<void> Kept::enter_overlay() {
    const auto entered = enter(overlay_);
    overlay_.reset();
    return entered;
}

Result<pid_t> Kept::start(int handover) const {
    if (const auto sent = send_message(keeper_.get(), "start", handover); !sent) {
        return sent.error();
    }
    const auto answer = receive_message(keeper_.get(), kPatience);
    if (!answer) {
        return answer.error();
    }
    pid_t process = 0;
    const std::string& text = answer->text;
    if (std::from_chars(text.data(), text.data() + text.size(), process).ec != std::errc{}) {
        return failure(text);
    }
    return process;
}

}  // namespace portcullis::keeper
