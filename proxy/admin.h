// What the proxy answers on its unix socket (base/http_socket.h), read-only:
//   GET /status   JSON, for people and the portcullis command
//   GET /metrics  Prometheus text
//   GET /ready    200 while new connections can be served, else 503 and why: for load balancers
#pragma once

#include "base/http_socket.h"
#include "proxy/observe/counters.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace portcullis {

// read is called for each request that is answered with numbers. obstacle: why no new connection
// can be served, a sentence; empty: they can.
HttpReply answer_admin(const HttpRequest& request, const std::function<observe::Reading()>& read,
                       const std::string& obstacle);

// handed_over: the listening socket of the process before, at the same path; or empty.
Result<std::unique_ptr<HttpSocket>> open_admin_socket(boost::asio::io_context& io,
                                                      const std::filesystem::path& path,
                                                      Fd handed_over, HttpSocket::Handler answer);

// What stands between the proxy and new connections.
struct Obstacles {
    bool leaving = false;        // told to end, or another process has taken over
    bool overlay_gone = false;   // OverlayWatch
    bool swarm_unknown = false;  // a swarm is followed, and nothing is known of it yet
    bool unverified = false;     // nobody vouches for the endpoints of the swarm
};

// The first of them as a sentence; empty: there is none.
std::string sentence_about(const Obstacles& obstacles);

}  // namespace portcullis
