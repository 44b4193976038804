#include "proxy/upgrade/parcel.h"

#include <openssl/crypto.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <poll.h>
#include <span>
#include <type_traits>

namespace portcullis::upgrade {
namespace {

// Both ends run on one machine, so the bytes are those of memory.
struct Opening {
    std::array<char, 24> form{};
    std::uint32_t listeners = 0;
    std::uint32_t has_admin = 0;  // its descriptor comes with this message
    std::int64_t keys_age_ms = 0;
    std::array<unsigned char, 160> keys{};
    std::array<unsigned char, 32> sticky_key{};
    std::array<char, 108> admin_path{};  // sun_path of unix(7), ended by a zero
};

static_assert(std::is_trivially_copyable_v<Opening>);

constexpr std::array<char, 24> kForm{"portcullis handover 2"};
// The kernel takes 253 descriptors in a message (SCM_MAX_FD).
constexpr std::size_t kBatch = 128;
constexpr std::size_t kListenersMax = 65'536;

using Address = std::array<std::uint8_t, 16>;

template <class Key>
void for_each_part(Key& key, auto visit) {
    visit(std::span{key.name});
    visit(std::span{key.cipher});
    visit(std::span{key.mac});
}

void write_keys(const tls::TicketKeys& keys, Opening& opening) {
    auto at = opening.keys.begin();
    for (const tls::TicketKey* key : {&keys.current, &keys.previous}) {
        for_each_part(*key, [&](auto part) { at = std::copy(part.begin(), part.end(), at); });
    }
}

std::shared_ptr<const tls::TicketKeys> read_keys(const Opening& opening) {
    const auto keys = std::make_shared<tls::TicketKeys>();
    const auto* at = opening.keys.begin();
    for (tls::TicketKey* key : {&keys->current, &keys->previous}) {
        for_each_part(*key, [&](auto part) {
            std::copy_n(at, part.size(), part.begin());
            at += part.size();
        });
    }
    return keys;
}

Result<void> send_message(int socket, std::span<const char> bytes, std::span<const int> fds) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kBatch * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!fds.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(fds.size_bytes());
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(fds.size_bytes());
        std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
    }
    if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        return errno_error("cannot hand over the listening sockets");
    }
    return {};
}

struct Message {
    std::size_t size = 0;
    std::vector<Fd> fds;
};

// One message, no longer than there is room for.
Result<Message> receive_message(int socket, std::span<char> bytes, Duration patience) {
    pollfd waiting{socket, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) != 1) {
        return failure("nothing came of the process before");
    }
    iovec part{bytes.data(), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kBatch * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (count <= 0) {
        return failure("the process before has ended");
    }
    Message received{static_cast<std::size_t>(count), {}};
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message);
        header != nullptr && header->cmsg_type == SCM_RIGHTS) {
        std::array<int, kBatch> fds{};
        const std::size_t size = std::min(header->cmsg_len - CMSG_LEN(0), sizeof fds);
        std::memcpy(fds.data(), CMSG_DATA(header), size);
        for (std::size_t i = 0; i < size / sizeof(int); ++i) {
            received.fds.emplace_back(fds[i]);
        }
    }
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        return failure("more came of the process before than it may say");
    }
    return received;
}

Result<void> receive_batch(int socket, Duration patience, Parcel& parcel) {
    std::array<Address, kBatch> addresses{};
    auto got = receive_message(
        socket, {reinterpret_cast<char*>(addresses.data()), sizeof addresses}, patience);
    if (!got) {
        return got.error();
    }
    if (got->fds.empty() || got->size != got->fds.size() * sizeof(Address)) {
        return failure("a listening socket of the process before is missing");
    }
    for (std::size_t i = 0; i < got->fds.size(); ++i) {
        parcel.listeners.push_back({IpAddress::v6(addresses[i]), std::move(got->fds[i])});
    }
    return {};
}

}  // namespace

Result<void> send(int socket, const Parcel& parcel) {
    Opening opening;
    opening.form = kForm;
    opening.listeners = static_cast<std::uint32_t>(parcel.listeners.size());
    opening.has_admin = parcel.admin ? 1 : 0;
    opening.keys_age_ms = parcel.keys_age.count();
    opening.sticky_key = parcel.sticky_key;
    write_keys(*parcel.keys, opening);
    const std::string path = parcel.admin_path.string();
    std::copy_n(path.begin(), std::min(path.size(), opening.admin_path.size() - 1),
                opening.admin_path.begin());
    const int admin = parcel.admin.get();
    auto sent = send_message(socket, {reinterpret_cast<const char*>(&opening), sizeof opening},
                             {&admin, parcel.admin ? 1U : 0U});
    OPENSSL_cleanse(opening.keys.data(), opening.keys.size());
    for (std::size_t i = 0; sent && i < parcel.listeners.size();) {
        std::vector<Address> addresses;
        std::vector<int> fds;
        for (; fds.size() < kBatch && i < parcel.listeners.size(); ++i) {
            addresses.push_back(parcel.listeners[i].address.bytes());
            fds.push_back(parcel.listeners[i].fd.get());
        }
        sent = send_message(
            socket,
            {reinterpret_cast<const char*>(addresses.data()), addresses.size() * sizeof(Address)},
            fds);
    }
    return sent;
}

Result<Parcel> receive(int socket, Duration patience) {
    Opening opening;
    auto got =
        receive_message(socket, {reinterpret_cast<char*>(&opening), sizeof opening}, patience);
    if (!got) {
        return got.error();
    }
    if (got->size != sizeof opening || opening.form != kForm ||
        got->fds.size() != opening.has_admin || opening.listeners > kListenersMax) {
        return failure(
            "the process before hands over in a form that this program does not know; restart "
            "instead");
    }
    Parcel parcel;
    parcel.keys = read_keys(opening);
    parcel.sticky_key = opening.sticky_key;
    OPENSSL_cleanse(opening.keys.data(), opening.keys.size());
    OPENSSL_cleanse(opening.sticky_key.data(), opening.sticky_key.size());
    parcel.keys_age = Duration{opening.keys_age_ms};
    opening.admin_path.back() = '\0';
    parcel.admin_path = opening.admin_path.data();
    if (opening.has_admin == 1) {
        parcel.admin = std::move(got->fds.front());
    }
    while (parcel.listeners.size() < opening.listeners) {
        if (const auto batch = receive_batch(socket, patience, parcel); !batch) {
            return batch.error();
        }
    }
    return parcel;
}

}  // namespace portcullis::upgrade
