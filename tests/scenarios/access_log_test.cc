// The access log tells what happened, and nothing of what was said.
#include "base/file.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(AccessLog, HasALineForEachRequestWithoutItsSecrets) {
    const RawOrigin origin{always(answer("the body's secret"))};
    // One worker: only the lines of one are in order.
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()}) +
                         "log: { access: access.ndjson }\n"};
    (void)proxy.get("https://shop.test/patients/7?token=query-secret",
                    {"--header", "Cookie: id=cookie-secret", "--header",
                     "Authorization: Bearer header-secret", "--data", "body-secret"});
    (void)proxy.get("https://shop.test/", {"--header", "Host: nowhere.test"});
    proxy.stop();
    const std::string log = read_file(proxy.dir().path() / "access.ndjson").value();
    EXPECT_EQ(log.find("secret"), std::string::npos) << log;

    const auto end = log.find('\n');
    const boost::json::object first = boost::json::parse(log.substr(0, end)).as_object();
    EXPECT_EQ(first.at("client"), "127.0.0.0");
    EXPECT_EQ(first.at("method"), "POST");
    EXPECT_EQ(first.at("host"), "shop.test");
    EXPECT_EQ(first.at("path"), "/patients/7");
    EXPECT_EQ(first.at("route"), "shop.test/");
    EXPECT_EQ(first.at("service"), "shop");
    EXPECT_EQ(first.at("endpoint").as_string(), origin.address());
    EXPECT_EQ(first.at("status"), 200);
    EXPECT_EQ(first.at("request_bytes"), 11);
    EXPECT_EQ(first.at("answer_bytes"), 17);
    EXPECT_EQ(first.at("tls_version"), "TLSv1.3");
    EXPECT_EQ(first.at("tls_resumed"), false);
    EXPECT_TRUE(first.at("fault").is_null());
    EXPECT_GE(first.at("total_ms").to_number<double>(),
              first.at("first_byte_ms").to_number<double>());
    const boost::json::object second =
        boost::json::parse(log.substr(end + 1, log.find('\n', end + 1) - end)).as_object();
    EXPECT_EQ(second.at("status"), 421);
    EXPECT_EQ(second.at("fault"), "no_route");
    EXPECT_TRUE(second.at("service").is_null());
}

}  // namespace
}  // namespace portcullis::test
