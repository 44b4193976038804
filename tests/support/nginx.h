// A real nginx as an origin server, on the loopback of a test's private network.
#pragma once

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::test {

class Nginx {
  public:
    // server_block: what stands inside "server { listen 127.0.0.1:PORT; ... }". Ready to answer on
    // return; throws std::runtime_error with nginx's own words when it does not start.
    Nginx(std::uint16_t port, std::string_view server_block);

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] pid_t pid() const { return process_->pid(); }

    // Its root folder, for files to serve.
    [[nodiscard]] const TempDir& dir() const { return dir_; }

    // One line for each request so far: connection number, its request number, the request line.
    [[nodiscard]] std::string access_log() const;

  private:
    std::uint16_t port_;
    TempDir dir_;
    std::optional<Process> process_;  // empty only while constructing
};

}  // namespace portcullis::test
