#include "proxy/admin.h"

namespace portcullis {

HttpReply answer_admin(const HttpRequest& request, const std::function<observe::Reading()>& read) {
    if (request.method != "GET") {
        return {405, "Only GET is understood here.\n"};
    }
    if (request.target == "/status") {
        return {200, observe::status_json(read()), "application/json"};
    }
    if (request.target == "/metrics") {
        return {200, observe::metrics_text(read()), "text/plain; version=0.0.4"};
    }
    return {404, "There are /status and /metrics.\n"};
}

}  // namespace portcullis
