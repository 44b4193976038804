// The key of this installation's sticky cookies: where it comes from.
#pragma once

#include "config/model.h"
#include "proxy/origin/sticky.h"

#include <filesystem>

namespace portcullis {

// Of what comes first:
// 1. the file that sticky_key_file names, which several nodes share;
// 2. inherited: the key of the process whose place this one takes, or null;
// 3. state/sticky.key, which is made where there is none. state: a folder, or empty;
// 4. chance: then a restart sends clients to other endpoints.
// Fails for a named file that cannot be used. A state folder that cannot be written is logged.
Result<origin::StickyKey> sticky_key(const Config& config, const origin::StickyKey* inherited,
                                     const std::filesystem::path& state);

// Gives the process its key; the state folder is the one that systemd's StateDirectory= names.
// Before the server is made.
Result<void> set_sticky_key(const Config& config, const origin::StickyKey* inherited);

}  // namespace portcullis
