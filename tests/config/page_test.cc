#include "config/page.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(ParsePage, HasTheTypeOfItsName) {
    EXPECT_EQ(parse_page("/p/404.html", "<p>x").value().content_type, "text/html; charset=utf-8");
    EXPECT_EQ(parse_page("404.txt", "x").value().content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(parse_page("404.json", "{}").value().content_type, "application/json");
    EXPECT_EQ(parse_page("404.html", "<p>x").value().body, "<p>x");
}

TEST(ParsePage, SaysWhatIsNoPage) {
    EXPECT_EQ(parse_page("404.php", "x").error().text,
              "'404.php' is no page; name it .html, .txt or .json");
    EXPECT_EQ(parse_page("404.html", "\xff").error().text, "'404.html' is not UTF-8");
}

}  // namespace
}  // namespace portcullis
