#include "proxy/tls/client_hello.h"

#include "base/handle.h"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <vector>

namespace portcullis::tls {
namespace {

using namespace std::string_literals;
using State = ClientHello::State;

// What OpenSSL sends first.
std::string hello_of(const char* sni, int version = TLS1_3_VERSION) {
    const Handle<SSL_CTX, SSL_CTX_free> context{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_max_proto_version(context.get(), version);
    const Handle<SSL, SSL_free> ssl{SSL_new(context.get())};
    BIO* out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
    if (sni != nullptr) {
        SSL_set_tlsext_host_name(ssl.get(), sni);
    }
    SSL_connect(ssl.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string two(std::size_t number) {
    return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
}

std::string record(std::string_view fragment) {
    return "\x16\x03\x01"s + two(fragment.size()) + std::string{fragment};
}

// The same message in records of that many bytes each.
std::string in_records(const std::string& hello, std::size_t size) {
    const std::string_view message = std::string_view{hello}.substr(5);
    std::string records;
    for (std::size_t at = 0; at < message.size(); at += size) {
        records += record(message.substr(at, size));
    }
    return records;
}

std::string message(std::string_view body) {
    return "\x01\x00"s + two(body.size()) + std::string{body};
}

std::string extension(unsigned type, std::string_view data) {
    return two(type) + two(data.size()) + std::string{data};
}

std::string host(std::string_view name) {
    const std::string entry = "\0"s + two(name.size()) + std::string{name};
    return two(entry.size()) + entry;
}

std::string with_extensions(std::string_view extensions) {
    return record(message("\x03\x03"s + std::string(32, 'r') + "\0"s + two(2) + "\x13\x01"s +
                          "\1\0"s + two(extensions.size()) + std::string{extensions}));
}

TEST(ClientHello, NamesWhomItIsFor) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const ClientHello hello = read_client_hello(hello_of("Shop.Example.com", version));
        EXPECT_EQ(hello.state, State::whole);
        EXPECT_EQ(hello.sni, "Shop.Example.com");
    }
}

TEST(ClientHello, MayNameNobody) {
    const ClientHello hello = read_client_hello(hello_of(nullptr));
    EXPECT_EQ(hello.state, State::whole);
    EXPECT_EQ(hello.sni, "");
    const std::string bare = record(
        message("\x03\x03"s + std::string(32, 'r') + "\0"s + two(2) + "\x13\x01"s + "\1\0"s));
    EXPECT_EQ(read_client_hello(bare).state, State::whole);
}

TEST(ClientHello, IsTheSameHoweverItIsCutIntoRecords) {
    const std::string hello = hello_of("shop.example.com");
    for (std::size_t size = 1; size < hello.size(); ++size) {
        const ClientHello cut = read_client_hello(in_records(hello, size));
        ASSERT_EQ(cut.state, State::whole) << size;
        EXPECT_EQ(cut.sni, "shop.example.com") << size;
    }
}

TEST(ClientHello, IsIncompleteUntilItsLastByte) {
    const std::string whole = hello_of("shop.example.com");
    for (const std::string& hello : {whole, in_records(whole, 7)}) {
        for (std::size_t size = 0; size < hello.size(); ++size) {
            const std::vector<char> exact(hello.begin(),
                                          hello.begin() + static_cast<std::ptrdiff_t>(size));
            ASSERT_EQ(read_client_hello({exact.data(), exact.size()}).state, State::incomplete)
                << size;
        }
        EXPECT_EQ(read_client_hello(hello + "more").sni, "shop.example.com");
    }
}

TEST(ClientHello, IsUnusableWhenItIsNotOne) {
    const std::string name = extension(0, host("a.example"));
    const std::vector<std::pair<const char*, std::string>> cases{
        {"HTTP", "GET / HTTP/1.1\r\n"},
        {"an alert", "\x15\x03\x01\x00\x02\x01\x00"s},
        {"SSL 2", "\x80\x2e\x01\x00\x02"s},
        {"another version of records", "\x16\x02\x01\x00\x01\x01"s},
        {"an empty record", "\x16\x03\x01\x00\x00"s},
        {"a record that is too long", "\x16\x03\x01\x40\x01\x01"s},
        {"a server's hello", record("\x02\x00\x00\x01x"s)},
        {"another record in the middle", record("\1") + "\x17\x03\x01\x00\x01x"s},
        {"a message that is too long", record("\x01\x00\x40\x00"s)},
        {"a body cut off", record(message("\x03\x03"s + std::string(31, 'r')))},
        {"the name twice", with_extensions(name + name)},
        {"no name in the name", with_extensions(extension(0, host("")))},
        {"half an extension", with_extensions(name + "\0"s)},
        {"an extension longer than all", with_extensions(two(10) + two(1))},
    };
    for (const auto& [what, bytes] : cases) {
        EXPECT_EQ(read_client_hello(bytes).state, State::unusable) << what;
    }
    EXPECT_EQ(read_client_hello(with_extensions(name)).sni, "a.example");
}

TEST(ClientHello, HasALimit) {
    const auto padded = [](std::size_t size) {
        return with_extensions(extension(21, std::string(size, '\0')) +
                               extension(0, host("a.example")));
    };
    const std::size_t rest = padded(0).size();
    EXPECT_EQ(read_client_hello(padded(kClientHelloMax - rest)).state, State::whole);
    EXPECT_EQ(read_client_hello(padded(kClientHelloMax - rest + 1)).state, State::unusable);
}

}  // namespace
}  // namespace portcullis::tls
