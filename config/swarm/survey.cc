#include "config/swarm/survey.h"

#include <boost/json.hpp>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;

constexpr unsigned kNotFound = 404;
constexpr std::string_view kWanted = R"({"desired-state":["running"]})";
// Without the names of events each check of a container's health would be told.
constexpr std::string_view kEvents =
    R"({"type":["service","node","network","container"],)"
    R"("event":["create","update","remove","health_status","die"]})";

// RFC 3986, section 2: all but unreserved characters.
std::string escaped(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        }
    }
    return out;
}

// The answer as read by read, or nothing: then answer says what the trouble is.
template <class Value>
std::optional<Value> take(Answer& answer, std::string_view path,
                          Result<Value> (*read)(std::string_view)) {
    if (!answer.good()) {
        return std::nullopt;
    }
    auto value = read(answer.text);
    if (!value) {
        answer = {Trouble::malformed, answer.status, std::string{path} + ": " + value.error().text};
        return std::nullopt;
    }
    answer.text.clear();
    return std::move(*value);
}

template <class Value>
asio::awaitable<std::optional<Value>> ask(Engine& engine, Answer& answer, std::string_view path,
                                          std::string_view query,
                                          Result<Value> (*read)(std::string_view)) {
    std::string target{path};
    target += query;
    answer = co_await engine.ask(std::move(target));
    co_return take(answer, path, read);
}

// A network that is not there yet is no trouble: nobody is on it.
asio::awaitable<void> ask_networks(Engine& engine, const std::vector<std::string>& names,
                                   Survey& survey) {
    for (const std::string& name : names) {
        const std::string path = "/networks/" + escaped(name);
        auto network = co_await ask(engine, survey.trouble, path, "?scope=swarm", &read_network);
        if (survey.trouble.status == kNotFound) {
            survey.trouble = {};
            continue;
        }
        if (!network) {
            co_return;
        }
        survey.networks[name] = network->id;
        survey.nodes->insert(survey.nodes->end(), network->peers.begin(), network->peers.end());
    }
}

// Containers on the engine's node. That they cannot be listed is no trouble.
asio::awaitable<std::vector<EngineContainer>> ask_containers(Engine& engine, std::string filters) {
    Answer answer;
    auto containers = co_await ask(engine, answer, "/containers/json",
                                   "?filters=" + escaped(filters), &read_containers);
    co_return std::move(containers).value_or(std::vector<EngineContainer>{});
}

std::string json_text(std::string_view text) {
    return boost::json::serialize(boost::json::string{text});
}

asio::awaitable<NodeFacts> ask_facts(Engine& engine, const Questions& questions,
                                     const Survey& found) {
    NodeFacts facts;
    facts.networks = questions.networks;
    for (const std::string& network : questions.networks) {
        if (!found.networks.contains(network)) {
            facts.missing_networks.insert(network);
        }
    }
    facts.labelled_containers = co_await ask_containers(engine, R"({"label":["portcullis.host"]})");
    facts.holder = questions.holder;
    if (!facts.holder.empty()) {
        facts.holders = co_await ask_containers(
            engine, "{\"name\":[" + json_text("^/" + facts.holder + "$") + "]}");
        const auto tasks = co_await ask_containers(
            engine,
            "{\"label\":[" + json_text("com.docker.swarm.service.name=" + facts.holder) + "]}");
        facts.holders.insert(facts.holders.end(), tasks.begin(), tasks.end());
    }
    co_return facts;
}

// What this node is, and the nodes that a worker knows.
asio::awaitable<void> ask_role(Engine& engine, Survey& survey) {
    auto info = co_await ask(engine, survey.trouble, "/info", "", &read_info);
    if (!info) {
        co_return;
    }
    survey.role = info->role;
    survey.nodes = std::move(info->nodes);
    if (info->role == Role::none) {
        survey.trouble = {Trouble::refused, 0, "this node is not, or not yet, active in a swarm"};
    }
}

// A manager is not asked what it is: that can take it long, and if it is one no more it refuses
// what only managers answer.
asio::awaitable<void> ask_cluster(Engine& engine, const Questions& questions, Survey& survey) {
    survey.nodes.emplace();
    if (questions.role != Role::manager) {
        co_await ask_role(engine, survey);
    }
    if (survey.trouble.good()) {
        co_await ask_networks(engine, questions.networks, survey);
    }
    if (survey.trouble.good() && survey.role == Role::manager) {
        survey.nodes = co_await ask(engine, survey.trouble, "/nodes", "", &read_nodes);
    }
    if (survey.trouble.good()) {
        survey.facts = co_await ask_facts(engine, questions, survey);
    }
}

}  // namespace

asio::awaitable<Survey> survey(Engine& engine, Questions questions) {
    Survey survey;
    survey.role = questions.role;
    survey.asked = questions.tasks;
    if (questions.look.cluster) {
        co_await ask_cluster(engine, questions, survey);
    }
    if (!survey.trouble.good() || survey.role != Role::manager) {
        co_return survey;
    }
    if (questions.look.services) {
        survey.services = co_await ask(engine, survey.trouble, "/services", "", &read_services);
        if (!survey.trouble.good()) {
            co_return survey;
        }
    }
    const std::string query =
        questions.tasks == Asked::wanted ? "?filters=" + escaped(kWanted) : std::string{};
    auto tasks = co_await ask(engine, survey.trouble, "/tasks", query, &read_tasks);
    survey.tasks = std::move(tasks).value_or(std::vector<EngineTask>{});
    co_return survey;
}

std::string events_target() {
    return "/events?filters=" + escaped(kEvents);
}

}  // namespace portcullis::swarm
