#include "base/file.h"

#include "base/fd.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
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

namespace {

Result<void> write_all(const Fd& file, std::string_view content, const std::string& name) {
    while (!content.empty()) {
        const ssize_t count = ::write(file.get(), content.data(), content.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return errno_error("cannot write " + name);
        }
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          std::filesystem::perms mode, Durable durable) {
    const std::string beside = path.string() + ".new";
    ::unlink(beside.c_str());  // of a process that died here
    {
        const Fd file{
            ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
        if (!file) {
            return errno_error("cannot create " + beside);
        }
        if (const auto written = write_all(file, content, beside); !written) {
            return written.error();
        }
        if (::fchmod(file.get(), static_cast<mode_t>(mode)) != 0 ||
            (durable == Durable::yes && ::fsync(file.get()) != 0)) {
            return errno_error("cannot write " + beside);
        }
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return errno_error("cannot replace " + path.string());
    }
    if (durable == Durable::no) {
        return {};
    }
    const std::filesystem::path parent = path.parent_path();
    const Fd folder{
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder || ::fsync(folder.get()) != 0) {
        return errno_error("cannot make the new " + path.string() + " durable");
    }
    return {};
}

}  // namespace portcullis
