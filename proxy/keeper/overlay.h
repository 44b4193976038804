// The network namespace that origin connections are made in, when it is not the process's own.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "config/discovery_model.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace portcullis::keeper {

struct Overlay {
    Fd netns;                    // keeps the namespace alive, also when its container is gone
    std::uint64_t identity = 0;  // of the namespace; another one has another
};

// What the configuration file says of it, when it can be read and something is to be entered;
// whatever else is wrong with the file is the proxy's to say.
std::optional<OverlayConfig> configured_overlay(const std::filesystem::path& file);

// Finds and opens it. Of several containers of the name the one that was created last is taken: the
// other one is about to be replaced by it. Asks Docker for 3 s at most.
Result<Overlay> open_overlay(const OverlayConfig& config);

// From here on this thread, and those that it starts, are in the namespace (setns(2)); sockets stay
// where they were made. Needs CAP_SYS_ADMIN.
Result<void> enter(const Fd& netns);

}  // namespace portcullis::keeper
