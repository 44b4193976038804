#include "proxy/relay/websocket.h"

#include "proxy/tls/sha1.h"

#include <random>

namespace portcullis::relay {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3

}  // namespace

WebSocketKey make_websocket_key() {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::random_device random;
    constexpr std::size_t whole = 21;  // digits of six bits; the next holds the last two bits
    WebSocketKey key{};
    for (std::size_t i = 0; i < whole; ++i) {
        key[i] = alphabet[random() % alphabet.size()];
    }
    key[whole] = alphabet[(random() % 4) * 16];
    key[whole + 1] = key[whole + 2] = '=';
    return key;
}

std::string websocket_accept(std::string_view key) {
    return tls::sha1_base64(std::string{key}.append(kGuid));
}

}  // namespace portcullis::relay
