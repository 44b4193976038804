#include "config/swarm/accepted_serial.h"

#include "base/file.h"

#include <algorithm>
#include <charconv>

namespace portcullis::swarm {
namespace {

constexpr std::size_t kFileBytesMax = 256;

}  // namespace

AcceptedSerial::AcceptedSerial(std::filesystem::path file, const VerifyKeys& keys)
    : file_{std::move(file)} {
    std::error_code error;
    if (file_.empty() || (!std::filesystem::exists(file_, error) && !error)) {
        return;
    }
    const auto text = read_file(file_, kFileBytesMax);
    if (!text) {
        trouble_ = text.error().text;
        return;
    }
    const std::string_view all = *text;
    const std::size_t space = std::min(all.find(' '), all.size());
    const char* end = all.data() + all.size();
    std::uint64_t serial = 0;
    const auto read = std::from_chars(std::min(all.data() + space + 1, end), end, serial);
    if (read.ec != std::errc{} || std::string_view{read.ptr, end} != "\n") {
        trouble_ = file_.string() + " is malformed";
    } else if (keys.has(all.substr(0, space))) {
        serial_ = serial;
    }
}

Result<void> AcceptedSerial::keep(const std::string& key, std::uint64_t serial) {
    serial_ = serial;
    return file_.empty() ? Result<void>{}
                         : replace_file(file_, key + " " + std::to_string(serial) + "\n");
}

}  // namespace portcullis::swarm
