#include "proxy/tls/tickets.h"

#include "base/handle.h"

#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace portcullis::tls {
namespace {

// What OpenSSL does with the contexts that ticket_key() prepares (RFC 5077, 4).
struct Sealed {
    std::array<unsigned char, 16> name{};
    std::array<unsigned char, 16> iv{};
    std::string ciphertext;
    std::string tag;
};

struct Tools {
    Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> cipher{EVP_CIPHER_CTX_new()};
    Handle<EVP_MAC, EVP_MAC_free> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    Handle<EVP_MAC_CTX, EVP_MAC_CTX_free> mac{EVP_MAC_CTX_new(hmac.get())};

    std::string tag(std::string_view bytes) {
        std::array<unsigned char, 32> out{};
        std::size_t length = 0;
        EVP_MAC_init(mac.get(), nullptr, 0, nullptr);
        EVP_MAC_update(mac.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
        EVP_MAC_final(mac.get(), out.data(), &length, out.size());
        return {reinterpret_cast<const char*>(out.data()), length};
    }

    std::string crypt(std::string_view bytes) {
        std::string out(bytes.size() + 32, '\0');
        int first = 0;
        int last = 0;
        auto* const at = reinterpret_cast<unsigned char*>(out.data());
        EVP_CipherUpdate(cipher.get(), at, &first,
                         reinterpret_cast<const unsigned char*>(bytes.data()),
                         static_cast<int>(bytes.size()));
        EXPECT_EQ(EVP_CipherFinal_ex(cipher.get(), at + first, &last), 1);
        out.resize(static_cast<std::size_t>(first + last));
        return out;
    }
};

Sealed seal(const TicketKeys& keys, std::string_view state) {
    Tools tools;
    Sealed sealed;
    EXPECT_EQ(ticket_key(keys, sealed.name.data(), sealed.iv.data(), tools.cipher.get(),
                         tools.mac.get(), 1),
              1);
    sealed.ciphertext = tools.crypt(state);
    sealed.tag = tools.tag(sealed.ciphertext);
    return sealed;
}

struct Opened {
    int result = -1;
    std::string state;
    bool genuine = false;
};

Opened open(const TicketKeys& keys, Sealed sealed) {
    Tools tools;
    Opened opened;
    opened.result = ticket_key(keys, sealed.name.data(), sealed.iv.data(), tools.cipher.get(),
                               tools.mac.get(), 0);
    if (opened.result > 0) {
        opened.genuine = tools.tag(sealed.ciphertext) == sealed.tag;
        opened.state = tools.crypt(sealed.ciphertext);
    }
    return opened;
}

TEST(Tickets, OpenWithTheKeysThatSealedThem) {
    const auto keys = TicketKeys::fresh();
    const Sealed sealed = seal(*keys, "session state");
    const Opened opened = open(*keys, sealed);
    EXPECT_EQ(opened.result, 1);
    EXPECT_EQ(opened.state, "session state");
    EXPECT_TRUE(opened.genuine);
    EXPECT_EQ(sealed.ciphertext.find("session"), std::string::npos);
}

TEST(Tickets, OpenAfterOneRotationAndAreRenewed) {
    const auto before = TicketKeys::fresh();
    const auto after = before->rotated();
    const Opened opened = open(*after, seal(*before, "session state"));
    EXPECT_EQ(opened.result, 2);
    EXPECT_EQ(opened.state, "session state");
    EXPECT_TRUE(opened.genuine);
    EXPECT_EQ(open(*after, seal(*after, "new")).result, 1);
}

TEST(Tickets, AreUnknownAfterTwoRotationsAndToOthers) {
    const auto first = TicketKeys::fresh();
    const Sealed sealed = seal(*first, "session state");
    EXPECT_EQ(open(*first->rotated()->rotated(), sealed).result, 0);
    EXPECT_EQ(open(*TicketKeys::fresh(), sealed).result, 0);
}

// Nobody else's key, and none that was not set yet.
TEST(Tickets, AreUnknownUnderAKeyOfZeros) {
    const Sealed sealed = seal(TicketKeys{}, "session state");
    EXPECT_EQ(sealed.name, (std::array<unsigned char, 16>{}));
    const auto keys = TicketKeys::fresh();
    EXPECT_EQ(open(*keys, sealed).result, 0);
    EXPECT_EQ(open(*keys->rotated(), sealed).result, 0);
}

TEST(Tickets, EachIsSealedWithAnInitialisationVectorOfItsOwn) {
    const auto keys = TicketKeys::fresh();
    const Sealed one = seal(*keys, "session state");
    const Sealed two = seal(*keys, "session state");
    EXPECT_NE(one.iv, two.iv);
    EXPECT_NE(one.ciphertext, two.ciphertext);
    EXPECT_EQ(one.name, two.name);
}

TEST(Tickets, ARandomKeyHasNothingInCommonWithAnother) {
    const TicketKey one = TicketKey::random();
    const TicketKey two = TicketKey::random();
    EXPECT_NE(one.name, two.name);
    EXPECT_NE(one.cipher, two.cipher);
    EXPECT_NE(one.mac, two.mac);
    EXPECT_NE(one.cipher, one.mac);
}

TEST(Tickets, AKeyIsWipedWhenItDies) {
    alignas(TicketKey) std::array<unsigned char, sizeof(TicketKey)> place{};
    auto* const key = new (place.data()) TicketKey{TicketKey::random()};
    const auto offset = reinterpret_cast<unsigned char*>(&key->cipher) - place.data();
    key->~TicketKey();
    EXPECT_TRUE(std::all_of(place.begin() + offset, place.begin() + offset + 64,
                            [](unsigned char byte) { return byte == 0; }));
}

}  // namespace
}  // namespace portcullis::tls
