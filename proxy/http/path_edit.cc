#include "proxy/http/path_edit.h"

#include "config/types/route_path.h"

namespace portcullis::http {

bool edits_path(const RouteConfig& route) {
    return route.strip_prefix == Switch::on || !route.rewrite.empty();
}

void edit_path(const RouteConfig& route, std::string_view normalised, std::string& out) {
    const std::string_view rest = normalised.substr(route_prefix(route.path).size());
    if (rest.empty() && !route.rewrite.empty()) {
        out = route.rewrite;
        return;
    }
    out = route_prefix(route.rewrite);
    out.append(rest);
    if (out.empty()) {
        out = "/";
    }
}

}  // namespace portcullis::http
