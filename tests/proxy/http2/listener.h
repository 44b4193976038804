// A session's and its streams' user that writes down what it is told, a word for each call.
#pragma once

#include "proxy/http2/session.h"

#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

namespace portcullis::http2::test {

class Listener final : public SessionUser {
  public:
    // What one stream was told.
    struct Told final : StreamUser {
        void on_answer(std::unique_ptr<Head> head, bool ends) noexcept override {
            log += fmt::format("answer {}{} ", head->response().status, ends ? " ends" : "");
        }

        void on_data(std::string_view bytes) noexcept override {
            body += bytes;
            if (session != nullptr && consumes) {
                session->consume(*stream, bytes.size());
            }
        }

        void on_end(std::span<const http::Field> trailers) noexcept override {
            log += "end ";
            for (const http::Field& field : trailers) {
                log += fmt::format("{}={} ", field.name, field.value);
            }
        }

        void on_sent() noexcept override { log += "sent "; }

        void on_closed(Code code) noexcept override {
            log += fmt::format("closed {} ", static_cast<std::uint32_t>(code));
            stream = nullptr;
        }

        Session* session = nullptr;
        Stream* stream = nullptr;  // null once closed
        bool consumes = true;
        bool ended_with_head = false;
        std::string log;
        std::string body;
    };

    void on_request(Stream& stream, std::unique_ptr<Head> head, bool ends) noexcept override {
        const http::RequestHead& request = head->request();
        log += fmt::format("{} {} {}{}{} ", request.method, request.authority, request.target,
                           ends ? " ends" : "",
                           head->refusal() == http::Refusal::none
                               ? ""
                               : fmt::format(" ({})", http::name(head->refusal())));
        heads.push_back(std::move(head));
        told.push_back(std::make_unique<Told>());
        told.back()->session = session;
        told.back()->stream = &stream;
        told.back()->ended_with_head = ends;
        session->use(stream, told.back().get());
    }

    void on_goaway(Code code) noexcept override {
        log += fmt::format("goaway {} ", static_cast<std::uint32_t>(code));
    }

    Session* session = nullptr;
    std::string log;
    std::vector<std::unique_ptr<Head>> heads;
    std::vector<std::unique_ptr<Told>> told;  // of the requests, in their order
};

}  // namespace portcullis::http2::test
