// What a connection and its exchanges need of their worker.
#pragma once

#include "proxy/http/request_id.h"
#include "proxy/http1/parser.h"
#include "proxy/observe/access_log.h"
#include "proxy/observe/counters.h"
#include "proxy/relay/site.h"
#include "proxy/stream/loop.h"

#include <memory>
#include <string>
#include <vector>

namespace portcullis::relay {

// The working memory of one exchange. Lent by the worker, so that a connection between requests has
// none and a busy one allocates nothing.
struct Scratch {
    http1::RequestParser request;
    http1::ResponseParser answer;
    std::string path;         // the request's path, normalised
    std::string logged_path;  // and as it was sent, for the access log
    std::string host;
    std::string request_out;  // towards the origin
    std::string answer_out;   // towards the client
};

// Lines of the access log on their way to the writer.
struct LogBatch {
    std::string text;
    std::size_t lines = 0;
};

struct Context {
    explicit Context(observe::AccessLog& writer) : access_log{writer} {}

    std::unique_ptr<Scratch> borrow();
    void give_back(std::unique_ptr<Scratch> scratch);
    // Hands the lines over to the writer.
    void flush_log();

    stream::Loop loop;
    observe::Counters counters;
    observe::AccessLog& access_log;
    LogBatch log;
    http::RequestIds request_ids;
    std::shared_ptr<Site> site;  // the current one; an exchange copies the pointer
    bool draining = false;       // every exchange is its connection's last

  private:
    std::vector<std::unique_ptr<Scratch>> spare_;
};

}  // namespace portcullis::relay
