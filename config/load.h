// A configuration file, read and judged. The only file of the project that knows yaml-cpp is yaml.cc.
#pragma once

#include "config/diagnostics.h"
#include "config/model.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace portcullis {

struct Loaded {
    std::shared_ptr<const Config> config;   // null exactly when diagnostics hold an error
    std::vector<Diagnostic> diagnostics;    // all of them, in the order of the file
    std::string text;                       // the file's content, for render()
};

// Reads the file, the certificates and keys it names, and validates everything. Never throws.
Loaded load(const std::filesystem::path& file);

// The same file for portcullis-discovery: all of it is read, but only the section 'discovery' is
// judged, which must name a snapshot; no certificate or key is opened.
Loaded load_discovery(const std::filesystem::path& file);

// The same file for the firewall, on a node that may serve nothing: all of its text is read, so that
// no mistake in it passes, but only the section 'firewall' is judged, which must be there, and
// 'discovery'; no certificate or key is opened.
Loaded load_firewall(const std::filesystem::path& file);
// The same for text that did not come from this file, or no longer is in it; file names the mistakes
// and is where relative paths start.
Loaded load_firewall_text(std::string text, const std::filesystem::path& file);

}  // namespace portcullis
