// The rules of the house that a program can check. Each gives its findings, empty when all is well.
#pragma once

#include "tests/tidy/tree.h"

namespace portcullis::tidy {

// Includes point one way: admin, proxy, firewall -> config -> base; proxy and firewall never meet;
// inside proxy from the server down to TLS. Nothing includes tests or bench.
Findings uphill_includes(const Tree& tree);
// A header that no file includes.
Findings unused_headers(const Tree& tree);

// A source under base, config, proxy, firewall or admin without a test at the mirrored path.
// main.cc is exempt: the scenarios run it.
Findings untested_sources(const Tree& tree);
// A source that no CMakeLists.txt names, and a name there without a file.
Findings cmake_differences(const Tree& tree);

// A co_await that is part of a condition, or of an operand of &&, || or ?:. g++ 12 evaluates "x &&
// co_await y" even when x is false, and for "if (co_await y)" it may lay the coroutine's frame out
// so that resuming it jumps to nowhere.
Findings misread_awaits(const Tree& tree);

// A relative link that leads nowhere, a top folder without a README, a file in a README's table
// that is not there.
Findings broken_links(const Tree& tree);
Findings missing_readmes(const Tree& tree);
Findings stale_tables(const Tree& tree);

// A source longer than 400 lines; tabs and trailing whitespace; a C++ or Python file not in
// snake_case; a path of the machine it was written on.
Findings long_files(const Tree& tree);
Findings stray_whitespace(const Tree& tree);
Findings odd_names(const Tree& tree);
Findings machine_paths(const Tree& tree);

}  // namespace portcullis::tidy
