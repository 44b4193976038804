#include "proxy/route/access_rules.h"

namespace portcullis::route {
namespace {

bool same_certificates(const RouteConfig& left, const RouteConfig& right) {
    return left.client_certificate == right.client_certificate &&
           (left.client_certificate == ClientCertificate::none ||
            (left.client_ca == right.client_ca && left.client_crl == right.client_crl));
}

// The page and the pause make no difference to who is served.
bool same_maintenance(const RouteConfig& left, const RouteConfig& right) {
    return left.maintenance.has_value() == right.maintenance.has_value() &&
           (!left.maintenance || left.maintenance->allow == right.maintenance->allow);
}

}  // namespace

bool same_access(const RouteConfig& left, const RouteConfig& right) {
    return same_certificates(left, right) && left.allow == right.allow && left.deny == right.deny &&
           same_maintenance(left, right) && left.basic_auth == right.basic_auth &&
           left.forward_auth == right.forward_auth && left.rate_limit == right.rate_limit &&
           left.redirect.has_value() == right.redirect.has_value();
}

}  // namespace portcullis::route
