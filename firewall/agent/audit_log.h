// The audit log's file: lines are only ever appended (chattr +a may be set on it), each is on the
// disk before append() returns. Beside it lies FILE.head, the number and hash of its last line, by
// which lines removed at its end are noticed. One process writes at a time; the file's lock says
// so.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "firewall/agent/audit_chain.h"

#include <filesystem>
#include <string>

namespace portcullis::firewall {

class AuditLog {
  public:
    // Creates the file, mode 0640, or goes on at its end. After a crash the line that was cut is
    // ended, and the next one says so; after the file was moved away the new one continues its
    // chain.
    static Result<AuditLog> open(const std::filesystem::path& path);

    // On failure (a full disk) the line may be there in part; the next line then says so.
    Result<void> append(std::chrono::system_clock::time_point time, const AuditEntry& entry);

    [[nodiscard]] const AuditHead& head() const { return head_; }

  private:
    AuditLog(std::filesystem::path path, Fd file)
        : path_{std::move(path)}, file_{std::move(file)} {}

    Result<void> find_end();
    Result<void> end_torn_line();
    Result<void> write_line(std::chrono::system_clock::time_point time, const AuditEntry& entry);

    std::filesystem::path path_;
    Fd file_;
    AuditHead head_;
    std::string torn_;  // the file's last bytes, while they are no whole line
};

// Empty when there is none. Fails when it cannot be read or is no head.
Result<std::optional<AuditHead>> read_audit_head(const std::filesystem::path& log);

}  // namespace portcullis::firewall
