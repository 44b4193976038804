// Reads the files that a configuration's options name.
#pragma once

#include "config/model.h"
#include "config/validate.h"

#include <string_view>

namespace portcullis {

// Of a file that is there and closed to the process: an operator's tools run as root and the proxy
// does not.
inline constexpr std::string_view kUnreadableRemedy =
    "the proxy opens it as the user that it serves as: let that user's group read it (chgrp "
    "portcullis, chmod g+r)";

// Fills what is loaded from files, one read for each path however many options name it; each that
// is missing or malformed is a finding where it is named.
void load_files(Config& config, Findings& findings);

}  // namespace portcullis
