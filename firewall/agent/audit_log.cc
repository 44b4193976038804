#include "firewall/agent/audit_log.h"

#include "base/file.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

std::filesystem::path head_path(const std::filesystem::path& log) {
    return log.string() + ".head";
}

Result<std::string> read_tail(const Fd& file, std::size_t bytes) {
    struct stat status {};

    if (::fstat(file.get(), &status) != 0) {
        return errno_error("cannot read the audit log");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    std::string tail(std::min(size, bytes), '\0');
    const ssize_t count =
        ::pread(file.get(), tail.data(), tail.size(), static_cast<off_t>(size - tail.size()));
    if (count != static_cast<ssize_t>(tail.size())) {
        return errno_error("cannot read the audit log");
    }
    return tail;
}

}  // namespace

Result<std::optional<AuditHead>> read_audit_head(const std::filesystem::path& log) {
    std::error_code ignored;
    if (!std::filesystem::exists(head_path(log), ignored)) {
        return std::optional<AuditHead>{};
    }
    const auto text = read_file(head_path(log), 1024);
    if (!text) {
        return text.error();
    }
    AuditHead head;
    const auto [end, error] =
        std::from_chars(text->data(), text->data() + text->size(), head.number);
    const std::string_view rest{end, text->data() + text->size()};
    if (error != std::errc{} || rest.size() != 66 || rest.front() != ' ' || rest.back() != '\n') {
        return failure(head_path(log).string() + " is not the head of an audit log");
    }
    head.hash = rest.substr(1, 64);
    return std::optional{head};
}

Result<AuditLog> AuditLog::open(const std::filesystem::path& path) {
    Fd file{::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640)};
    if (!file) {
        return errno_error("cannot open the audit log " + path.string());
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK
                   ? failure("another process writes the audit log " + path.string())
                   : errno_error("cannot lock the audit log " + path.string());
    }
    AuditLog log{path, std::move(file)};
    if (const auto found = log.find_end(); !found) {
        return found.error();
    }
    return log;
}

Result<void> AuditLog::find_end() {
    const auto stored = read_audit_head(path_);
    if (!stored) {
        return stored.error();
    }
    const auto tail = read_tail(file_, kAuditLineMax * 2);
    if (!tail) {
        return tail.error();
    }
    head_ = stored->value_or(AuditHead{});
    if (tail->empty()) {
        return head_.number == 0 ? Result<void>{}
                                 : append(std::chrono::system_clock::now(),
                                          {AuditEvent::continued, "agent",
                                           "the lines up to this one are in another file"});
    }
    const std::size_t whole = tail->rfind('\n') + 1;  // 0 when there is no newline
    const std::string_view torn = std::string_view{*tail}.substr(whole);
    if (whole > 0) {
        const std::string_view before = std::string_view{*tail}.substr(0, whole - 1);
        const auto last = read_link(before.substr(before.rfind('\n') + 1));
        // The head is written after the line: a crash leaves it one behind.
        if (last && last->number >= head_.number) {
            head_ = {last->number, std::string{last->hash}};
        }
    }
    torn_ = torn;
    return end_torn_line();
}

Result<void> AuditLog::end_torn_line() {
    if (torn_.empty()) {
        return {};
    }
    const std::string detail = torn_detail(torn_);
    if (::write(file_.get(), "\n", 1) != 1) {
        return errno_error("cannot write the audit log " + path_.string());
    }
    torn_.clear();
    return write_line(std::chrono::system_clock::now(), {AuditEvent::torn, "agent", detail});
}

Result<void> AuditLog::append(std::chrono::system_clock::time_point time, const AuditEntry& entry) {
    if (const auto ended = end_torn_line(); !ended) {
        return ended.error();
    }
    return write_line(time, entry);
}

Result<void> AuditLog::write_line(std::chrono::system_clock::time_point time,
                                  const AuditEntry& entry) {
    AuditHead next = head_;
    const std::string line = chain_line(next, time, entry);
    ssize_t count = 0;
    do {
        count = ::write(file_.get(), line.data(), line.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return errno_error("cannot write the audit log " + path_.string());
    }
    if (static_cast<std::size_t>(count) < line.size()) {
        torn_ = line.substr(0, static_cast<std::size_t>(count));
        return failure("cannot write the audit log " + path_.string() + ": the disk is full");
    }
    head_ = std::move(next);
    if (::fdatasync(file_.get()) != 0) {
        return errno_error("cannot write the audit log " + path_.string());
    }
    return replace_file(head_path(path_), fmt::format("{} {}\n", head_.number, head_.hash));
}

}  // namespace portcullis::firewall
