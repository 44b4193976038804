// What Docker says of a container: the little that is asked before anybody is served.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace portcullis::keeper {

// Pure. From the answer to GET /containers/json: the id of the container that is called name, or is
// a task of the service of that name ("NAME.1.id"); of several the one that was created last.
Result<std::string> newest_container(std::string_view answer, const std::string& name);

// Pure. From the answer to GET /containers/ID/json: the file of its network namespace.
Result<std::filesystem::path> sandbox_of(std::string_view answer);

// That file, of the container of this name.
Result<std::filesystem::path> netns_of(const std::filesystem::path& docker,
                                       const std::string& name);

}  // namespace portcullis::keeper
