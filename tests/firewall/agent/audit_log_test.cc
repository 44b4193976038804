#include "firewall/agent/audit_log.h"

#include "base/file.h"
#include "firewall/agent/audit_verify.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <fstream>

namespace portcullis::firewall {
namespace {

class AuditLogTest : public testing::Test {
  protected:
    void write(int count) {
        AuditLog log = AuditLog::open(path).value();
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(log.append(std::chrono::system_clock::now(),
                                   {AuditEvent::ban, "uid 0 pid 7 comm sh", std::to_string(i)}));
        }
    }

    [[nodiscard]] std::string wrong() const { return verify_audit(path).value().wrong; }

    test::TempDir dir;
    std::filesystem::path path = dir.path() / "audit.log";
};

TEST_F(AuditLogTest, GoesOnWhereAnotherProcessEnded) {
    write(3);
    write(2);
    const AuditVerdict verdict = verify_audit(path).value();
    EXPECT_EQ(verdict.lines, 5U);
    EXPECT_EQ(verdict.wrong, "");
    EXPECT_EQ(AuditLog::open(path).value().head().number, 5U);
}

TEST_F(AuditLogTest, HasOneWriter) {
    const AuditLog first = AuditLog::open(path).value();
    EXPECT_EQ(AuditLog::open(path).error().text,
              "another process writes the audit log " + path.string());
}

TEST_F(AuditLogTest, EndsALineThatACrashCutAndSaysSo) {
    write(2);
    std::ofstream{path, std::ios::app} << R"({"n":3,"time":"2026)";
    EXPECT_EQ(wrong(), "") << "before the next start as well";
    write(1);
    const AuditVerdict verdict = verify_audit(path).value();
    EXPECT_EQ(verdict.wrong, "");
    EXPECT_EQ(verdict.note, "a crash cut a line");
    EXPECT_EQ(verdict.lines, 5U) << "2, the torn one, the one that says so, 1";
}

TEST_F(AuditLogTest, IsOneAheadOfItsHeadAfterACrashBetweenTheTwo) {
    write(2);
    const std::string head = read_file(path.string() + ".head").value();
    write(1);
    ASSERT_TRUE(replace_file(path.string() + ".head", head));
    EXPECT_EQ(wrong(), "");
    write(1);
    EXPECT_EQ(wrong(), "");
    EXPECT_EQ(AuditLog::open(path).value().head().number, 4U);
}

TEST_F(AuditLogTest, ContinuesItsChainInANewFile) {
    write(3);
    std::filesystem::rename(path, path.string() + ".1");
    write(1);
    EXPECT_EQ(wrong(), "");
    const std::string text = read_file(path).value();
    EXPECT_TRUE(text.starts_with(R"({"n":4,)")) << text;
    EXPECT_NE(text.find(R"("what":"continued")"), std::string::npos);
}

TEST_F(AuditLogTest, SaysWhatItCannotOpen) {
    EXPECT_EQ(AuditLog::open("/nonexistent/log").error().text,
              "cannot open the audit log /nonexistent/log: No such file or directory");
    dir.write("audit.log.head", "seven\n");
    EXPECT_EQ(AuditLog::open(path).error().text,
              path.string() + ".head is not the head of an audit log");
}

}  // namespace
}  // namespace portcullis::firewall
