#!/usr/bin/python3
"""A gRPC server, and a client that calls it through the proxy; both by grpcio, with plain bytes for messages."""
import concurrent.futures
import queue
import sys
import threading
import time

import grpc


def unary(request, context):
    if request == b"fail":
        context.set_trailing_metadata((("detail", "of-the-failure"),))
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "as asked")
    if request == b"sleep":
        time.sleep(30)
    context.send_initial_metadata((("leading", "yes"),))
    context.set_trailing_metadata((("trailing-bin", b"\x00\x01\xff"),))
    return b"got " + request


def client_stream(requests, context):
    return b"%d bytes" % sum(len(request) for request in requests)


def server_stream(request, context):
    for i in range(int(request)):
        yield b"x" * i


def both_streams(requests, context):
    for request in requests:
        yield request[::-1]


left = queue.Queue()


def watch(requests, context):
    """Says one thing, and then nothing until its client has left."""
    def note_end():
        left.put(True)
        print(f"the client has left: {left.qsize()}", flush=True)

    context.add_callback(note_end)
    yield b"begin"
    for _ in requests:
        pass


def health(request, context):
    """grpc.health.v1 by hand: HealthCheckRequest{service = 1}, HealthCheckResponse{status = 1: SERVING is 1}."""
    name = request[2:].decode()
    if name == "unknown":
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return b"\x08\x02" if name == "down" else b"\x08\x01"


class Handlers(grpc.GenericRpcHandler):
    METHODS = {
        "/grpc.health.v1.Health/Check": grpc.unary_unary_rpc_method_handler(health),
        "/test.Echo/Unary": grpc.unary_unary_rpc_method_handler(unary),
        "/test.Echo/ClientStream": grpc.stream_unary_rpc_method_handler(client_stream),
        "/test.Echo/ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
        "/test.Echo/BothStreams": grpc.stream_stream_rpc_method_handler(both_streams),
        "/test.Echo/Watch": grpc.stream_stream_rpc_method_handler(watch),
    }

    def service(self, call):
        return self.METHODS.get(call.method)


def serve(port_text):
    port = int(port_text)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(16), [Handlers()])
    assert server.add_insecure_port(f"127.0.0.1:{port}") == port
    server.start()
    print("ready", flush=True)
    server.wait_for_termination()


def check_unary(channel):
    answer, call = channel.unary_unary("/test.Echo/Unary").with_call(b"hello", timeout=20)
    assert answer == b"got hello", answer
    assert ("leading", "yes") in call.initial_metadata(), call.initial_metadata()
    assert ("trailing-bin", b"\x00\x01\xff") in call.trailing_metadata(), call.trailing_metadata()
    big = b"y" * 3_000_000
    assert channel.unary_unary("/test.Echo/Unary")(big, timeout=20) == b"got " + big


def check_streams(channel):
    pieces = [b"z" * 10_000] * 100
    assert channel.stream_unary("/test.Echo/ClientStream")(iter(pieces), timeout=20) == b"1000000 bytes"
    sizes = [len(piece) for piece in channel.unary_stream("/test.Echo/ServerStream")(b"300", timeout=20)]
    assert sizes == list(range(300)), sizes

    # Each message is sent only when the one before has come back: nothing may be held up on the way.
    came_back = queue.Queue()

    def ping_pong():
        for i in range(50):
            yield b"%d-" % i
            assert came_back.get(timeout=20) == (b"%d-" % i)[::-1]

    count = 0
    for answer in channel.stream_stream("/test.Echo/BothStreams")(ping_pong(), timeout=20):
        came_back.put(answer)
        count += 1
    assert count == 50, count


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("it did not fail")


def check_failures(channel):
    error = failure(lambda: channel.unary_unary("/test.Echo/Unary")(b"fail", timeout=20))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
    assert error.details() == "as asked", error
    assert ("detail", "of-the-failure") in error.trailing_metadata(), error
    # Trailers only: a method that does not exist.
    error = failure(lambda: channel.unary_unary("/test.Echo/Nothing")(b"", timeout=20))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
    error = failure(lambda: channel.unary_unary("/test.Echo/Unary")(b"sleep", timeout=0.3))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error


def secure_channel(ca, name):
    with open(ca, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    return grpc.secure_channel("127.0.0.1:443", credentials, (("grpc.ssl_target_name_override", name),
                                                              ("grpc.max_receive_message_length", -1)))


def call(ca):
    with secure_channel(ca, "shop.test") as channel:
        check_unary(channel)
        check_streams(channel)
        check_failures(channel)
    print("called")


def call_and_cancel(ca):
    """Two calls on one connection, cancelled one after the other while nobody says anything."""
    with secure_channel(ca, "shop.test") as channel:
        ends = [threading.Event(), threading.Event()]
        calls = []
        for end in ends:
            def wait_for(end):
                end.wait()
                yield from ()
            calls.append(channel.stream_stream("/test.Echo/Watch")(wait_for(end)))
        for call in calls:
            assert next(call) == b"begin"
        codes = []
        for call in calls:
            call.cancel()
            codes.append(failure(lambda c=call: next(c)).code().name)
        for end in ends:
            end.set()
    print(*codes)


def call_nobody(ca):
    """What the proxy itself says, when there is no server."""
    with secure_channel(ca, "shop.test") as channel:
        print(failure(lambda: channel.unary_unary("/test.Echo/Unary")(b"", timeout=20)).code().name)


{"serve": serve, "call": call, "call-nobody": call_nobody, "call-and-cancel": call_and_cancel}[sys.argv[1]](sys.argv[2])
