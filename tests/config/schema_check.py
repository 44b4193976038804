#!/usr/bin/env python3
"""config/schema.json and config/reference.yaml list the same keys and defaults, and every example fits the schema.

usage: schema_check.py SOURCE_FOLDER
"""

import copy
import glob
import json
import os
import sys

import jsonschema
import yaml

SKIPPED = object()
# Mappings whose keys are the operator's own, and are no options.
NAMED = ("services", "set", "error_pages")


def resolve(schema, node):
    while "$ref" in node:
        target = schema
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def schema_keys(schema, node, path=""):
    """Every key with its default: {"limits.headers": 100, "routes[].path": "/"}."""
    node = resolve(schema, node)
    keys = {}
    for key, value in node.get("properties", {}).items():
        below = path + "." + key if path else key
        keys[below] = resolve(schema, value).get("default", SKIPPED)
        keys.update(schema_keys(schema, value, below))
    if isinstance(node.get("additionalProperties"), dict) and path == "services":
        keys.update(schema_keys(schema, node["additionalProperties"], path + ".*"))
    if isinstance(node.get("items"), dict):
        keys.update(schema_keys(schema, node["items"], path + "[]"))
    return keys


def document_keys(value, path=""):
    """The same from a document, with the values it has. Of a list's entries the first one to have a key shows it."""
    keys = {}
    if isinstance(value, dict):
        for key, inner in value.items():
            below = path + ".*" if path == "services" else (path + "." + key if path else key)
            if path != "services":
                keys.setdefault(below, inner)
            if below.split(".")[-1] not in NAMED[1:]:
                keys = {**document_keys(inner, below), **keys}
    if isinstance(value, list):
        for inner in value:
            keys = {**document_keys(inner, path + "[]"), **keys}
    return keys


def with_unknown_keys(value):
    """The document once for each of its mappings, with a key in it that no option has."""
    def mappings(inner, path):
        if isinstance(inner, dict):
            if not path or path[-1] not in NAMED:
                yield path
            for key, below in inner.items():
                yield from mappings(below, path + [key])
        if isinstance(inner, list):
            for index, below in enumerate(inner):
                yield from mappings(below, path + [index])

    for path in mappings(value, []):
        changed = copy.deepcopy(value)
        target = changed
        for part in path:
            target = target[part]
        target["no_such_option"] = {"endpoints": []} if path == ["services"] else 1
        yield path, changed


def main(source):
    with open(os.path.join(source, "config/schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    with open(os.path.join(source, "config/reference.yaml"), encoding="utf-8") as file:
        reference = yaml.safe_load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    mistakes = []

    files = [os.path.join(source, "config/reference.yaml")]
    files += sorted(glob.glob(os.path.join(source, "deploy/*/*.yaml")))
    for name in files:
        with open(name, encoding="utf-8") as file:
            for error in validator.iter_errors(yaml.safe_load(file)):
                mistakes.append(f"{name}: {'.'.join(map(str, error.path))}: {error.message}")

    listed, shown = schema_keys(schema, schema), document_keys(reference)
    mistakes += [f"{key}: in schema.json, but not in reference.yaml" for key in listed.keys() - shown.keys()]
    mistakes += [f"{key}: in reference.yaml, but not in schema.json" for key in shown.keys() - listed.keys()]
    for key in listed.keys() & shown.keys():
        if listed[key] is not SKIPPED and listed[key] != shown[key]:
            mistakes.append(f"{key}: default {listed[key]!r} in schema.json, but {shown[key]!r} in reference.yaml")

    tried = 0
    for path, changed in with_unknown_keys(reference):
        tried += 1
        if validator.is_valid(changed):
            mistakes.append(f"schema.json takes an unknown key in {'.'.join(map(str, path)) or 'the file'}")
    for wrong in ({"limits": {"headers": 5}}, {"limits": {"header_bytes": "8k"}}, {"timeouts": {"idle": 75}},
                  {"listen": ["0.0.0.0:443"]}, {"listen": []}, {"workers": 0}, {"tls": {"minimum_version": "1.1"}},
                  {"services": {"a b": {"endpoints": []}}}, {"services": {"a": {"endpoints": ["shop:80"]}}},
                  {"services": {"a": {"endpoints": [], "protocol": "http2"}}}, {"services": {"a": {"endpoints": [], "tls": "on"}}},
                  {"routes": [{"host": "a.b"}]}, {"routes": [{"host": "a.b", "service": "a", "basic_auth": {}}]},
                  {"routes": [{"host": "a.b", "service": "a", "hsts": "on"}]}, {"error_pages": {"200": "a.html"}},
                  {"routes": [{"host": "a.b", "service": "a", "request_headers": {"set": {"a b": "c"}}}]}, {"trusted_proxies": ["10.0.0.0/24/1"]},
                  {"firewall": {"mode": "open"}}, {"firewall": {"inside": ["eth*"]}}, {"firewall": {"uplinks": [{}]}},
                  {"firewall": {"limits": {"syn_burst": 0}}}, {"firewall": {"management": {"port": 0}}}):
        if validator.is_valid({**reference, **wrong}):
            mistakes.append(f"schema.json takes {wrong}")

    for mistake in sorted(mistakes):
        print(mistake)
    print(f"{len(files)} files, {len(listed)} keys, {tried} unknown keys tried")
    return 1 if mistakes or tried == 0 or len(listed) < 120 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
