#include "proxy/http/page.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

TEST(Page, SaysStatusSentenceAndId) {
    std::string page;
    write_page(page, 503, "The service is not available.", "abc123");
    EXPECT_EQ(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
        "<title>503 Service Unavailable</title></head>\n<body>\n<h1>503 Service Unavailable</h1>\n"
        "<p>The service is not available.</p>\n<p>Request "
        "<code>abc123</code></p>\n</body>\n</html>\n");
}

TEST(Page, EscapesWhateverItIsGiven) {
    std::string page;
    write_page(page, 400, "<script>alert('a' & \"b\")</script>", "</code>");
    EXPECT_NE(page.find("&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;"),
              std::string::npos);
    EXPECT_NE(page.find("<code>&lt;/code&gt;</code>"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::http
