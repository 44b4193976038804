#include "config/swarm/answers.h"

#include "config/model.h"
#include "config/swarm/snapshot.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace portcullis::swarm {
namespace {

namespace json = boost::json;

constexpr std::string_view kStackLabel = "com.docker.stack.namespace";
constexpr std::string_view kTraefikPrefix = "traefik.";
constexpr std::size_t kFractionDigits = 9;

// A member of an answer, or nothing where it is absent or null. What is wrong is thrown as a
// sentence and ends in interpret().
class Part {
  public:
    Part(std::string_view name, const json::value* value)
        : name_{name}, value_{value == nullptr || value->is_null() ? nullptr : value} {}

    Part operator[](std::string_view key) const {
        return {key, value_ == nullptr ? nullptr : object().if_contains(key)};
    }

    [[nodiscard]] std::string text() const {
        if (value_ == nullptr || !value_->is_string() || value_->get_string().empty()) {
            throw failure("the engine's answer has no '" + std::string{name_} + "'");
        }
        return std::string{value_->get_string()};
    }

    [[nodiscard]] std::string text_or_none() const {
        if (value_ != nullptr && !value_->is_string()) {
            wrong();
        }
        return value_ == nullptr ? std::string{} : std::string{value_->get_string()};
    }

    [[nodiscard]] bool is(bool what) const {
        if (value_ != nullptr && !value_->is_bool()) {
            wrong();
        }
        return value_ != nullptr && value_->get_bool() == what;
    }

    [[nodiscard]] bool is(std::int64_t what) const {
        if (value_ != nullptr && !value_->is_int64()) {
            wrong();
        }
        return value_ != nullptr && value_->get_int64() == what;
    }

    [[nodiscard]] bool there() const { return value_ != nullptr; }

    [[nodiscard]] std::optional<std::uint64_t> count() const {
        if (value_ != nullptr && (!value_->is_int64() || value_->get_int64() < 0)) {
            wrong();
        }
        return value_ == nullptr ? std::nullopt
                                 : std::optional{static_cast<std::uint64_t>(value_->get_int64())};
    }

    // each(part) for the items of a list.
    template <class Each>
    void items(Each each) const {
        if (value_ != nullptr && !value_->is_array()) {
            wrong();
        }
        for (std::size_t i = 0; value_ != nullptr && i < value_->get_array().size(); ++i) {
            each(Part{name_, &value_->get_array()[i]});
        }
    }

    // each(key, part)
    template <class Each>
    void members(Each each) const {
        if (value_ == nullptr) {
            return;
        }
        for (const auto& [key, member] : object()) {
            each(key, Part{key, &member});
        }
    }

    [[noreturn]] void wrong() const {
        throw failure("the engine's answer: '" + std::string{name_} + "' is malformed");
    }

  private:
    [[nodiscard]] const json::object& object() const {
        if (!value_->is_object()) {
            wrong();
        }
        return value_->get_object();
    }

    std::string_view name_;
    const json::value* value_;
};

template <class Read>
auto interpret(std::string_view text, json::kind kind, Read read)
    -> Result<decltype(read(std::declval<Part>()))> {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || value.kind() != kind) {
        return failure("the engine's answer is not the JSON that it should be");
    }
    try {
        return read(Part{"answer", &value});
    } catch (const Error& wrong) {
        return wrong;
    }
}

// Without the prefix length or port that the engine adds.
IpAddress address_of(const Part& part) {
    const std::string text = part.text();
    const auto address = IpAddress::parse(std::string_view{text}.substr(0, text.find('/')));
    if (!address) {
        part.wrong();
    }
    return *address;
}

// Of a node: some are told as "0.0.0.0" or not at all, which is no mistake, but no address either.
void add_node(std::vector<IpAddress>& nodes, const std::string& text) {
    auto address = IpAddress::parse(text);
    if (const auto with_port = SocketAddress::parse(text); !address && with_port) {
        address = with_port->address;
    }
    const bool unspecified = address && (*address == IpAddress{} || *address == IpAddress::v4(0));
    if (address && !unspecified) {
        nodes.push_back(*address);
    }
}

// The engine leaves out zeros at the end: ".1Z" would sort behind ".12Z".
std::string with_all_digits(std::string time) {
    if (!time.ends_with('Z')) {
        return time;
    }
    time.pop_back();
    const std::size_t point = time.find('.');
    const std::size_t digits = point == std::string::npos ? 0 : time.size() - point - 1;
    time += point == std::string::npos ? "." : "";
    return time.append(kFractionDigits - std::min(digits, kFractionDigits), '0') + "Z";
}

void read_labels(const Part& labels, EngineService& service) {
    labels.members([&](std::string_view key, const Part& value) {
        if (key.starts_with(kLabelPrefix)) {
            service.labels.emplace(key, value.text_or_none());
        } else if (key == kStackLabel) {
            service.stack = value.text_or_none();
        } else if (key.starts_with(kTraefikPrefix)) {
            service.other_labels = true;
        }
    });
}

EngineService service_of(const Part& part) {
    const Part spec = part["Spec"];
    EngineService service;
    service.id = part["ID"].text();
    service.name = spec["Name"].text();
    service.created = with_all_digits(part["CreatedAt"].text_or_none());
    read_labels(spec["Labels"], service);
    for (const Part& networks : {spec["TaskTemplate"]["Networks"], spec["Networks"]}) {
        networks.items(
            [&](const Part& item) { service.networks.push_back(item["Target"].text()); });
    }
    for (const Part& ports : {part["Endpoint"]["Ports"], part["Endpoint"]["Spec"]["Ports"],
                              spec["EndpointSpec"]["Ports"]}) {
        ports.items([&](const Part& item) {
            service.publishes_ingress_port |= item["PublishedPort"].is(std::int64_t{kIngressPort});
        });
    }
    const Part mode = spec["Mode"];
    service.job = mode["ReplicatedJob"].there() || mode["GlobalJob"].there();
    service.replicas = mode["Replicated"]["Replicas"].count();
    const std::string state = part["UpdateStatus"]["State"].text_or_none();
    service.updating = state == "updating" || state == "rollback_started";
    return service;
}

// A task in one of these states never runs again, and its addresses may be another's.
bool has_ended(std::string_view state) {
    constexpr std::array<std::string_view, 6> kEnded{"complete", "shutdown", "failed",
                                                     "rejected", "remove",   "orphaned"};
    return std::find(kEnded.begin(), kEnded.end(), state) != kEnded.end();
}

EngineTask task_of(const Part& part) {
    EngineTask task;
    task.id = part["ID"].text();
    task.service = part["ServiceID"].text_or_none();
    task.container = part["Status"]["ContainerStatus"]["ContainerID"].text_or_none();
    task.created = with_all_digits(part["CreatedAt"].text_or_none());
    const std::string state = part["Status"]["State"].text();
    task.running = state == "running";
    task.ended = has_ended(state);
    task.error = part["Status"]["Err"].text_or_none();
    task.wanted = part["DesiredState"].text() == "running";
    part["NetworksAttachments"].items([&](const Part& attachment) {
        bool first = true;
        attachment["Addresses"].items([&](const Part& address) {
            if (first) {
                task.addresses.emplace_back(attachment["Network"]["ID"].text(),
                                            address_of(address));
            }
            first = false;
        });
    });
    return task;
}

// Names begin with a slash.
EngineContainer container_of(const Part& part) {
    EngineContainer container;
    part["Names"].items([&](const Part& name) {
        if (container.name.empty()) {
            const std::string text = name.text();
            container.name = text.substr(text.starts_with('/') ? 1 : 0);
        }
    });
    part["NetworkSettings"]["Networks"].members(
        [&](std::string_view name, const Part&) { container.networks.emplace_back(name); });
    return container;
}

EngineInfo info_of(const Part& part) {
    const Part swarm = part["Swarm"];
    EngineInfo info;
    if (swarm["LocalNodeState"].text_or_none() == "active") {
        info.role = swarm["ControlAvailable"].is(true) ? Role::manager : Role::worker;
    }
    add_node(info.nodes, swarm["NodeAddr"].text_or_none());
    swarm["RemoteManagers"].items(
        [&](const Part& manager) { add_node(info.nodes, manager["Addr"].text_or_none()); });
    return info;
}

EngineEvent::Kind kind_of(const std::string& type, std::string_view action) {
    using Kind = EngineEvent::Kind;
    if (type == "service") {
        return action == "remove" ? Kind::service_removed : Kind::service;
    }
    if (type == "node") {
        return Kind::node;
    }
    if (type == "network") {
        return action == "create" || action == "remove" ? Kind::network : Kind::other;
    }
    if (type == "container") {
        return action == "health_status: unhealthy" ? Kind::container_ill
               : action == "health_status: healthy" ? Kind::container_well
               : action == "die"                    ? Kind::container_died
                                                    : Kind::other;
    }
    return Kind::other;
}

template <class Item>
auto list_of(Item item) {
    return [item](const Part& answer) {
        std::vector<decltype(item(answer))> list;
        answer.items([&](const Part& part) { list.push_back(item(part)); });
        return list;
    };
}

}  // namespace

Result<std::vector<EngineService>> read_services(std::string_view json) {
    return interpret(json, json::kind::array, list_of(service_of));
}

Result<std::vector<EngineTask>> read_tasks(std::string_view json) {
    return interpret(json, json::kind::array, list_of(task_of));
}

Result<std::vector<EngineContainer>> read_containers(std::string_view json) {
    return interpret(json, json::kind::array, list_of(container_of));
}

Result<EngineNetwork> read_network(std::string_view json) {
    return interpret(json, json::kind::object, [](const Part& answer) {
        EngineNetwork network{answer["Id"].text(), {}};
        answer["Peers"].items(
            [&](const Part& peer) { add_node(network.peers, peer["IP"].text_or_none()); });
        return network;
    });
}

Result<std::vector<IpAddress>> read_nodes(std::string_view json) {
    return interpret(json, json::kind::array, [](const Part& answer) {
        std::vector<IpAddress> nodes;
        answer.items([&](const Part& node) {
            add_node(nodes, node["Status"]["Addr"].text_or_none());
            add_node(nodes, node["ManagerStatus"]["Addr"].text_or_none());
        });
        return nodes;
    });
}

Result<EngineInfo> read_info(std::string_view json) {
    return interpret(json, json::kind::object, info_of);
}

Result<EngineEvent> read_event(std::string_view json) {
    return interpret(json, json::kind::object, [](const Part& answer) {
        return EngineEvent{kind_of(answer["Type"].text_or_none(), answer["Action"].text_or_none()),
                           answer["Actor"]["ID"].text_or_none()};
    });
}

std::string read_message(std::string_view json) {
    const auto message = interpret(json, json::kind::object, [](const Part& answer) {
        return answer["message"].text_or_none();
    });
    return message ? *message : std::string{};
}

}  // namespace portcullis::swarm
