// Reads the files that a configuration's options name.
#pragma once

#include "config/model.h"
#include "config/validate.h"

namespace portcullis {

// Fills what is loaded from files, one read for each path however many options name it; each that
// is missing or malformed is a finding where it is named.
void load_files(Config& config, Findings& findings);

}  // namespace portcullis
