// A real HTTP/2 origin server, nghttpd, on the loopback of a test's private
// network. It serves files and takes bodies of any length.
#pragma once

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::test {

class Nghttpd {
  public:
    // Over TLS, as h2; else in clear text, with prior knowledge.
    struct Tls {
        std::string certificate;
        std::string key;
    };

    // options: of its own. Ready to answer on return, or the test fails.
    explicit Nghttpd(std::uint16_t port, const std::vector<std::string>& options = {},
                     const std::optional<Tls>& tls = std::nullopt);

    // Its root folder, for files to serve.
    [[nodiscard]] const TempDir& dir() const { return dir_; }

    [[nodiscard]] Process& process() { return *process_; }

  private:
    TempDir dir_;
    std::optional<Process> process_;  // empty only while constructing
};

}  // namespace portcullis::test
