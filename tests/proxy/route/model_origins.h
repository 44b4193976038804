// Small models of how origins read the path that they are sent: written from what each does, in its
// own order, and without anything of the proxy's own code, so that they can judge it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

struct ModelOrigin {
    const char* name;
    // What is looked up; nothing when the origin refuses the path.
    std::function<std::optional<std::string>(std::string_view path)> read;
    bool ignores_case = false;
};

const std::vector<ModelOrigin>& model_origins();

}  // namespace portcullis::test
