#include "config/load_files.h"

#include "config/authorities.h"
#include "config/certificate.h"
#include "config/page.h"
#include "config/users.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

void write_users(const Sandbox& sandbox) {
    const auto file = sandbox.dir().write("users", "ann:$2y$10$" + std::string(53, 'a') + "\n");
    std::filesystem::permissions(file, std::filesystem::perms{0600});
}

TEST(LoadFiles, ReadsEveryFileThatAnOptionNames) {
    const Sandbox sandbox;
    write_users(sandbox);
    (void)sandbox.ca().write_into(sandbox.dir());
    sandbox.issue("us", {"proxy.example"});
    (void)sandbox.dir().write("404.html", "gone");
    (void)sandbox.dir().write("5xx.txt", "broken");
    const Loaded loaded = sandbox.load(R"(
tls: { certificates: [ { certificate: shop.pem, key: shop.key } ], client_ca: ca.pem }
services:
  shop: { endpoints: [ "10.0.1.4:8443" ], protocol: https, tls: { ca: ca.pem, certificate: us.pem, key: us.key } }
routes:
  - host: shop.example.com
    service: shop
    client_certificate: required
    basic_auth: { users: users }
    maintenance: { page: 404.html, allow: [ 10.0.0.0/8 ] }
    error_pages: { "404": 404.html }
  - { host: shop.example.com, path: /x, service: shop, client_certificate: optional, client_ca: ca.pem, basic_auth: { users: users } }
error_pages: { 5xx: 5xx.txt }
)");
    EXPECT_EQ(render(loaded.diagnostics, loaded.text), "");
    ASSERT_NE(loaded.config, nullptr);
    const Config& config = *loaded.config;
    EXPECT_EQ(config.tls.client_ca.loaded->certificates.size(), 1U);
    EXPECT_EQ(config.tls.client_crl.loaded, nullptr) << "none is named";
    EXPECT_NE(config.services[0].tls.client.loaded, nullptr);
    EXPECT_EQ(config.services[0].tls.ca.loaded, config.tls.client_ca.loaded) << "one read";
    EXPECT_EQ(config.routes[1].client_ca.loaded, config.tls.client_ca.loaded);
    EXPECT_TRUE(config.routes[0].basic_auth->users.loaded->hashes.contains("ann"));
    EXPECT_EQ(config.routes[0].basic_auth->users.loaded, config.routes[1].basic_auth->users.loaded);
    EXPECT_EQ(config.routes[0].maintenance->page.loaded->body, "gone");
    EXPECT_EQ(config.routes[0].error_pages[0].page.loaded->body, "gone");
    EXPECT_EQ(config.error_pages[0].page.loaded->body, "broken");
}

TEST(LoadFiles, SaysWhichFileIsMissingOrMalformedWhereItIsNamed) {
    const Sandbox sandbox;
    (void)sandbox.dir().write("bad", "ann:secret\n");

    const struct {
        const char* part;
        const char* want;
    } cases[] = {
        {"error_pages: { 5xx: none.html }\n",
         "1:16 error_pages.5xx: cannot open none.html: No such file or directory; relative paths "
         "start at the configuration's folder\n"},
        {"error_pages: { 5xx: bad }\n",
         "1:16 error_pages.5xx: 'bad': 'bad' is no page; name it .html, .txt or .json\n"},
        {"routes: [ { host: shop.example.com, service: shop, basic_auth: { users: bad } } ]\n",
         "1:73 routes[0].basic_auth.users: 'bad': line 1: neither bcrypt, SHA-512 nor yescrypt, "
         "perhaps a plain password; make a hash by htpasswd -B\n"},
        {"routes: [ { host: shop.example.com, service: shop, client_certificate: required, "
         "client_ca: bad, client_crl: shop.pem } ]\n",
         "1:93 routes[0].client_ca: 'bad': no certificate in it; write PEM\n"
         "1:110 routes[0].client_crl: 'shop.pem': no revocation list in it; write PEM\n"},
        {"routes: [ { host: shop.example.com, service: shop, maintenance: { page: none.html } } "
         "]\n",
         "1:73 routes[0].maintenance.page: cannot open none.html: No such file or directory; "
         "relative paths start at the configuration's folder\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:1' ], protocol: h2, tls: { ca: none, "
         "certificate: bad, key: bad } } }\n",
         "1:69 services.shop.tls: 'bad' with 'bad': no PEM certificate in it; it begins with "
         "-----BEGIN CERTIFICATE-----\n"
         "1:75 services.shop.tls.ca: cannot open none: No such file or directory; relative paths "
         "start at the configuration's folder\n"},
    };

    for (const auto& c : cases) {
        EXPECT_TRUE(sandbox.lines_about(c.part).starts_with(c.want)) << sandbox.lines_about(c.part);
    }
}

TEST(LoadFiles, WarnsOfPasswordsThatEverybodyMayRead) {
    const Sandbox sandbox;
    write_users(sandbox);
    std::filesystem::permissions(sandbox.dir().path() / "users", std::filesystem::perms{0644});
    EXPECT_EQ(sandbox.lines_about(
                  "routes: [ { host: shop.example.com, service: shop, basic_auth: { users: users } "
                  "} ]\n"),
              "?1:73 routes[0].basic_auth.users: everybody on this machine may read 'users'; "
              "chmod o-r it\n");
}

}  // namespace
}  // namespace portcullis
