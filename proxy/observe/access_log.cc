#include "proxy/observe/access_log.h"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace portcullis::observe {
namespace {

Result<Fd> open_file(const LogConfig& config) {
    if (config.access == "off") {
        return Fd{};
    }
    Fd file{config.access == "stdout"
                ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                : ::open(config.access.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)};
    if (!file) {
        const bool denied = errno == EACCES;
        const Error error = errno_error("cannot open the access log " + config.access);
        return denied ? failure(error.text +
                                "; the user that this process runs as must be able to write to it")
                      : error;
    }
    return file;
}

}  // namespace

Result<std::unique_ptr<AccessLog>> AccessLog::open(const LogConfig& config) {
    Result<Fd> file = open_file(config);
    if (!file) {
        return file.error();
    }
    return std::unique_ptr<AccessLog>{new AccessLog{config, std::move(*file)}};
}

AccessLog::AccessLog(const LogConfig& config, Fd file)
    : file_{std::move(file)}, queue_lines_max_{config.queue_lines} {}

AccessLog::~AccessLog() {
    open_.reset();
    if (writer_.joinable()) {
        writer_.join();
    }
}

void AccessLog::submit(std::string batch, std::size_t lines) {
    if (queued_lines_.load(std::memory_order_relaxed) + lines >
        queue_lines_max_.load(std::memory_order_relaxed)) {
        dropped_.fetch_add(lines, std::memory_order_relaxed);
        return;
    }
    std::call_once(started_, [this] { writer_ = std::thread{[this] { io_.run(); }}; });
    queued_lines_.fetch_add(lines, std::memory_order_relaxed);
    boost::asio::post(io_, [this, batch = std::move(batch), lines] { write_out(batch, lines); });
}

Result<void> AccessLog::reopen(const LogConfig& config) {
    Result<Fd> file = open_file(config);
    if (!file) {
        return file.error();
    }
    queue_lines_max_.store(config.queue_lines, std::memory_order_relaxed);
    boost::asio::post(io_, [this, next = std::move(*file)]() mutable { file_ = std::move(next); });
    return {};
}

void AccessLog::write_out(const std::string& batch, std::size_t lines) {
    std::size_t written = 0;
    while (file_ && written < batch.size()) {
        const ssize_t count = ::write(file_.get(), batch.data() + written, batch.size() - written);
        if (count < 0 && errno != EINTR) {
            dropped_.fetch_add(lines, std::memory_order_relaxed);  // some of them may be there
            break;
        }
        written += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    queued_lines_.fetch_sub(lines, std::memory_order_relaxed);
}

}  // namespace portcullis::observe
