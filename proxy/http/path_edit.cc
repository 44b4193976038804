#include "proxy/http/path_edit.h"

#include "config/types/route_path.h"

namespace portcullis::http {

bool edits_path(const RouteConfig& route) {
    return route.strip_prefix == Switch::on || !route.rewrite.empty();
}

std::string_view origin_prefix(const RouteConfig& route) {
    return route_prefix(edits_path(route) ? std::string_view{route.rewrite} : route.path);
}

void edit_path(const RouteConfig& route, std::string_view normalised, std::string& out) {
    std::string_view rest = normalised.substr(route_prefix(route.path).size());
    if (rest.empty() && !route.rewrite.empty()) {
        out = route.rewrite;
        return;
    }
    out = origin_prefix(route);
    while (out.empty() && rest.starts_with("//")) {
        rest.remove_prefix(1);
    }
    out.append(rest);
    if (out.empty()) {
        out = "/";
    }
}

}  // namespace portcullis::http
