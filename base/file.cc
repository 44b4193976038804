#include "base/file.h"

#include "base/fd.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace portcullis {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) {
        return errno_error("cannot open " + path.string());
    }
    std::string text;
    std::array<char, 65536> block;
    for (;;) {
        const ssize_t count = ::read(file.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return errno_error("cannot read " + path.string());
        }
        if (count == 0) {
            return text;
        }
        text.append(block.data(), static_cast<std::size_t>(count));
        if (text.size() > bytes_max) {
            return failure(path.string() + " is longer than " + std::to_string(bytes_max) +
                           " bytes");
        }
    }
}

}  // namespace portcullis
