#include "proxy/access/login.h"

#include "proxy/access/credentials.h"

namespace portcullis::access {
namespace {

// Which hash stands for a user who does not exist: for a name always the same, and for different
// names of different kinds, as if they were users. Nobody outside can foresee which.
const std::string& decoy_of(const Users& users, std::string_view user,
                            const PasswordCache& secret) {
    const PasswordCache::Key key = secret.key_of(user, {}, {});
    return users.decoys[(key[0] * 256U + key[1]) % users.decoys.size()];
}

}  // namespace

Task<Login> check_login(const http::RequestHead& head, const Users& users,
                        std::optional<ClientKeys> client, Passwords& passwords) {
    const std::optional<Credentials> given = credentials(head);
    if (!given || users.decoys.empty()) {
        co_return Login::none;
    }
    const auto user = users.hashes.find(given->user);
    const bool known = user != users.hashes.end();
    const std::string& hash = known ? user->second : decoy_of(users, given->user, passwords.cache);
    const auto key = passwords.cache.key_of(given->user, given->password, hash);
    if (known && passwords.cache.knows(key, PasswordCache::Clock::now())) {
        co_return Login::right;
    }
    const Verdict verdict = co_await passwords.hashing.compare(key, given->password, hash, client);
    if (verdict == Verdict::busy) {
        co_return Login::busy;
    }
    if (verdict == Verdict::client_busy) {
        co_return Login::client_busy;
    }
    if (verdict != Verdict::matches || !known) {
        co_return Login::wrong;
    }
    passwords.cache.add(key, PasswordCache::Clock::now());
    co_return Login::right;
}

}  // namespace portcullis::access
