#include "proxy/access/login.h"

#include "proxy/access/credentials.h"

namespace portcullis::access {

Task<Login> check_login(const http::RequestHead& head, const Users& users, Passwords& passwords) {
    const std::optional<Credentials> given = credentials(head);
    if (!given || users.hashes.empty()) {
        co_return Login::none;
    }
    const auto user = users.hashes.find(given->user);
    const bool known = user != users.hashes.end();
    const std::string& hash = known ? user->second : users.hashes.begin()->second;
    const auto key = passwords.cache.key_of(given->user, given->password, hash);
    if (known && passwords.cache.knows(key, PasswordCache::Clock::now())) {
        co_return Login::right;
    }
    const Verdict verdict = co_await passwords.hashing.compare(given->password, hash);
    if (verdict == Verdict::busy) {
        co_return Login::busy;
    }
    if (verdict != Verdict::matches || !known) {
        co_return Login::wrong;
    }
    passwords.cache.add(key, PasswordCache::Clock::now());
    co_return Login::right;
}

}  // namespace portcullis::access
