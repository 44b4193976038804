#include "config/swarm/keygen.h"

#include "base/fd.h"
#include "config/swarm/signing_key.h"

#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace portcullis::swarm {
namespace {

// A few hundred bytes: written at once, or not.
Result<void> create(const std::filesystem::path& file, const std::string& content, mode_t mode) {
    const Fd made{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!made) {
        return errno == EEXIST ? failure(file.string() +
                                         " is there already; move it away, or name another --out")
                               : errno_error("cannot create " + file.string());
    }
    errno = 0;
    if (::write(made.get(), content.data(), content.size()) !=
            static_cast<ssize_t>(content.size()) ||
        ::fchmod(made.get(), mode) != 0 || ::fsync(made.get()) != 0) {
        const Error error = errno_error("cannot write " + file.string());
        ::unlink(file.c_str());
        return error;
    }
    return {};
}

}  // namespace

Result<KeyFiles> keygen(const std::filesystem::path& base) {
    const KeyFiles files{base.string() + ".key", base.string() + ".pub"};
    const SigningKey key = SigningKey::generate();
    if (const auto made = create(files.signing, key.private_pem(), 0600); !made) {
        return made.error();
    }
    if (const auto made = create(files.verify, key.public_pem(), 0644); !made) {
        ::unlink(files.signing.c_str());
        return made.error();
    }
    return files;
}

}  // namespace portcullis::swarm
