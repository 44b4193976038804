// What a connection and its exchanges need of their worker.
#pragma once

#include "proxy/access/login.h"
#include "proxy/http/date.h"
#include "proxy/http/fields.h"
#include "proxy/http/request_id.h"
#include "proxy/http1/parser.h"
#include "proxy/limit/client_count.h"
#include "proxy/limit/shared.h"
#include "proxy/observe/access_log.h"
#include "proxy/observe/counters.h"
#include "proxy/relay/client.h"
#include "proxy/relay/pool.h"
#include "proxy/relay/site.h"
#include "proxy/stream/loop.h"

#include <memory>
#include <string>

namespace portcullis::relay {

// The working memory of one exchange. Lent by the worker, so that a connection between requests has
// none and a busy one allocates nothing.
struct Scratch {
    void reset();

    std::string path;         // the request's path, normalised
    std::string edited_path;  // and after the route's edits
    std::string logged_path;  // and as it was sent, for the access log
    std::string host;
    std::string request_id;          // a trusted client's
    http::FieldList request_fields;  // towards the origin
    http::FieldList answer_fields;   // towards the client
    std::string body_begin;          // what of the request's body was here before an origin was
    std::string page;                // a body of our own
};

// And of one side of it that speaks HTTP/1.
struct Http1Request {
    void reset();

    http1::RequestParser parser;
    std::string out;  // towards the client
};

struct Http1Answer {
    void reset();

    http1::ResponseParser parser;
    std::string repaired;  // the head that the parser's views are of, of a lenient service
    std::string out;       // towards the origin
};

// Lines of the access log on their way to the writer.
struct LogBatch {
    std::string text;
    std::size_t lines = 0;
};

struct Context {
    Context(observe::AccessLog& writer, limit::Shared& all) : access_log{writer}, shared{all} {}

    // Hands the lines over to the writer.
    void flush_log();

    // A fault of this client's connection; what is an offence is charged to the client, unless that
    // is a proxy of ours, which stands for many.
    void count(Fault fault, const IpAddress& client);
    void note_offence(const IpAddress& client);

    // So many bytes more that the client has us hold (limits.connection_memory and client_memory).
    // A proxy of ours stands for many: only its connections are limited, each for itself.
    bool try_hold(Client& client, std::size_t bytes);
    void release(Client& client, std::size_t bytes);

    stream::Loop loop;
    observe::Counters counters;
    observe::AccessLog& access_log;
    limit::Shared& shared;            // by all workers
    limit::ClientCount client_count;  // of this one
    ClientTally requests_under_way;   // by clients, likewise
    // Connections without an exchange, the one that has been so for longest first.
    IdleClients idle;
    LogBatch log;
    http::RequestIds request_ids;
    http::DateText date;
    std::shared_ptr<Site> site;  // the current one; an exchange copies the pointer
    access::Passwords passwords{loop};
    bool draining = false;      // every exchange is its connection's last
    bool idle_may_ask = false;  // but a connection without one may still bring one
    Pool<Scratch> scratches;
    Pool<Http1Request> requests;
    Pool<Http1Answer> answers;
};

}  // namespace portcullis::relay
