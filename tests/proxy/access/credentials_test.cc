#include "proxy/access/credentials.h"

#include <gtest/gtest.h>

namespace portcullis::access {
namespace {

std::string read(std::initializer_list<std::string_view> values) {
    http::RequestHead head;
    for (const std::string_view value : values) {
        head.fields.push_back({"authorization", value});
    }
    const auto found = credentials(head);
    return found ? found->user + "|" + found->password : "none";
}

TEST(Credentials, AreTheTwoPartsOfTheOneField) {
    EXPECT_EQ(read({"Basic YW5uOnNlY3JldA=="}), "ann|secret");
    EXPECT_EQ(read({"basic   YW5uOnNlY3JldA=="}), "ann|secret");
    EXPECT_EQ(read({"Basic YW5uOmE6Yg=="}), "ann|a:b") << "the first colon ends the name";
    EXPECT_EQ(read({"Basic YW5uOg=="}), "ann|");
    EXPECT_EQ(read({"Basic w6Q6w7Y="}), "\xc3\xa4|\xc3\xb6");
}

TEST(Credentials, AreNoneInAnyOtherForm) {
    EXPECT_EQ(read({}), "none");
    EXPECT_EQ(read({"Basic YW5uOnNlY3JldA==", "Basic YW5uOnNlY3JldA=="}), "none") << "twice";
    for (const char* value :
         {"", "Basic", "Basic ", "Bearer YW5uOnNlY3JldA==", "BasicYW5uOnNlY3JldA==",
          "Basic YW5uOnNlY3JldA", "Basic YW5uOnNlY3JldA=", "Basic YW5uOnNlY3JldB==",
          "Basic YW5u OnNlY3JldA==", "Basic ====", "Basic YW5u",
          "Basic YQA6Yg==", "Basic YTpi\xff===", "Basic YW5uOnNlY3JldA==x", "Basic YTp-Xw=="}) {
        EXPECT_EQ(read({value}), "none") << value;
    }
    EXPECT_EQ(read({"Basic " + std::string(1024, 'A')}), "none") << "longer than 1 KiB";
}

}  // namespace
}  // namespace portcullis::access
