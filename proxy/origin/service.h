// A service as one worker sees it: its endpoints, and how one of them is chosen and reached.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/origin/balance.h"
#include "proxy/origin/endpoint.h"
#include "proxy/tls/origin_context.h"

#include <memory>
#include <string_view>
#include <vector>

namespace portcullis::origin {

// An endpoint that is held for one exchange, with a connection to it. Counts as load there until
// destroyed.
class Lease {
  public:
    Lease() = default;

    explicit Lease(std::shared_ptr<Endpoint> endpoint) : endpoint_{std::move(endpoint)} {
        endpoint_->begin_exchange();
    }

    Lease(Lease&&) = default;

    Lease& operator=(Lease&& other) noexcept {
        std::swap(endpoint_, other.endpoint_);
        std::swap(connection, other.connection);
        return *this;
    }

    ~Lease() {
        if (endpoint_) {
            endpoint_->end_exchange();
        }
    }

    // Keeps the connection for another exchange. Without this it is closed.
    void give_back() { endpoint_->give_back(std::move(connection)); }

    [[nodiscard]] const std::shared_ptr<Endpoint>& endpoint() const { return endpoint_; }

    std::unique_ptr<Connection> connection;

  private:
    std::shared_ptr<Endpoint> endpoint_;  // null exactly in an empty lease
};

struct Reached {
    Lease lease;
    Fault fault = Fault::none;  // set: there is no connection; the lease names the endpoint tried
                                // last, if any
    // What exactly was wrong with TLS to the endpoint met last, for the log. Static text.
    std::string_view trouble = {};
    // One whose trouble is new, although another may have done in its place; null when none is.
    std::shared_ptr<Endpoint> news = nullptr;
};

class Service {
  public:
    // Different endpoints tried for one request before it fails. Nothing has been sent to any of
    // them.
    static constexpr std::size_t kConnectTries = 3;

    // tls: null when the endpoints are met without.
    Service(const ServiceConfig& config, std::vector<std::shared_ptr<Endpoint>> endpoints,
            std::shared_ptr<const tls::OriginContext> tls = nullptr)
        : config_{&config}, endpoints_{std::move(endpoints)}, tls_{std::move(tls)} {}

    [[nodiscard]] const ServiceConfig& config() const { return *config_; }

    [[nodiscard]] const std::vector<std::shared_ptr<Endpoint>>& endpoints() const {
        return endpoints_;
    }

    // Picks an endpoint and gives a connection to it, idle or new; another endpoint when one cannot
    // be reached. The service must live until the task is done.
    Task<Reached> reach(stream::Loop& loop);
    // A new connection to that endpoint, for a second try.
    Task<Reached> reach_anew(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint);

  private:
    Task<Fault> connect(stream::Loop& loop, Reached& reached);
    Task<Fault> secure(stream::Stream& stream, Duration timeout, Reached& reached);

    const ServiceConfig* config_;
    std::vector<std::shared_ptr<Endpoint>> endpoints_;
    std::shared_ptr<const tls::OriginContext> tls_;
    Rotation rotation_;
};

}  // namespace portcullis::origin
