// The access log's file and the thread that writes it. Workers hand over finished lines in batches;
// when the disk cannot keep up, lines are dropped and counted, and the traffic goes on.
// The lines of one worker are in order; those of another may come up to a batch later, so readers
// go by their time.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "config/model.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace portcullis::observe {

class AccessLog {
  public:
    // Opens, and creates with mode 0640, the file; "stdout" and "off" are not files.
    static Result<std::unique_ptr<AccessLog>> open(const LogConfig& config);
    ~AccessLog();  // writes what was handed over, then stops the thread

    // Any thread; the first one to call starts the writer, so that this is no thread of a process
    // which still has its capabilities. lines: how many batch holds.
    void submit(std::string batch, std::size_t lines);
    // Any thread. From the next batch on into the file that config names; also after logrotate(8)
    // moved the old one. On failure the old file stays.
    Result<void> reopen(const LogConfig& config);

    // Any thread.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  private:
    explicit AccessLog(const LogConfig& config, Fd file);
    void write_out(const std::string& batch, std::size_t lines);

    Fd file_;  // the writer's alone; none when the log is off
    std::atomic<std::size_t> queue_lines_max_;
    std::atomic<std::size_t> queued_lines_{0};
    std::atomic<std::uint64_t> dropped_{0};
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_{
        io_.get_executor()};
    std::once_flag started_;
    std::thread writer_;  // from the first submit() on
};

}  // namespace portcullis::observe
