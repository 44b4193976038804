#include "tests/support/fake_resolver.h"

#include "tests/support/process.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

// Asked by the C library, which is nobody's of us.
std::string answer_of(const FakeResolver& resolver, const std::string& address) {
    const std::string script =
        "import socket, struct, sys\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)\n"
        "name = b''.join(bytes([len(p)]) + p.encode() for p in\n"
        "    reversed(sys.argv[2].split('.'))) + b'\\7in-addr\\4arpa\\0'\n"
        "s.sendto(struct.pack('>6H', 77, 256, 1, 0, 0, 0) + name + b'\\0\\14\\0\\1',\n"
        "         ('127.0.0.1', int(sys.argv[1])))\n"
        "m = s.recv(512); print(struct.unpack('>6H', m[:12]), m[12 + len(name) + 4:])\n";
    Process asking{
        Command{{"/usr/bin/python3", "-c", script, std::to_string(resolver.port()), address}}};
    asking.wait();
    return asking.out() + asking.err();
}

TEST(FakeResolver, SaysWhoseAnAddressIs) {
    FakeResolver resolver;
    resolver.name("10.10.0.7", container_name("shop", "7k2p"));
    EXPECT_EQ(answer_of(resolver, "10.10.0.7"),
              "(77, 33152, 1, 1, 0, 0) b'\\xc0\\x0c\\x00\\x0c\\x00\\x01\\x00\\x00\\x02X\\x00\\x12"
              "\\x04shop\\x011\\x047k2p\\x04edge\\x00'\n");
    EXPECT_EQ(answer_of(resolver, "10.10.0.8"), "(77, 33155, 1, 0, 0, 0) b''\n");
    EXPECT_EQ(resolver.questions(), 2);
}

}  // namespace
}  // namespace portcullis::test
