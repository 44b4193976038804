// What the proxy answers on its unix socket (base/http_socket.h), read-only:
//   GET /status   JSON, for people and the portcullis command
//   GET /metrics  Prometheus text
#pragma once

#include "base/http_socket.h"
#include "proxy/observe/counters.h"

#include <functional>

namespace portcullis {

// read is called for each request that is answered with numbers.
HttpReply answer_admin(const HttpRequest& request, const std::function<observe::Reading()>& read);

}  // namespace portcullis
