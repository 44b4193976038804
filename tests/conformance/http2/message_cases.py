"""Requests that are malformed (RFC 9113, 8): each is a stream error, whatever else the server has to say about it."""
from peer import *
from wants import *

GET = request()
POST = request(method="POST")
OPEN = END_HEADERS
MALFORMED = stream_error(PROTOCOL_ERROR)
REGULAR = block(("x-test", "ok"))


def malformed(block_of_fields):
    return [headers(1, block_of_fields)], MALFORMED


CASES = [
    ("http2/8.1", [
        ("trailers without END_STREAM",
         [headers(1, POST, OPEN), data(1, flags=0), headers(1, REGULAR, END_HEADERS)], MALFORMED),
    ]),
    ("http2/8.1.2", [
        ("upper case", *malformed(request(("X-TEST", "ok")))),
    ]),
    ("http2/8.1.2.1", [
        ("an unknown pseudo-header field", *malformed(request((":test", "ok")))),
        ("a pseudo-header field of responses", *malformed(request((":status", "200")))),
        ("a pseudo-header field in trailers",
         [headers(1, POST, OPEN), data(1, flags=0), headers(1, block((":method", "POST")), END_HEADERS)], MALFORMED),
        ("a pseudo-header field behind a regular one", *malformed(REGULAR + GET)),
    ]),
    ("http2/8.1.2.2", [
        ("a field of the connection", *malformed(request(("connection", "keep-alive")))),
        ("TE other than trailers", *malformed(request(("te", "trailers, deflate")))),
    ]),
    ("http2/8.1.2.3", [
        ("an empty :path", *malformed(request(path=""))),
        ("no :method", *malformed(request(method=None))),
        ("no :scheme", *malformed(request(scheme=None))),
        ("no :path", *malformed(request(path=None))),
        (":method twice", *malformed(request((":method", "GET")))),
        (":scheme twice", *malformed(request((":scheme", "https")))),
        (":path twice", *malformed(request((":path", "/")))),
    ]),
    ("http2/8.1.2.6", [
        ("a body that is longer than content-length",
         [headers(1, request(("content-length", "1"), method="POST"), OPEN), data(1)], MALFORMED),
        ("bodies that are longer than content-length",
         [headers(1, request(("content-length", "1"), method="POST"), OPEN), data(1, flags=0), data(1)], MALFORMED),
    ]),
    ("http2/8.2", [
        ("PUSH_PROMISE",
         [frame(PUSH_PROMISE, END_HEADERS, 1, number32(3) + GET)], connection_error(PROTOCOL_ERROR)),
    ]),
]
