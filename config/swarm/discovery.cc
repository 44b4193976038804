#include "config/swarm/discovery.h"

#include "base/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kPlace = "discovery";
constexpr unsigned kNoManager = 503;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr auto kStreamAgain = std::chrono::milliseconds{250};  // twice as late each time, until
constexpr auto kStreamAgainMax = std::chrono::milliseconds{8'000};

TableOptions table_options(const Config& config) {
    TableOptions options{config.discovery.networks,
                         {},
                         config.firewall.mode == FirewallMode::published,
                         config.discovery.label_bytes.bytes};
    for (const ServiceConfig& service : config.services) {
        if (!service.swarm.empty()) {
            options.named.insert(service.swarm);
        }
    }
    return options;
}

void say(const std::optional<Said>& said) {
    if (!said) {
        return;
    }
    switch (said->level) {
        case Said::Level::info:
            return log_info(kPlace, said->sentence);
        case Said::Level::warning:
            return log_warning(kPlace, said->sentence);
        case Said::Level::error:
            return log_error(kPlace, said->sentence);
    }
}

}  // namespace

Result<std::unique_ptr<Discovery>> Discovery::make(asio::io_context& io,
                                                   std::shared_ptr<const Config> config) {
    auto file = SnapshotFile::open(config->discovery);
    if (!file) {
        return file.error();
    }
    std::unique_ptr<Discovery> made{new Discovery{io, config, std::move(*file)}};
    if (const auto taken = made->take_over(std::move(config)); !taken) {
        return taken.error();
    }
    if (const auto opened = made->open_socket(); !opened) {
        return opened.error();
    }
    return made;
}

Discovery::Discovery(asio::io_context& io, std::shared_ptr<const Config> config, SnapshotFile file)
    : io_{io},
      config_{std::move(config)},
      publisher_{file},
      table_{table_options(*config_)},
      rhythm_{config_->discovery.poll, config_->discovery.poll_quiet},
      outage_{config_->discovery.stale_after, Clock::now()},
      next_look_{io},
      next_stream_{io} {
    if (!file.refusal().empty()) {
        log_warning(kPlace,
                    "what was there is not taken for the last good state: " + file.refusal());
    }
    if (file.earlier()) {
        table_.begin_with(*file.earlier(), Clock::now());
    }
}

// All that may fail comes first.
Result<void> Discovery::take_over(std::shared_ptr<const Config> config) {
    const DiscoveryConfig& discovery = config->discovery;
    std::vector<EnginePlace> places;
    for (const std::string& docker : discovery.docker) {
        auto place = engine_place(docker, discovery.tls);
        if (!place) {
            return place.error();
        }
        places.push_back(std::move(*place));
    }
    if (engine_) {
        engine_->close();
    }
    if (discovery.socket != config_->discovery.socket) {
        log_warning(kPlace, "discovery.socket changes only with a restart; the rest is taken over");
    }
    places_ = std::move(places);
    place_ = good_place_ = 0;
    engine_ = std::make_shared<Engine>(io_, places_.front(), discovery.timeout);
    table_.use(table_options(*config));
    rhythm_.use(discovery.poll, discovery.poll_quiet);
    outage_.use(discovery.stale_after);
    config_ = std::move(config);
    return {};
}

Result<void> Discovery::open_socket() {
    const auto& path = config_->discovery.socket;
    if (path.empty()) {
        return {};
    }
    auto socket =
        HttpSocket::listen(io_, "discovery.socket", path, [this](const HttpRequest& request) {
            return answer_status(request, [this] { return reading(); });
        });
    if (!socket) {
        return socket.error();
    }
    socket_ = std::move(*socket);
    return {};
}

// The one in use does not answer, or is no manager. What is known stays until another one answers.
void Discovery::ask_next_engine() {
    if (places_.size() < 2) {
        return;
    }
    place_ = (place_ + 1) % places_.size();
    engine_->close();
    engine_ = std::make_shared<Engine>(io_, places_[place_], config_->discovery.timeout);
    role_ = Role::none;
    next_stream_.cancel();
}

void Discovery::start() {
    asio::co_spawn(io_, look_on(), asio::detached);
    log_info(kPlace, "looking at the swarm by " + config_->discovery.docker.front());
}

void Discovery::stop(std::function<void()> ended) {
    ended_ = std::move(ended);
    engine_->close();
    next_look_.cancel();
    next_stream_.cancel();
}

// The last of the two tells that it is over.
void Discovery::on_end(bool& running) {
    running = false;
    if (!looking_ && !listening_) {
        log_info(kPlace, "stopped");
        asio::post(io_, ended_);
    }
}

void Discovery::reload() {
    const Loaded loaded = load_discovery(config_->file);
    const std::string text = render(loaded.diagnostics, loaded.text);
    std::fputs(text.c_str(), stderr);
    auto file = loaded.config
                    ? SnapshotFile::open(loaded.config->discovery)
                    : Result<SnapshotFile>{failure(config_->file.string() + " is invalid")};
    const auto taken = file ? take_over(loaded.config) : Result<void>{file.error()};
    if (!taken) {
        ++counts_.reloads_refused;
        log_error(kPlace, "the configuration was not taken over: " + taken.error().text +
                              "; the one before stays");
        return;
    }
    publisher_.use(std::move(*file));
    ++counts_.reloads;
    rhythm_.on_cluster_event(Clock::now());
    wake();
    log_info(kPlace, "configuration reloaded");
}

asio::awaitable<void> Discovery::look_on() {
    looking_ = true;
    while (!ended_) {
        if (Clock::now() >= rhythm_.next()) {
            co_await look();
        } else {
            next_look_.expires_at(rhythm_.next());
            co_await next_look_.async_wait(kToken);  // an event ends it, too
        }
    }
    on_end(looking_);
}

asio::awaitable<void> Discovery::look() {
    const Look look = rhythm_.begin(Clock::now());
    ++counts_.looks;
    const auto engine = engine_;
    Questions questions{look, table_.wants_all_tasks() ? Asked::all : Asked::wanted,
                        config_->discovery.networks, role_, config_->overlay.container};
    Survey found = co_await survey(*engine, std::move(questions));
    if (!ended_ && engine == engine_) {  // else it is another configuration's
        on_survey(look, std::move(found));
    }
}

void Discovery::on_survey(Look look, Survey survey) {
    if (survey.trouble.good() && survey.role == Role::worker && places_.size() > 1) {
        survey.trouble = {Trouble::refused, 0, "a worker, which knows no services"};
    }
    if (!survey.trouble.good()) {
        return on_failure(survey.trouble);
    }
    on_good(look, std::move(survey));
    publish();
    if (role_ == Role::manager && !listening_) {
        asio::co_spawn(io_, listen_on(), asio::detached);
    }
}

void Discovery::on_failure(const Answer& trouble) {
    ++counts_.failures.at(static_cast<std::size_t>(trouble.trouble));
    rhythm_.on_failure();
    if (trouble.status == kNoManager) {
        role_ = Role::none;  // until it says what it is
    }
    say(outage_.on_failure(config_->discovery.docker[place_] + ": " + trouble.text, Clock::now()));
    ask_next_engine();
}

// A worker's answer is one without services, and is doubted like one: a manager that has just
// started may take itself for a worker.
void Discovery::on_good(Look look, Survey survey) {
    const auto now = Clock::now();
    if (std::exchange(good_place_, place_) != place_) {
        log_info(kPlace, "looking at the swarm by " + config_->discovery.docker[place_] + " now");
    }
    if (survey.role != role_) {
        log_info(kPlace, survey.role == Role::manager
                             ? "this node is a manager: its services are followed"
                             : "this node is a worker, which knows nodes and no services: nothing "
                               "of the swarm can be served; name managers, as in discovery.docker: "
                               "[ tcp://manager1:2376, tcp://manager2:2376 ]");
        role_ = survey.role;
    }
    for (const auto& [name, id] : survey.networks) {
        table_.on_network(name, id);
    }
    if (survey.nodes) {
        table_.on_nodes(std::move(*survey.nodes));
    }
    if (survey.facts) {
        table_.on_node_facts(std::move(*survey.facts));
    }
    if (role_ == Role::worker) {
        survey.services.emplace();
    }
    if (survey.services) {
        table_.on_services(std::move(*survey.services), now);
    }
    if (role_ == Role::manager) {
        table_.on_tasks(survey.tasks, survey.asked, now);
    }
    if (!table_.doubtful()) {
        seen_ = moment_now();
    }
    if (!outage_.why().empty()) {
        next_stream_.cancel();  // events are there again as well
    }
    say(outage_.on_good(now));
    if (role_ == Role::worker) {
        rhythm_.on_worker();
    } else {
        const bool moved = publisher_.is_news(table_.snapshot());
        rhythm_.on_good(look, moved || table_.in_motion(), now);
    }
}

asio::awaitable<void> Discovery::listen_on() {
    listening_ = true;
    auto pause = kStreamAgain;
    while (!ended_) {
        const auto engine = engine_;
        std::string target = events_target();
        Watcher watcher{[this] { on_stream(true); },
                        [this](std::string_view line) { on_event(line); }};
        co_await engine->watch(std::move(target), std::move(watcher));
        pause = events_ ? kStreamAgain : std::min(pause * 2, kStreamAgainMax);
        if (events_ && !ended_ && engine == engine_) {
            log_warning(kPlace,
                        "the Docker Engine ended its stream of events, as it does when it starts "
                        "anew; the swarm is looked at again now, and what was last known stays");
        }
        on_stream(false);
        if (!ended_) {
            next_stream_.expires_after(pause);
            co_await next_stream_.async_wait(kToken);
        }
    }
    on_end(listening_);
}

void Discovery::on_stream(bool there) {
    counts_.streams_failed += there ? 0 : 1;
    events_ = there;
    if (!there) {
        table_.on_deafness();
    }
    rhythm_.on_stream(there, Clock::now());
    wake();
}

void Discovery::on_event(std::string_view line) {
    const auto event = read_event(line);
    const auto now = Clock::now();
    if (!event || role_ != Role::manager) {
        return;
    }
    switch (event->kind) {
        case EngineEvent::Kind::other:
            return;
        case EngineEvent::Kind::node:
        case EngineEvent::Kind::network:
            rhythm_.on_cluster_event(now);
            break;
        case EngineEvent::Kind::service_removed:
            table_.on_removed(event->id);
            rhythm_.on_event(now);
            break;
        case EngineEvent::Kind::container_ill:
        case EngineEvent::Kind::container_well:
            on_health(event->id, event->kind == EngineEvent::Kind::container_ill);
            rhythm_.on_event(now);
            break;
        case EngineEvent::Kind::service:
        case EngineEvent::Kind::container_died:
            rhythm_.on_event(now);
            break;
    }
    wake();
}

void Discovery::on_health(const std::string& container, bool ill) {
    const std::string service = table_.on_health(container, ill);
    if (ill && !service.empty()) {
        log_warning(kPlace, "a task of " + service +
                                " is unhealthy: Docker says so of its container " + container);
    }
    publish();
}

void Discovery::wake() {
    next_look_.cancel();
}

// Nothing that only an earlier process has seen is published as news.
void Discovery::publish() {
    if (seen_) {
        publisher_.publish(*config_, table_.snapshot(), *seen_, Clock::now());
    }
}

DiscoveryReading Discovery::reading() const {
    const auto now = Clock::now();
    DiscoveryReading reading = counts_;
    reading.snapshot = publisher_.written() != nullptr ? *publisher_.written() : table_.snapshot();
    reading.role = role_;
    reading.engine = config_->discovery.docker[place_];
    reading.api_version = engine_->version();
    reading.trouble = outage_.why().empty() ? publisher_.trouble() : outage_.why();
    reading.age = outage_.age(now);
    reading.stale = outage_.stale(now);
    reading.events = events_;
    reading.written = publisher_.count();
    reading.writes_failed = publisher_.failures();
    return reading;
}

}  // namespace portcullis::swarm
