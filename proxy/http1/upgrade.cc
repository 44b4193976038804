#include "proxy/http1/upgrade.h"

#include "proxy/http/characters.h"
#include "proxy/http/list.h"
#include "proxy/http1/framing.h"

#include <algorithm>

namespace portcullis::http1 {
namespace {

bool is_upgrade(const http::Field& field) {
    return http::same_name(field.name, "Upgrade");
}

}  // namespace

std::string_view asked_upgrade(const http::RequestHead& head) {
    const auto& fields = head.fields;
    const auto field = std::find_if(fields.begin(), fields.end(), is_upgrade);
    if (head.minor_version == 0 || field == fields.end() || !http::is_token(field->value) ||
        std::count_if(fields.begin(), fields.end(), is_upgrade) != 1 ||
        !http::has_token(fields, "Connection", "upgrade")) {
        return {};
    }
    const Framing framing = request_framing(head);
    if (framing.refusal != http::Refusal::none) {
        return {};
    }
    const bool websocket = http::same_name(field->value, "websocket");
    const bool plain_get = head.method == "GET" && framing.kind == BodyKind::none;
    return websocket && !plain_get ? std::string_view{} : field->value;
}

}  // namespace portcullis::http1
