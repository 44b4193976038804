#include "config/users.h"

#include "config/types/quote.h"

#include <algorithm>

namespace portcullis {
namespace {

constexpr std::size_t kUsersMax = 100'000;
constexpr std::size_t kUserBytesMax = 255;
constexpr std::size_t kDecoysMax = 64;
// Beyond, one guess costs us seconds: bcrypt doubles with each step, SHA-512 grows by rounds.
constexpr int kBcryptCostMin = 5;
constexpr int kBcryptCostMax = 14;
constexpr std::size_t kSha512RoundsDigitsMax = 6;

bool is_crypt_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '/';
    });
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What is in front of the next '$', taken from text.
std::string_view take_field(std::string_view& text) {
    const std::size_t end = std::min(text.find('$'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return field;
}

// $2b$10$ and 53 characters of salt and hash.
Result<void> check_bcrypt(std::string_view rest) {
    const std::string_view cost = take_field(rest);
    if (cost.size() != 2 || !is_number(cost) || rest.size() != 53 || !is_crypt_text(rest)) {
        return failure("a malformed bcrypt hash; make one by htpasswd -B");
    }
    const int steps = (cost[0] - '0') * 10 + (cost[1] - '0');
    if (steps < kBcryptCostMin || steps > kBcryptCostMax) {
        return failure("bcrypt of cost " + std::string{cost} + "; use 5 to 14, 10 is usual");
    }
    return {};
}

// $6$salt$ or $6$rounds=N$salt$, and 86 characters.
Result<void> check_sha512(std::string_view rest) {
    std::string_view salt = take_field(rest);
    if (salt.starts_with("rounds=")) {
        salt.remove_prefix(7);
        if (!is_number(salt) || salt.size() > kSha512RoundsDigitsMax) {
            return failure("SHA-512 of more than 999999 rounds; 5000 is usual");
        }
        salt = take_field(rest);
    }
    if (salt.empty() || salt.size() > 16 || rest.size() != 86 || !is_crypt_text(rest)) {
        return failure("a malformed SHA-512 hash; make one by mkpasswd -m sha512crypt");
    }
    return {};
}

// $y$j9T$salt$ and 43 characters. The second and third character are N and r, in crypt(3)'s order
// "./0-9A-Z": with 'B' and 'T' one guess takes 64 MiB, with mkpasswd's '9' it takes 16.
Result<void> check_yescrypt(std::string_view rest) {
    const std::string_view cost = take_field(rest);
    const std::string_view salt = take_field(rest);
    if (cost.size() != 3 || !is_crypt_text(cost) || cost[0] != 'j' || cost[1] < '5' ||
        cost[1] > 'B' || cost[2] < '5' || cost[2] > 'T' || salt.empty() || salt.size() > 86 ||
        !is_crypt_text(salt) || rest.size() != 43 || !is_crypt_text(rest)) {
        return failure("a malformed or too costly yescrypt hash; make one by mkpasswd -m yescrypt");
    }
    return {};
}

Result<void> check_hash(std::string_view hash) {
    for (const std::string_view bcrypt : {"$2a$", "$2b$", "$2y$"}) {
        if (hash.starts_with(bcrypt)) {
            return check_bcrypt(hash.substr(bcrypt.size()));
        }
    }
    if (hash.starts_with("$6$")) {
        return check_sha512(hash.substr(3));
    }
    if (hash.starts_with("$y$")) {
        return check_yescrypt(hash.substr(3));
    }
    if (hash.starts_with("$apr1$") || hash.starts_with("$1$")) {
        return failure("an MD5 hash, which is guessed too fast; make one by htpasswd -B");
    }
    return failure(
        "neither bcrypt, SHA-512 nor yescrypt, perhaps a plain password; make a hash by "
        "htpasswd -B");
}

bool is_user(std::string_view user) {
    return !user.empty() && user.size() <= kUserBytesMax &&
           std::all_of(user.begin(), user.end(),
                       [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

Result<void> add(std::string_view line, Users& users) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return failure("no ':' between user and hash; write user:hash");
    }
    const std::string_view user = line.substr(0, colon);
    if (!is_user(user)) {
        return failure("no name for a user; write 1 to 255 characters without spaces");
    }
    if (const auto fine = check_hash(line.substr(colon + 1)); !fine) {
        return fine.error();
    }
    if (users.hashes.size() == kUsersMax) {
        return failure("more than 100000 users");
    }
    if (!users.hashes.try_emplace(std::string{user}, line.substr(colon + 1)).second) {
        return failure(in_quotes(user) + " for the second time; keep one of them");
    }
    return {};
}

// Evenly from among all.
std::vector<std::string> decoys_of(const Users& users) {
    const std::size_t step = (users.hashes.size() + kDecoysMax - 1) / kDecoysMax;
    std::vector<std::string> decoys;
    std::size_t number = 0;
    for (const auto& [user, hash] : users.hashes) {
        if (number++ % step == 0) {
            decoys.push_back(hash);
        }
    }
    return decoys;
}

}  // namespace

Result<Users> parse_users(std::string_view text) {
    Users users;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (const auto added = add(line, users); !added) {
            return failure("line " + std::to_string(number) + ": " + added.error().text);
        }
    }
    if (users.hashes.empty()) {
        return failure("no users in it; write lines of user:hash");
    }
    users.decoys = decoys_of(users);
    return users;
}

}  // namespace portcullis
