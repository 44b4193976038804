#include "config/users.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

std::string bcrypt(const std::string& cost = "10") {
    return "$2y$" + cost + "$" + std::string(53, 'a');
}

std::string sha512(const std::string& salt = "salt") {
    return "$6$" + salt + "$" + std::string(86, 'b');
}

std::string yescrypt(const std::string& cost = "j9T") {
    return "$y$" + cost + "$salt$" + std::string(43, 'c');
}

std::string said(const std::string& text) {
    const auto users = parse_users(text);
    return users ? "fine" : users.error().text;
}

TEST(ParseUsers, TakesTheHashesOfHtpasswdAndMkpasswd) {
    const auto users = parse_users("# the ward\nann:" + bcrypt() + "\r\n\nbob smith:x\n");
    EXPECT_FALSE(users) << "a space in a name";
    const auto fine = parse_users("# the ward\nann:" + bcrypt() + "\r\n\nbob:" + sha512() +
                                  "\ncid:" + sha512("rounds=5000$salt") + "\ndee:" + yescrypt());
    ASSERT_TRUE(fine) << fine.error().text;
    EXPECT_EQ(fine->hashes.size(), 4U);
    EXPECT_EQ(fine->decoys.size(), 4U) << "each kind stands for users who do not exist";
    EXPECT_EQ(fine->hashes.find("ann")->second, bcrypt());
}

TEST(ParseUsers, SaysWhichLineIsWrongButNeverTheHash) {
    const struct {
        std::string text;
        const char* want;
    } cases[] = {
        {"", "no users in it; write lines of user:hash"},
        {"# nobody\n", "no users in it; write lines of user:hash"},
        {"ann:" + bcrypt() + "\nbob\n", "line 2: no ':' between user and hash; write user:hash"},
        {":" + bcrypt(), "line 1: no name for a user; write 1 to 255 characters without spaces"},
        {"ann:secret",
         "line 1: neither bcrypt, SHA-512 nor yescrypt, perhaps a plain password; make a hash by "
         "htpasswd -B"},
        {"ann:$apr1$x$y",
         "line 1: an MD5 hash, which is guessed too fast; make one by htpasswd -B"},
        {"ann:$1$x$y", "line 1: an MD5 hash, which is guessed too fast; make one by htpasswd -B"},
        {"ann:" + bcrypt("31"), "line 1: bcrypt of cost 31; use 5 to 14, 10 is usual"},
        {"ann:" + bcrypt("04"), "line 1: bcrypt of cost 04; use 5 to 14, 10 is usual"},
        {"ann:" + bcrypt() + "a", "line 1: a malformed bcrypt hash; make one by htpasswd -B"},
        {"ann:" + sha512("rounds=9999999$salt"),
         "line 1: SHA-512 of more than 999999 rounds; 5000 is usual"},
        {"ann:" + sha512(std::string(17, 's')),
         "line 1: a malformed SHA-512 hash; make one by mkpasswd -m sha512crypt"},
        {"ann:" + yescrypt("jFT"),
         "line 1: a malformed or too costly yescrypt hash; make one by mkpasswd -m yescrypt"},
        {"ann:" + bcrypt() + "\nann:" + sha512(),
         "line 2: 'ann' for the second time; keep one of them"},
    };

    for (const auto& c : cases) {
        EXPECT_EQ(said(c.text), c.want) << c.text;
    }
}

TEST(ParseUsers, RefusesEveryTruncationOfAHash) {
    for (const std::string& hash : {bcrypt(), sha512("rounds=5000$salt"), yescrypt()}) {
        for (std::size_t length = 0; length < hash.size(); ++length) {
            EXPECT_NE(said("ann:" + hash.substr(0, length)), "fine") << length;
        }
        EXPECT_EQ(said("ann:" + hash), "fine");
    }
}

}  // namespace
}  // namespace portcullis
