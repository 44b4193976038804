#include "tests/support/nginx.h"

#include "base/file.h"
#include "tests/support/raw_client.h"

#include <stdexcept>

namespace portcullis::test {

namespace {

// One process without a master: nothing is left behind when it is killed, and no other user is
// needed.
std::string configuration(std::uint16_t port, const std::string& dir,
                          std::string_view server_block) {
    return "daemon off;\nmaster_process off;\nuser root;\npid " + dir +
           "/pid;\nerror_log stderr;\n" + "events { worker_connections 4096; }\n" +
           "http {\n  types { text/html html; text/plain txt; }\n" +
           "  log_format short '$connection $connection_requests $request';\n  access_log " + dir +
           "/access.log short;\n  client_body_temp_path " + dir + "/body;\n  proxy_temp_path " +
           dir + "/proxy;\n  fastcgi_temp_path " + dir + "/fastcgi;\n  uwsgi_temp_path " + dir +
           "/uwsgi;\n  scgi_temp_path " + dir + "/scgi;\n  root " + dir +
           ";\n  server {\n    listen 127.0.0.1:" + std::to_string(port) + " backlog=4096;\n    " +
           std::string{server_block} + "\n  }\n}\n";
}

}  // namespace

Nginx::Nginx(std::uint16_t port, std::string_view server_block) : port_{port} {
    const std::string file =
        dir_.write("nginx.conf", configuration(port, dir_.path().string(), server_block));
    process_.emplace(Command{{"nginx", "-p", dir_.path().string(), "-c", file, "-e", "stderr"}});
    const bool ready =
        eventually([&] { return RawClient::plain(port).connected() || !process_->running(); });
    if (!ready || !process_->running()) {
        throw std::runtime_error{"nginx did not start: " + process_->err()};
    }
}

std::string Nginx::access_log() const {
    return read_file(dir_.path() / "access.log").value();
}

}  // namespace portcullis::test
