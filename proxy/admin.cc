#include "proxy/admin.h"

namespace portcullis {

Result<std::unique_ptr<HttpSocket>> open_admin_socket(boost::asio::io_context& io,
                                                      const std::filesystem::path& path,
                                                      Fd handed_over, HttpSocket::Handler answer) {
    return handed_over ? HttpSocket::adopt(io, std::move(handed_over), path, std::move(answer))
                       : HttpSocket::listen(io, "admin.socket", path, std::move(answer));
}

std::string sentence_about(const Obstacles& obstacles) {
    return obstacles.leaving        ? "this process accepts no new connections: it is ending"
           : obstacles.overlay_gone ? "the network that tasks are met in is gone: is its container "
                                      "(overlay.container) running?"
           : obstacles.swarm_unknown
               ? "nothing is known of the swarm yet: is portcullis-discovery running?"
           : obstacles.unverified ? "nobody says whose the addresses of tasks are: is "
                                    "portcullis-discovery running?"
                                  : "";
}

HttpReply answer_admin(const HttpRequest& request, const std::function<observe::Reading()>& read,
                       const std::string& obstacle) {
    if (request.method != "GET") {
        return {405, "Only GET is understood here.\n"};
    }
    if (request.target == "/status") {
        return {200, observe::status_json(read()), "application/json"};
    }
    if (request.target == "/metrics") {
        return {200, observe::metrics_text(read()), "text/plain; version=0.0.4"};
    }
    if (request.target == "/ready") {
        return obstacle.empty() ? HttpReply{200, "ready\n"} : HttpReply{503, obstacle + "\n"};
    }
    return {404, "There are /status, /metrics and /ready.\n"};
}

}  // namespace portcullis
