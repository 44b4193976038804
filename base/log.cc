#include "base/log.h"

#include <string>
#include <unistd.h>

namespace portcullis {
namespace {

// The <N> prefixes are syslog levels as journald reads them (sd-daemon(3)); a terminal gets words.
void write_line(std::string_view journal, std::string_view word, std::string_view place,
                std::string_view sentence) {
    static const bool terminal = ::isatty(STDERR_FILENO) == 1;
    std::string line{terminal ? word : journal};
    line.append(place).append(": ");
    for (const char c : sentence) {
        line.push_back(c == '\n' || c == '\r' ? ' ' : c);
    }
    line.push_back('\n');
    // A log that cannot be written must not stop the traffic.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void log_info(std::string_view place, std::string_view sentence) {
    write_line("<6>", "", place, sentence);
}

void log_warning(std::string_view place, std::string_view sentence) {
    write_line("<4>", "warning: ", place, sentence);
}

void log_error(std::string_view place, std::string_view sentence) {
    write_line("<3>", "error: ", place, sentence);
}

}  // namespace portcullis
