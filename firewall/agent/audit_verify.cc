#include "firewall/agent/audit_verify.h"

#include "firewall/agent/audit_log.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <utility>

namespace portcullis::firewall {
namespace {

// Follows the chain from the first line on. Each line is given once, in the file's order.
class Chain {
  public:
    // wanted: what the head says was written last.
    explicit Chain(std::optional<AuditHead> wanted) : wanted_{std::move(wanted)} {}

    // What is wrong; empty when all is well.
    std::string follow(std::string_view line) {
        ++lines_;
        const auto link = read_link(line);
        if (!link) {
            if (!unread_.empty()) {
                return unreadable();
            }
            unread_ =
                line.empty() ? "\n" : std::string{line};  // a crash's, if the next line says so
            return {};
        }
        if (!unread_.empty()) {
            if (link->what != name(AuditEvent::torn) ||
                line.find(torn_detail(unread_)) == std::string_view::npos) {
                --lines_;
                return unreadable();
            }
            unread_.clear();
            crashed_ = true;
        }
        return follow(*link);
    }

    // ended: the last line had its newline.
    AuditVerdict end(bool ended) {
        AuditVerdict verdict{lines_, {}, {}};
        if (!unread_.empty() && ended) {
            verdict.wrong = unreadable();
        } else if (!wanted_) {
            verdict.wrong = lines_ > 1
                                ? "the log has no head file beside it, so lines may be missing "
                                  "at its end"
                                : "";
        } else if (head_.number < wanted_->number) {
            verdict.wrong = fmt::format(
                "the log ends with number {}, and {} was written: lines were "
                "removed at its end",
                head_.number, wanted_->number);
        } else if (!met_wanted_) {
            verdict.wrong =
                fmt::format("line number {} is not the one that was written", wanted_->number);
        } else if (head_.number > wanted_->number + 1) {
            verdict.wrong = fmt::format("the log ends with number {}, and only {} were written",
                                        head_.number, wanted_->number);
        }
        if (crashed_ || !unread_.empty()) {
            verdict.note = "a crash cut a line";
        }
        return verdict;
    }

  private:
    std::string follow(const AuditLink& link) {
        const bool starts = head_.number == 0 && link.number != 1;
        if (starts && link.what == name(AuditEvent::continued)) {
            head_ = {link.number - 1, std::string{link.prev}};
        }
        if (link.number != head_.number + 1) {
            return fmt::format(
                "line {} is number {}, where {} should be: lines were removed or moved", lines_,
                link.number, head_.number + 1);
        }
        if (link.prev != head_.hash) {
            return fmt::format(
                "line {} does not continue the line before it: one of them was replaced", lines_);
        }
        head_ = {link.number, std::string{link.hash}};
        met_wanted_ = met_wanted_ || head_ == wanted_;
        return {};
    }

    [[nodiscard]] std::string unreadable() const {
        return fmt::format("line {} was edited: its hash is not that of its text", lines_);
    }

    std::optional<AuditHead> wanted_;
    AuditHead head_;
    std::uint64_t lines_ = 0;
    std::string unread_;  // the line before, when it is none of ours
    bool met_wanted_ = false;
    bool crashed_ = false;
};

}  // namespace

Result<AuditVerdict> verify_audit(const std::filesystem::path& log) {
    auto head = read_audit_head(log);
    if (!head) {
        return head.error();
    }
    std::ifstream file{log, std::ios::binary};
    if (!file) {
        return errno_error("cannot open the audit log " + log.string());
    }
    Chain chain{std::move(*head)};
    bool ended = true;
    std::uint64_t lines = 0;
    for (std::string line; std::getline(file, line);) {
        ended = !file.eof();
        ++lines;
        if (std::string wrong = chain.follow(line); !wrong.empty()) {
            return AuditVerdict{lines, std::move(wrong), {}};
        }
    }
    return chain.end(ended);
}

}  // namespace portcullis::firewall
