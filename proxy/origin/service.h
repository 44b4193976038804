// A service as one worker sees it: its endpoints, and how one of them is chosen and reached.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/origin/balance.h"
#include "proxy/origin/endpoint.h"

#include <memory>
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
};

class Service {
  public:
    // Different endpoints tried for one request before it fails. Nothing has been sent to any of
    // them.
    static constexpr std::size_t kConnectTries = 3;

    Service(const ServiceConfig& config, std::vector<std::shared_ptr<Endpoint>> endpoints)
        : config_{&config}, endpoints_{std::move(endpoints)} {}

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
    Task<Fault> connect(stream::Loop& loop, Lease& lease);

    const ServiceConfig* config_;
    std::vector<std::shared_ptr<Endpoint>> endpoints_;
    Rotation rotation_;
};

}  // namespace portcullis::origin
