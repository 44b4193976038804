#include "proxy/http1/field_scanner.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::http1 {
namespace {

using http::Refusal;

// Long values meet the vector scan, short ones the byte scan; a stop byte must be found at every
// offset in both.
TEST(FieldScanner, FindsAControlByteAtEveryOffsetOfAValue) {
    for (std::size_t size = 1; size < 70; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string value(size, '\xff');
            value[at] = '\x01';
            const std::string bytes = "X:" + value + "\r\n\r\n";
            std::vector<http::Field> fields;
            FieldScanner scanner;
            ASSERT_EQ(scanner.feed(bytes, 1000, 10, fields), Step::failed);
            ASSERT_EQ(scanner.refusal(), Refusal::bad_field_value);
            ASSERT_EQ(scanner.position(), 2 + at);
        }
    }
}

TEST(FieldScanner, AllowsInValuesExactlyTabSpaceVisibleAndObsText) {
    for (const std::size_t padding : {0U, 40U}) {
        for (int byte = 0; byte < 256; ++byte) {
            const char c = static_cast<char>(byte);
            const std::string bytes = "X: a" + std::string(padding, 'a') + c + "a\r\n\r\n";
            std::vector<http::Field> fields;
            FieldScanner scanner;
            const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
            EXPECT_EQ(scanner.feed(bytes, 1000, 10, fields), allowed ? Step::done : Step::failed)
                << byte;
        }
    }
}

TEST(FieldScanner, StartsWhereItIsTold) {
    std::vector<http::Field> fields;
    FieldScanner scanner;
    scanner.start(3);
    ASSERT_EQ(scanner.feed("\x01\x02\x03X: y\r\n\r\n\x04", 6, 1, fields), Step::done);
    EXPECT_EQ(scanner.position(), 11U);
    EXPECT_EQ(fields.at(0).value, "y");
}

TEST(LineScanner, GivesTheLineWithoutItsEnd) {
    const std::string bytes = "\r\na line\x01 of bytes\r\nmore";
    LineScanner scanner;
    scanner.start(2);
    ASSERT_EQ(scanner.feed(bytes.substr(0, 12), 100), Step::more);
    ASSERT_EQ(scanner.feed(bytes, 100), Step::done);
    EXPECT_EQ(scanner.line(bytes), "a line\x01 of bytes");
    EXPECT_EQ(scanner.position(), bytes.size() - 4);
}

}  // namespace
}  // namespace portcullis::http1
