#include "config/file_model.h"

#include "config/authorities.h"
#include "config/certificate.h"
#include "config/page.h"
#include "config/users.h"

namespace portcullis {

bool same_content(const Authorities& left, const Authorities& right) {
    return left.digest == right.digest;
}

bool same_content(const Certificate& left, const Certificate& right) {
    return left.digest == right.digest;
}

bool same_content(const Page& left, const Page& right) {
    return left.content_type == right.content_type && left.body == right.body;
}

bool same_content(const Revocations& left, const Revocations& right) {
    return left.digest == right.digest;
}

bool same_content(const Users& left, const Users& right) {
    return left.hashes == right.hashes;
}

}  // namespace portcullis
