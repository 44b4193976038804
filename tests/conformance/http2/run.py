#!/usr/bin/python3
"""Runs the cases against a server of HTTP/2 at a port of this host: run.py [--patience SECONDS] PORT [PREFIX].

Prints a line for each case, "ok" or what came instead, and the number of cases that are met at the end: "closed" is one
that was met by the end of the connection alone. The server must answer GET, HEAD and POST of / with a body of five bytes or
more, as shop.test."""
import argparse
import concurrent.futures
import sys

import attack_cases
import generic_cases
import hpack_cases
import http2_cases
import message_cases
import wants
from peer import Connection

# Cases that begin with the preface.
RAW = {"generic/1", "http2/3.5", "attacks/unsettled"}


def run(port, patience, section, steps, want):
    connection = Connection(port, patience)
    try:
        if section not in RAW:
            connection.handshake()
        for step in steps:
            if isinstance(step, bytes):
                connection.send(step)
            else:
                step(connection)
        return want(connection) or "ok"
    except TimeoutError:
        return "waited in vain before the case itself"
    except AssertionError as failed:
        return str(failed)
    finally:
        connection.close()


def all_cases(prefix):
    """All but the attacks, unless these are asked for."""
    tables = [generic_cases, http2_cases, message_cases, hpack_cases, attack_cases]
    for table in tables if prefix else tables[:-1]:
        for section, cases in table.CASES:
            for number, (name, steps, want) in enumerate(cases, 1):
                yield f"{section}/{number}", section, name, steps, want


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patience", type=float, default=20)
    arguments.add_argument("port", type=int)
    arguments.add_argument("prefix", nargs="?", default="")
    given = arguments.parse_args()
    cases = [case for case in all_cases(given.prefix) if case[0].startswith(given.prefix)]
    met = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=16) as pool:
        outcomes = pool.map(lambda case: run(given.port, given.patience, case[1], case[3], case[4]), cases)
        for (number, _, name, _, _), outcome in zip(cases, outcomes):
            print(f"{number}: {outcome}: {name}")
            met += outcome == "ok" or outcome.startswith(wants.CLOSED)
    print(f"{met} of {len(cases)}")
    return 0 if met == len(cases) else 1


sys.exit(main())
