#include "proxy/observe/access_record.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::observe {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

AccessRecord usual() {
    AccessRecord record;
    record.time = std::chrono::system_clock::time_point{1'700'000'000'042ms};
    record.request_id = "0123456789abcdef";
    record.client = IpAddress::parse("203.0.113.77").value();
    record.protocol = "HTTP/2";
    record.method = "GET";
    record.host = "shop.test";
    record.path = "/cart";
    record.route = "/";
    record.service = "shop";
    record.endpoint = "10.0.0.1:8080";
    record.status = 200;
    record.request_bytes = 12;
    record.answer_bytes = 34'567'890'123;
    record.handshake = 1234us;
    record.wait = 5us;
    record.connect = 0us;
    record.first_byte = 1s;
    record.total = 1'001'239us;
    record.tls_version = "TLSv1.3";
    record.tls_cipher = "TLS_AES_128_GCM_SHA256";
    record.tls_resumed = true;
    return record;
}

std::string line(const AccessRecord& record, LoggedAddress address = LoggedAddress::truncated) {
    std::string out;
    write(out, record, address);
    return out;
}

json::object parsed(const AccessRecord& record, LoggedAddress address = LoggedAddress::truncated) {
    return json::parse(line(record, address)).as_object();
}

TEST(AccessRecord, IsOneJsonObjectOnOneLine) {
    EXPECT_EQ(
        line(usual()),
        R"({"time":"2023-11-14T22:13:20.042Z","request_id":"0123456789abcdef",)"
        R"("client":"203.0.113.0","protocol":"HTTP/2","method":"GET","host":"shop.test",)"
        R"("path":"/cart","route":"/","service":"shop","endpoint":"10.0.0.1:8080","status":200,)"
        R"("request_bytes":12,"answer_bytes":34567890123,"handshake_ms":1.234,)"
        R"("wait_ms":0.005,"connect_ms":0.000,"first_byte_ms":1000.000,)"
        R"("total_ms":1001.239,"tls_version":"TLSv1.3",)"
        R"("tls_cipher":"TLS_AES_128_GCM_SHA256","tls_resumed":true,"fault":null,)"
        R"("refusal":null,"origin_trouble":null})"
        "\n");
    EXPECT_NO_THROW(parsed(usual()));
}

TEST(AccessRecord, IsAppended) {
    std::string out = "before\n";
    write(out, usual(), LoggedAddress::none);
    EXPECT_TRUE(out.starts_with("before\n{\"time\""));
}

TEST(AccessRecord, HasTheSameMembersWhenNothingIsKnown) {
    const json::object full = parsed(usual());
    const json::object bare = parsed({});
    ASSERT_EQ(bare.size(), full.size());
    for (const auto& member : full) {
        EXPECT_TRUE(bare.contains(member.key())) << member.key();
    }
    EXPECT_TRUE(bare.at("service").is_null());
    EXPECT_EQ(bare.at("status"), 0);
}

// A query, a cookie, an Authorization or a body has no member that could hold it.
TEST(AccessRecord, HasNoMemberForASecret) {
    for (const auto& member : parsed(usual())) {
        for (const char* secret : {"query", "cookie", "authorization", "header", "body_text"}) {
            EXPECT_EQ(std::string_view{member.key()}.find(secret), std::string_view::npos)
                << member.key();
        }
    }
}

TEST(AccessRecord, ShowsAsMuchOfTheClientAsConfigured) {
    AccessRecord record = usual();
    EXPECT_EQ(parsed(record, LoggedAddress::full).at("client"), "203.0.113.77");
    EXPECT_EQ(parsed(record, LoggedAddress::truncated).at("client"), "203.0.113.0");
    EXPECT_TRUE(parsed(record, LoggedAddress::none).at("client").is_null());
    record.client = IpAddress::parse("2001:db8:1:2::3").value();
    EXPECT_EQ(parsed(record, LoggedAddress::truncated).at("client"), "2001:db8:1::");
}

TEST(AccessRecord, NamesTheFaultAndTheRefusal) {
    AccessRecord record = usual();
    record.fault = Fault::bad_request;
    record.refusal = "bad_host";
    const json::object object = parsed(record);
    EXPECT_EQ(object.at("fault"), "bad_request");
    EXPECT_EQ(object.at("refusal"), "bad_host");
}

TEST(AccessRecord, StaysOnePrintableLineWhateverTheClientSent) {
    std::string hostile = "\"},{\"admin\":true}\\\n\r\t\x1b[31m";
    for (int byte = 0; byte < 256; ++byte) {
        hostile.push_back(static_cast<char>(byte));
    }
    AccessRecord record = usual();
    record.path = hostile;
    record.host = hostile;
    record.method = hostile;
    const std::string text = line(record);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    for (const char c : text.substr(0, text.size() - 1)) {
        ASSERT_TRUE(c >= 0x20 && c < 0x7f);
    }
    const json::object object = parsed(record);
    EXPECT_FALSE(object.contains("admin"));
    std::string utf8;  // each byte stands for the code point of the same number
    for (const char c : hostile) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            utf8.push_back(c);
        } else {
            utf8.push_back(static_cast<char>(0xc0U | byte >> 6U));
            utf8.push_back(static_cast<char>(0x80U | (byte & 0x3fU)));
        }
    }
    EXPECT_EQ(object.at("path").as_string(), utf8);
}

TEST(AccessRecord, CutsWhatIsTooLongAndShowsThatItDid) {
    AccessRecord record = usual();
    const std::string just(kLoggedTextMax, 'x');
    record.path = just;
    EXPECT_EQ(parsed(record).at("path").as_string(), just);
    const std::string longer = just + "y";
    record.path = longer;
    EXPECT_EQ(parsed(record).at("path").as_string(), just + "...");
}

}  // namespace
}  // namespace portcullis::observe
