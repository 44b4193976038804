#include "proxy/relay/board.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

template <class Event, std::size_t size>
void add(std::vector<observe::Named>& sums, const origin::Stats<Event, size>& stats) {
    sums.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
        const auto event = static_cast<Event>(i);
        sums[i].name = name(event);
        sums[i].value += stats.of(event);
    }
}

void note_standing(observe::EndpointReading& reading, const origin::EndpointStats& stats) {
    const auto now = origin::EndpointStats::Clock::now();
    reading.standings.resize(origin::kStandings);
    for (std::size_t i = 0; i < origin::kStandings; ++i) {
        const auto standing = static_cast<origin::Standing>(i);
        reading.standings[i].name = name(standing);
        reading.standings[i].value += stats.standing(now) == standing ? 1 : 0;
    }
    if (reading.why.empty()) {
        reading.why = stats.why(now);
    }
}

// The one of that service, or a new one.
observe::ServiceReading& reading_of(std::vector<observe::ServiceReading>& readings,
                                    const std::string& name) {
    const auto at = std::find_if(readings.begin(), readings.end(),
                                 [&](const auto& reading) { return reading.name == name; });
    return at != readings.end() ? *at
                                : readings.emplace_back(observe::ServiceReading{name, {}, {}});
}

// Likewise of that endpoint.
observe::EndpointReading& reading_of(std::vector<observe::EndpointReading>& readings,
                                     const Board::Endpoint& endpoint) {
    const auto at = std::find_if(readings.begin(), readings.end(), [&](const auto& reading) {
        return reading.address == endpoint.address && reading.task == endpoint.task;
    });
    return at != readings.end() ? *at
                                : readings.emplace_back(observe::EndpointReading{
                                      endpoint.address, endpoint.task, {}, {}, {}});
}

}  // namespace

std::shared_ptr<const Board> make_board(const Site& site) {
    auto board = std::make_shared<Board>();
    for (const auto& service : site.services) {
        Board::Service& shown = board->services.emplace_back();
        shown.name = service->config().name;
        shown.stats = service->traffic()->stats;
        for (const auto& endpoint : service->endpoints()) {
            shown.endpoints.push_back({endpoint->text(), endpoint->task(), endpoint->stats()});
        }
    }
    return board;
}

std::vector<observe::ServiceReading> read_boards(
    std::span<const std::shared_ptr<const Board>> boards) {
    std::vector<observe::ServiceReading> readings;
    for (const auto& board : boards) {
        for (const Board::Service& service : board->services) {
            auto& reading = reading_of(readings, service.name);
            add(reading.events, *service.stats);
            for (const Board::Endpoint& endpoint : service.endpoints) {
                auto& shown = reading_of(reading.endpoints, endpoint);
                add(shown.events, *endpoint.stats);
                note_standing(shown, *endpoint.stats);
            }
        }
    }
    return readings;
}

}  // namespace portcullis::relay
