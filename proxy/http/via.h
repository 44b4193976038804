// Our entry in Via (RFC 9110, 7.6.3), by which a request that comes back to us is known.
#pragma once

#include "proxy/http/fields.h"
#include "proxy/http/head.h"

#include <string_view>

namespace portcullis::http {

// How often a request may pass this process. Once is not enough: a service may ask another one
// through us on behalf of its client, and keep the client's Via.
constexpr int kPassesMax = 5;

// "portcullis-" and eight hexadecimal digits, drawn once for each process: another edge of the
// cluster, a proxy of another installation in front of us or behind us, and the process that takes
// over at an upgrade are no loops, however many of them a request passes. A loop through several of
// them is found as well, by the one that it passes kPassesMax times first.
std::string_view pseudonym();

// Whether the request has passed this process kPassesMax times before, which only a loop does.
bool loops(const RequestHead& head);

// The Via of a request that is passed on: what a trusted client has in it; of others only entries
// that a Portcullis wrote, which count the passes and say nothing else; then ours.
void add_via(FieldList& fields, const RequestHead& head, bool trusted);

}  // namespace portcullis::http
