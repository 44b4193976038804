#include "config/swarm/snapshot.h"

#include <boost/json.hpp>

#include <chrono>
#include <set>

namespace portcullis::swarm {
namespace {

namespace json = boost::json;

constexpr std::int64_t kVersion = 2;

// Objects are written in the order of insertion, so that sorted here is sorted there.
json::object object_of(const Task& task) {
    return {{"address", task.address.text()}, {"id", task.id}, {"leaving", task.leaving}};
}

json::object object_of(const Service& service) {
    json::object labels;
    for (const auto& [key, value] : service.labels) {
        labels.emplace(key, value);
    }
    json::array tasks;
    for (const Task& task : service.tasks) {
        tasks.push_back(object_of(task));
    }
    return {{"created", service.created}, {"id", service.id},       {"labels", std::move(labels)},
            {"name", service.name},       {"stack", service.stack}, {"tasks", std::move(tasks)}};
}

json::object object_of(const Quarantine& quarantine) {
    return {{"reason", quarantine.reason},
            {"route", quarantine.route},
            {"service", quarantine.service}};
}

json::object object_of(const Note& note) {
    return {{"sentence", note.sentence}, {"service", note.service}};
}

json::object object_of(const Owner& owner) {
    return {{"host", owner.host}, {"path", owner.path}, {"service", owner.service}};
}

json::string object_of(const IpAddress& address) {
    return json::string{address.text()};
}

template <class Item>
json::array array_of(const std::vector<Item>& items) {
    json::array array;
    for (const Item& item : items) {
        array.push_back(object_of(item));
    }
    return array;
}

// One object while its keys are taken. What is wrong is thrown as a sentence and ends in read().
class Members {
  public:
    Members(const json::value& value, std::string_view what) : what_{what} {
        if (!value.is_object()) {
            throw failure(std::string{what} + " is no object");
        }
        object_ = &value.get_object();
    }

    const json::value& take(std::string_view key) {
        const json::value* found = object_->if_contains(key);
        if (found == nullptr) {
            throw failure(std::string{what_} + " lacks '" + std::string{key} + "'");
        }
        ++taken_;
        return *found;
    }

    std::string text(std::string_view key) {
        const json::value& value = take(key);
        return value.is_string() ? std::string{value.get_string()} : wrong<std::string>(key);
    }

    bool boolean(std::string_view key) {
        const json::value& value = take(key);
        return value.is_bool() ? value.get_bool() : wrong<bool>(key);
    }

    std::uint64_t number(std::string_view key) {
        const json::value& value = take(key);
        return value.is_int64() && value.get_int64() >= 0
                   ? static_cast<std::uint64_t>(value.get_int64())
                   : wrong<std::uint64_t>(key);
    }

    IpAddress address(std::string_view key) { return address_of(take(key)); }

    IpAddress address_of(const json::value& value) const {
        const auto parsed = value.is_string() ? IpAddress::parse(value.get_string())
                                              : Result<IpAddress>{failure("no text")};
        return parsed ? *parsed : wrong<IpAddress>("address");
    }

    // each(item) for the items of a list.
    template <class Each>
    void list(std::string_view key, Each each) {
        const json::value& value = take(key);
        if (!value.is_array()) {
            wrong<int>(key);
        }
        for (const json::value& item : value.get_array()) {
            each(item);
        }
    }

    void finish() const {
        if (taken_ != object_->size()) {
            throw failure(std::string{what_} + " has a member that this version does not know");
        }
    }

  private:
    template <class Value>
    [[noreturn]] Value wrong(std::string_view key) const {
        throw failure(std::string{what_} + ": '" + std::string{key} + "' is malformed");
    }

    std::string_view what_;
    const json::object* object_;
    std::size_t taken_ = 0;
};

Moment moment_of(const json::value& value) {
    Members members{value, "'seen'"};
    Moment moment{members.number("wall"), members.text("boot"), members.number("since_boot")};
    members.finish();
    return moment;
}

Task task_of(const json::value& value) {
    Members members{value, "a task"};
    Task task{members.text("id"), members.address("address"), members.boolean("leaving")};
    members.finish();
    return task;
}

Service service_of(const json::value& value) {
    Members members{value, "a service"};
    Service service;
    service.name = members.text("name");
    service.id = members.text("id");
    service.created = members.text("created");
    service.stack = members.text("stack");
    const json::value& labels = members.take("labels");
    if (!labels.is_object()) {
        throw failure("a service: 'labels' is malformed");
    }
    for (const auto& [key, label] : labels.get_object()) {
        if (!label.is_string()) {
            throw failure("a label is no text");
        }
        if (!key.starts_with(kLabelPrefix)) {
            throw failure("a label does not begin with 'portcullis.'");
        }
        service.labels.emplace(key, label.get_string());
    }
    members.list("tasks", [&](const json::value& item) { service.tasks.push_back(task_of(item)); });
    members.finish();
    return service;
}

Snapshot snapshot_of(const json::value& value) {
    Members members{value, "the snapshot"};
    if (members.number("version") != kVersion) {
        throw failure(
            "a snapshot of another version; renew proxies and firewalls first, and discovery last");
    }
    Snapshot snapshot;
    snapshot.serial = members.number("serial");
    snapshot.seen = moment_of(members.take("seen"));
    members.list("nodes", [&](const json::value& item) {
        snapshot.nodes.push_back(members.address_of(item));
    });
    std::set<IpAddress> addresses;
    members.list("services", [&](const json::value& item) {
        snapshot.services.push_back(service_of(item));
        for (const Task& task : snapshot.services.back().tasks) {
            if (!addresses.insert(task.address).second) {
                throw failure("the snapshot gives " + task.address.text() + " to two tasks");
            }
        }
    });
    members.list("quarantine", [&](const json::value& item) {
        Members one{item, "a quarantine"};
        snapshot.quarantine.push_back({one.text("service"), one.text("reason"), one.text("route")});
        one.finish();
    });
    members.list("owners", [&](const json::value& item) {
        Members one{item, "an owner"};
        snapshot.owners.push_back({one.text("host"), one.text("path"), one.text("service")});
        one.finish();
    });
    members.list("notes", [&](const json::value& item) {
        Members one{item, "a note"};
        snapshot.notes.push_back({one.text("service"), one.text("sentence")});
        one.finish();
    });
    members.finish();
    return snapshot;
}

}  // namespace

bool same_swarm(const Snapshot& left, const Snapshot& right) {
    return left.nodes == right.nodes && left.services == right.services &&
           left.owners == right.owners && left.quarantine == right.quarantine &&
           left.notes == right.notes;
}

std::string write(const Snapshot& snapshot) {
    return json::serialize(json::object{{"nodes", array_of(snapshot.nodes)},
                                        {"notes", array_of(snapshot.notes)},
                                        {"owners", array_of(snapshot.owners)},
                                        {"quarantine", array_of(snapshot.quarantine)},
                                        {"seen",
                                         {{"boot", snapshot.seen.boot},
                                          {"since_boot", snapshot.seen.since_boot},
                                          {"wall", snapshot.seen.wall}}},
                                        {"serial", snapshot.serial},
                                        {"services", array_of(snapshot.services)},
                                        {"version", kVersion}});
}

Result<Snapshot> read(std::string_view document) {
    boost::system::error_code error;
    const json::value value =
        document.size() > kSnapshotBytesMax ? json::value{} : json::parse(document, error);
    if (error || document.size() > kSnapshotBytesMax) {
        return failure("the snapshot is no JSON of 16 MiB at most");
    }
    try {
        return snapshot_of(value);
    } catch (const Error& wrong) {
        return wrong;
    }
}

}  // namespace portcullis::swarm
