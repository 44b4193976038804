#include "proxy/relay/context.h"

#include "base/file.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <string>

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
    limit::Shared shared{Limits{}};
    Context context{*log, shared};
};

TEST_F(ContextTest, LendsTheSameMemoryAgainEmptied) {
    const Scratch* at = nullptr;
    {
        const Pool<Scratch>::Lent scratch{context.scratches};
        at = &*scratch;
        scratch->host = "shop.test";
        scratch->page.assign(1'000'000, 'x');
        scratch->answer_fields.add("A", "1");
    }
    const Pool<Scratch>::Lent scratch{context.scratches};
    EXPECT_EQ(&*scratch, at);
    EXPECT_EQ(scratch->host, "");
    EXPECT_EQ(scratch->page, "");
    EXPECT_LT(scratch->page.capacity(), 100'000U) << "not kept at that size for ever";
    EXPECT_TRUE(scratch->answer_fields.all().empty());
}

TEST_F(ContextTest, LendsAParserThatBeginsAnew) {
    const http1::HeadLimits limits{8192, 8192, 10};
    for (const char* method : {"GET", "PUT"}) {
        const Pool<Http1Request>::Lent work{context.requests};
        EXPECT_EQ(work->parser.feed(std::string{method} + " / HTTP/1.1\r\nHost: a\r\n\r\n", limits),
                  http1::Step::done);
        EXPECT_EQ(work->out, "");
        work->out = "something";
    }
    for (const char* status : {"200", "404"}) {
        const Pool<Http1Answer>::Lent work{context.answers};
        EXPECT_EQ(work->parser.feed("HTTP/1.1 " + std::string{status} + " \r\n\r\n", limits),
                  http1::Step::done);
        EXPECT_EQ(work->out, "");
        work->out = "something";
    }
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
