#include "proxy/relay/context.h"

#include "base/file.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace portcullis::relay {
namespace {

class ContextTest : public testing::Test {
  protected:
    static LogConfig to(const std::filesystem::path& file) {
        LogConfig config;
        config.access = file.string();
        return config;
    }

    test::TempDir dir;
    std::unique_ptr<observe::AccessLog> log =
        observe::AccessLog::open(to(dir.path() / "log")).value();
    Context context{*log};
};

TEST_F(ContextTest, LendsTheSameMemoryAgainEmptied) {
    auto scratch = context.borrow();
    Scratch* const at = scratch.get();
    scratch->host = "shop.test";
    scratch->answer_out.assign(1'000'000, 'x');
    const http1::HeadLimits limits{8192, 8192, 10};
    EXPECT_EQ(scratch->request.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n", limits),
              http1::Step::done);
    context.give_back(std::move(scratch));
    scratch = context.borrow();
    EXPECT_EQ(scratch.get(), at);
    EXPECT_EQ(scratch->host, "");
    EXPECT_EQ(scratch->answer_out, "");
    EXPECT_LT(scratch->answer_out.capacity(), 100'000U) << "not kept at that size for ever";
    EXPECT_EQ(scratch->request.feed("PUT / HTTP/1.1\r\nHost: a\r\n\r\n", limits),
              http1::Step::done);
    EXPECT_EQ(scratch->request.head().method, "PUT");
}

TEST_F(ContextTest, KeepsABoundedNumberOfSpares) {
    std::vector<std::unique_ptr<Scratch>> lent;
    for (int i = 0; i < 200; ++i) {
        lent.push_back(context.borrow());
    }
    std::set<Scratch*> early;
    for (auto& scratch : lent) {
        early.insert(scratch.get());
        context.give_back(std::move(scratch));
    }
    int again = 0;
    std::vector<std::unique_ptr<Scratch>> kept;
    for (int i = 0; i < 64; ++i) {
        kept.push_back(context.borrow());
        again += early.contains(kept.back().get()) ? 1 : 0;
    }
    EXPECT_EQ(again, 64);
}

TEST_F(ContextTest, HandsTheLogsLinesOverOnce) {
    context.flush_log();
    context.log = {"one\ntwo\n", 2};
    context.flush_log();
    EXPECT_EQ(context.log.lines, 0U);
    EXPECT_EQ(context.log.text, "");
    context.flush_log();
    log.reset();
    EXPECT_EQ(read_file(dir.path() / "log").value(), "one\ntwo\n");
}

}  // namespace
}  // namespace portcullis::relay
