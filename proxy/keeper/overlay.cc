#include "proxy/keeper/overlay.h"

#include "base/file.h"
#include "config/read.h"
#include "proxy/keeper/container.h"

#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <sched.h>

namespace portcullis::keeper {
namespace {

constexpr std::size_t kFileBytesMax = 4U << 20U;

Result<Overlay> open_netns(const std::filesystem::path& file) {
    Overlay overlay{Fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)}};
    if (!overlay.netns) {
        return errno_error("cannot open " + file.string());
    }
    // A file that a namespace was mounted over is an empty one when that is gone.
    if (::ioctl(overlay.netns.get(), NS_GET_NSTYPE) != CLONE_NEWNET) {
        return failure(file.string() + " is no network namespace");
    }

    struct stat facts {};

    if (::fstat(overlay.netns.get(), &facts) != 0) {
        return errno_error("cannot read " + file.string());
    }
    overlay.identity = facts.st_ino;
    return overlay;
}

}  // namespace

std::optional<OverlayConfig> configured_overlay(const std::filesystem::path& file) {
    const auto text = read_file(file, kFileBytesMax);
    if (!text) {
        return std::nullopt;
    }
    Draft draft = read_config(*text, file);
    OverlayConfig& overlay = draft.config.overlay;
    const bool used = !overlay.container.empty() || !overlay.netns.empty();
    return used && !has_errors(draft.diagnostics) ? std::optional{std::move(overlay)}
                                                  : std::nullopt;
}

Result<Overlay> open_overlay(const OverlayConfig& config) {
    if (!config.netns.empty()) {
        return open_netns(config.netns);
    }
    const auto netns = netns_of(config.docker, config.container);
    if (!netns) {
        return netns.error();
    }
    return open_netns(*netns);
}

Result<void> enter(const Fd& netns) {
    if (::setns(netns.get(), CLONE_NEWNET) != 0) {
        return errno_error("cannot enter the overlay's network namespace");
    }
    return {};
}

}  // namespace portcullis::keeper
