#include "proxy/http1/upgrade.h"

#include "proxy/http/list.h"
#include "proxy/http1/framing.h"

namespace portcullis::http1 {

bool asks_upgrade(const http::RequestHead& head) {
    if (head.minor_version != 1 || head.method != "GET") {
        return false;
    }
    const http::Field* upgrade = head.find("Upgrade");
    if (upgrade == nullptr || upgrade->value.empty() ||
        !http::has_token(head.fields, "Connection", "upgrade")) {
        return false;
    }
    const Framing framing = request_framing(head);
    return framing.kind == BodyKind::none && framing.refusal == http::Refusal::none;
}

}  // namespace portcullis::http1
