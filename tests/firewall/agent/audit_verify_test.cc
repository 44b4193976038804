#include "firewall/agent/audit_verify.h"

#include "base/file.h"
#include "firewall/agent/audit_log.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <vector>

namespace portcullis::firewall {
namespace {

using Lines = std::vector<std::string>;

// Six genuine lines, after someone did this to them.
class AuditVerifyTest : public testing::Test {
  protected:
    AuditVerifyTest() {
        AuditLog log = AuditLog::open(path).value();
        for (int i = 1; i <= 6; ++i) {
            EXPECT_TRUE(log.append({}, {AuditEvent::policy, "agent", std::to_string(i)}));
        }
    }

    std::string after(const std::function<void(Lines&)>& change) {
        std::istringstream in{read_file(path).value()};
        Lines lines;
        for (std::string line; std::getline(in, line);) {
            lines.push_back(line);
        }
        change(lines);
        std::string text;
        for (const std::string& line : lines) {
            text += line + "\n";
        }
        EXPECT_TRUE(replace_file(path, text));
        return verify_audit(path).value().wrong;
    }

    test::TempDir dir;
    std::filesystem::path path = dir.path() / "audit.log";
};

TEST_F(AuditVerifyTest, IsContentWithWhatWasWritten) {
    EXPECT_EQ(after([](Lines&) {}), "");
}

TEST_F(AuditVerifyTest, FindsALineThatWasRemoved) {
    EXPECT_EQ(after([](Lines& lines) { lines.erase(lines.begin() + 2); }),
              "line 3 is number 4, where 3 should be: lines were removed or moved");
}

TEST_F(AuditVerifyTest, FindsThatTheFirstLineWasRemoved) {
    EXPECT_EQ(after([](Lines& lines) { lines.erase(lines.begin()); }),
              "line 1 is number 2, where 1 should be: lines were removed or moved");
}

TEST_F(AuditVerifyTest, FindsThatTheLastLinesWereRemoved) {
    EXPECT_EQ(after([](Lines& lines) { lines.resize(4); }),
              "the log ends with number 4, and 6 was written: lines were removed at its end");
    EXPECT_EQ(after([](Lines& lines) { lines.clear(); }),
              "the log ends with number 0, and 6 was written: lines were removed at its end");
}

TEST_F(AuditVerifyTest, FindsThatLinesChangedPlaces) {
    EXPECT_EQ(after([](Lines& lines) { std::swap(lines[1], lines[2]); }),
              "line 2 is number 3, where 2 should be: lines were removed or moved");
}

TEST_F(AuditVerifyTest, FindsEveryEditedByte) {
    const std::string whole = read_file(path).value();
    const std::size_t first = whole.find('\n') + 1;
    const std::size_t second = whole.find('\n', first);
    for (std::size_t at = first; at < second; ++at) {
        std::string text = whole;
        text[at] = text[at] == 'x' ? 'y' : 'x';
        ASSERT_TRUE(replace_file(path, text));
        EXPECT_NE(verify_audit(path).value().wrong, "") << "byte " << at;
    }
}

TEST_F(AuditVerifyTest, FindsAChainThatWasMadeAnew) {
    // Whoever edits a line and computes all later hashes anew still does not have the head.
    EXPECT_EQ(after([](Lines& lines) {
                  AuditHead head;
                  for (std::size_t i = 0; i < lines.size(); ++i) {
                      lines[i] = chain_line(head, {}, {AuditEvent::policy, "nobody", "x"});
                      lines[i].pop_back();
                  }
              }),
              "line number 6 is not the one that was written");
}

TEST_F(AuditVerifyTest, FindsLinesThatWereNeverWritten) {
    EXPECT_EQ(after([](Lines& lines) {
                  AuditHead head{6, std::string{read_link(lines[5])->hash}};
                  for (int i = 0; i < 2; ++i) {
                      lines.push_back(chain_line(head, {}, {AuditEvent::unban, "x", "x"}));
                      lines.back().pop_back();
                  }
              }),
              "the log ends with number 8, and only 6 were written");
}

TEST_F(AuditVerifyTest, DoesNotTakeAnEditForACrash) {
    EXPECT_EQ(after([](Lines& lines) { lines[2].resize(20); }),
              "line 3 was edited: its hash is not that of its text");
    EXPECT_EQ(after([](Lines& lines) { lines.emplace_back(); }),
              "line 3 was edited: its hash is not that of its text");
}

TEST_F(AuditVerifyTest, MissesTheHead) {
    std::filesystem::remove(path.string() + ".head");
    EXPECT_EQ(verify_audit(path).value().wrong,
              "the log has no head file beside it, so lines may be missing at its end");
}

TEST_F(AuditVerifyTest, NeedsALog) {
    EXPECT_EQ(verify_audit("/nonexistent/log").error().text,
              "cannot open the audit log /nonexistent/log: No such file or directory");
}

}  // namespace
}  // namespace portcullis::firewall
