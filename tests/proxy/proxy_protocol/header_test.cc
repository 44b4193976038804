#include "proxy/proxy_protocol/header.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::proxy_protocol {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using State = Header::State;

constexpr std::string_view kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;

SocketAddress at(const char* text) {
    return SocketAddress::parse(text).value();
}

const Ends kFour{at("192.0.2.1:56324"), at("198.51.100.7:443")};
const Ends kSix{at("[2001:db8::1]:1"), at("[2001:db8::2]:65535")};

std::string v2(unsigned char command, unsigned char family, std::string_view block) {
    std::string bytes{kSignature};
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(block.size() >> 8U);
    bytes += static_cast<char>(block.size() & 0xffU);
    return bytes.append(block);
}

const std::string kBlock4 = "\xc0\x00\x02\x01\xc6\x33\x64\x07\xdc\x04\x01\xbb"s;

TEST(ProxyHeader, OfVersion1NamesBothEnds) {
    const Header four = read_header("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\nGET");
    EXPECT_EQ(four.state, State::whole);
    EXPECT_EQ(four.ends, kFour);
    EXPECT_EQ(four.bytes, 45U) << "what follows is not its own";
    EXPECT_EQ(read_header("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n").ends, kSix);
}

TEST(ProxyHeader, OfVersion2NamesBothEnds) {
    const Header four = read_header(v2(0x21, 0x11, kBlock4) + "\x16\x03");
    EXPECT_EQ(four.state, State::whole);
    EXPECT_EQ(four.ends, kFour);
    EXPECT_EQ(four.bytes, 28U);
    const Header with_extension = read_header(v2(0x21, 0x11, kBlock4 + "\x04\x00\x01x"s));
    EXPECT_EQ(with_extension.ends, kFour);
    EXPECT_EQ(with_extension.bytes, 32U);
}

TEST(ProxyHeader, MayMakeNoStatement) {
    for (const std::string& bytes :
         {std::string{"PROXY UNKNOWN\r\n"}, std::string{"PROXY UNKNOWN ffff::1 whatever 1 2\r\n"},
          v2(0x20, 0x00, ""), v2(0x20, 0x11, kBlock4), v2(0x21, 0x00, ""), v2(0x21, 0x12, kBlock4),
          v2(0x21, 0x31, std::string(216, 'x'))}) {
        const Header header = read_header(bytes);
        EXPECT_EQ(header.state, State::whole) << bytes;
        EXPECT_EQ(header.bytes, bytes.size());
        EXPECT_FALSE(header.ends);
    }
}

TEST(ProxyHeader, CutAnywhereIsIncomplete) {
    for (const std::string& whole : {std::string{"PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"},
                                     v2(0x21, 0x21, std::string(36, '\1')), v2(0x20, 0, "")}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::vector<char> exact(whole.begin(),
                                          whole.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_EQ(read_header({exact.data(), exact.size()}).state, State::incomplete)
                << whole << " cut at " << size;
        }
        EXPECT_EQ(read_header(whole).state, State::whole);
    }
}

TEST(ProxyHeader, WithAnythingElseIsMalformed) {
    const std::vector<std::string> cases{
        "GET / HTTP/1.1\r\n",
        "\x16\x03\x01",
        "proxy TCP4 192.0.2.1 198.51.100.7 1 2\r\n",
        "PROXY TCP5 192.0.2.1 198.51.100.7 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1 2 3\r\n",
        "PROXY TCP4  192.0.2.1 198.51.100.7 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 01 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1 -2\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.7 1 2\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.7 1 2\r\n",
        "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1 2\n" + std::string(100, ' '),
        "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n",
        v2(0x11, 0x11, kBlock4),
        v2(0x22, 0x11, kBlock4),
        v2(0x21, 0x11, kBlock4.substr(1)),
        v2(0x21, 0x21, std::string(35, 'x')),
        v2(0x21, 0x11, std::string(kHeaderMax - 15, 'x')),
    };
    for (const std::string& bytes : cases) {
        EXPECT_EQ(read_header(bytes).state, State::malformed) << bytes;
    }
}

TEST(ProxyHeader, MayBeAsLongAsItsLimit) {
    EXPECT_EQ(read_header("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n").state, State::whole);
    EXPECT_EQ(read_header(v2(0x20, 0, std::string(kHeaderMax - 16, 'x'))).state, State::whole);
}

TEST(ProxyHeader, IsReadAsItWasWritten) {
    for (const Ends& ends : {kFour, kSix}) {
        std::string one;
        append_v1(one, ends);
        EXPECT_EQ(read_header(one).ends, ends) << one;
        std::string two;
        append_v2(two, ends);
        EXPECT_EQ(read_header(two).ends, ends);
    }
    const Ends mixed{kFour.source, kSix.target};
    std::string one;
    append_v1(one, mixed);
    EXPECT_EQ(one, "PROXY UNKNOWN\r\n");
    std::string two;
    append_v2(two, mixed);
    EXPECT_EQ(read_header(two).ends, mixed);
}

TEST(ProxyHeader, OfVersion1IsWrittenAsHaproxyDoes) {
    std::string out;
    append_v1(out, kFour);
    EXPECT_EQ(out, "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
}

}  // namespace
}  // namespace portcullis::proxy_protocol
