#include "proxy/access/login.h"

#include "tests/proxy/access/hashes.h"

#include <gtest/gtest.h>

namespace portcullis::access {
namespace {

Task<> ask(const http::RequestHead& head, const Users& users, Passwords& passwords, Login& login,
           stream::Loop& loop) {
    login = co_await check_login(head, users, {}, passwords);
    loop.stop();
}

Login login_of(std::string_view authorization, const Users& users) {
    stream::Loop loop;
    Passwords passwords{loop};
    http::RequestHead head;
    head.fields.push_back({"Authorization", authorization});
    Login login = Login::busy;
    const Task<> first = ask(head, users, passwords, login, loop);
    if (!first.done()) {
        loop.run(nullptr, nullptr);
    }
    if (login == Login::right) {
        login = Login::busy;
        const Task<> second = ask(head, users, passwords, login, loop);
        EXPECT_TRUE(second.done()) << "what was right is not hashed again";
        EXPECT_EQ(login, Login::right);
    }
    return login;
}

TEST(CheckLogin, LetsInWhoHasThePassword) {
    const Users users = parse_users("ann:" + test::hashed("secret", "$2b$", 5) +
                                    "\nbob:" + test::hashed("x", "$2b$", 5))
                            .value();
    EXPECT_EQ(login_of("Basic YW5uOnNlY3JldA==", users), Login::right);
    EXPECT_EQ(login_of("Basic Ym9iOnNlY3JldA==", users), Login::wrong) << "another's password";
    EXPECT_EQ(login_of("Basic ZXZlOnNlY3JldA==", users), Login::wrong)
        << "no such user, even with the first one's password";
    EXPECT_EQ(login_of("Basic YW5uOg==", users), Login::wrong);
    EXPECT_EQ(login_of("Bearer x", users), Login::none);
    EXPECT_EQ(login_of("Basic YW5uOnNlY3JldA==", {}), Login::none);
}

}  // namespace
}  // namespace portcullis::access
