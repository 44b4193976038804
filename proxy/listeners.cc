#include "proxy/listeners.h"

#include "config/model.h"

#include <algorithm>
#include <fcntl.h>
#include <map>

namespace portcullis {

Result<std::vector<stream::Listening>> make_listeners(const std::vector<IpAddress>& addresses,
                                                      std::size_t workers,
                                                      std::vector<stream::Listening> inherited) {
    std::vector<stream::Listening> listeners;
    for (const IpAddress& address : addresses) {
        const std::size_t before = listeners.size();
        for (stream::Listening& known : inherited) {
            if (known.address == address) {
                listeners.push_back(std::move(known));
            }
        }
        if (listeners.size() > before) {
            continue;
        }
        if (const auto free = stream::check_free({address, kIngressPort}); !free) {
            return free.error();
        }
        for (std::size_t i = 0; i < workers; ++i) {
            Result<Fd> made = stream::listen_on({address, kIngressPort});
            if (!made) {
                return made.error();
            }
            listeners.push_back({address, std::move(*made)});
        }
    }
    return listeners;
}

Result<std::vector<std::vector<Fd>>> share(const std::vector<stream::Listening>& listeners,
                                           std::size_t workers) {
    std::map<IpAddress, std::vector<int>> by_address;
    for (const stream::Listening& listening : listeners) {
        by_address[listening.address].push_back(listening.fd.get());
    }
    std::vector<std::vector<Fd>> shares(workers);
    for (const auto& [address, sockets] : by_address) {
        for (std::size_t i = 0; i < std::max(sockets.size(), workers); ++i) {
            Fd copy{::fcntl(sockets[i % sockets.size()], F_DUPFD_CLOEXEC, 3)};
            if (!copy) {
                return errno_error("cannot copy a listening socket");
            }
            shares[i % workers].push_back(std::move(copy));
        }
    }
    return shares;
}

std::string text_of(const std::vector<IpAddress>& addresses) {
    std::string text;
    for (const IpAddress& address : addresses) {
        text += (text.empty() ? "" : ", ") + SocketAddress{address, kIngressPort}.text();
    }
    return text;
}

}  // namespace portcullis
