#!/usr/bin/python3
"""Sends each case to a server of TLS at a port of this host, and prints how it answers: run.py PORT.

A line is the case's name and what came until the server closed: types of handshake messages, "encrypted" for what only the
two sides can read, alerts by name. Nothing follows what is sent (FIN), so that each answer has an end."""
import socket
import sys

from cases import CASES

PATIENCE = 20
ALERTS = {0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
          40: "handshake_failure", 47: "illegal_parameter", 50: "decode_error", 51: "decrypt_error",
          70: "protocol_version", 80: "internal_error", 86: "inappropriate_fallback", 100: "no_renegotiation",
          109: "missing_extension", 112: "unrecognized_name", 120: "no_application_protocol"}
MESSAGES = {2: "ServerHello", 11: "Certificate", 12: "ServerKeyExchange", 14: "ServerHelloDone"}
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891")  # RFC 8446, 4.1.3: the random of HelloRetryRequest


def name_of(octets):
    if octets[0] == 2 and RETRY in octets[:38]:
        return "HelloRetryRequest"
    return MESSAGES.get(octets[0], f"message {octets[0]}")


def records(octets):
    while len(octets) >= 5 and octets[0] in (20, 21, 22, 23):
        size = int.from_bytes(octets[3:5], "big")
        yield octets[0], octets[5:5 + size]
        octets = octets[5 + size:]
    if octets:
        yield None, octets


def describe(octets):
    words = []
    handshake = b""
    for kind, content in records(octets):
        if kind == 22:
            handshake += content
            while len(handshake) >= 4 and len(handshake) >= 4 + int.from_bytes(handshake[1:4], "big"):
                words.append(name_of(handshake))
                handshake = handshake[4 + int.from_bytes(handshake[1:4], "big"):]
        elif kind == 21 and len(content) == 2:
            words.append(ALERTS.get(content[1], f"alert {content[1]}"))
        elif kind == 23 and words[-1:] != ["encrypted"]:
            words.append("encrypted")
        elif kind is None:
            words.append("plain text")
    return " ".join(words) or "nothing"


def answer(port, octets):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        got = b""
        try:
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65536):
                got += more
        except TimeoutError:
            return describe(got) + ", and it stays open"
        except OSError:
            pass  # a server that closes while more is under way; what came before is what counts
        return describe(got)


for name, octets in CASES:
    print(f"{name}: {answer(int(sys.argv[1]), octets)}")
