#include "base/result.h"

#include <cerrno>
#include <system_error>

namespace portcullis {

Error errno_error(const std::string& what) {
    return failure(what + ": " + std::generic_category().message(errno));
}

}  // namespace portcullis
