"""What each client of the matrix asks, in no dialect's words: the questions of `scenarios.mjs`, asked
through SDKs for Python. A client module hands `main` how one question is asked with its SDK; here the
questions are asked, plain and streamed, of every target, and one line of JSON says what the SDK made
of the answers.

python some_client.py '{"base":…,"key":…,"targets":[{"name":…,"model":…,"thinker":…,…}]}'
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city",
    "schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}

PART = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "volts": {"type": "integer"}},
    "required": ["name", "volts"],
    "additionalProperties": False,
}

# One red pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)

WEATHER_TOLD = "31 degrees and dry"

SAYING = 'Say "Déjà vu — 東京 🚀 back\\slash"'
CITY = "How is the weather in Pune?"
CITIES = "How is the weather in Pune and in Goa?"
STORY = "Tell a story of 300 words"

# `of` names the field of a target with the model that is asked; `told` that tool calls are answered
# and what the model then says is heard as well.
SCENARIOS = {
    "text": {"of": "model", "prompt": SAYING, "system": "Be brief."},
    "tools": {"of": "model", "prompt": CITY, "tools": [WEATHER], "told": True},
    "parallel": {"of": "model", "prompt": CITIES, "tools": [WEATHER], "told": True},
    "image": {"of": "model", "prompt": "What is this?", "image": PIXEL},
    "structured": {"of": "model", "prompt": "Name a part.", "schema": PART},
    "reasoning": {"of": "thinker", "prompt": SAYING, "think": True},
    "reasoning with tools": {
        "of": "thinker",
        "prompt": CITY,
        "tools": [WEATHER],
        "think": True,
        "told": True,
    },
    "length": {"of": "model", "prompt": STORY, "max": 60},
    "refusal": {"of": "model", "prompt": "[refuse]"},
    "unknown": {"of": "missing", "prompt": SAYING},
    "invalid": {"of": "sick", "prompt": SAYING},
    "busy": {"of": "busy", "prompt": SAYING},
    "dying": {"of": "dying", "prompt": STORY, "streamed_only": True},
}


def failure(error):
    return {
        "error": {
            "type": type(error).__name__,
            "status": getattr(error, "status_code", None) or getattr(error, "code", None),
            "message": str(error)[:500],
        }
    }


def heard(ask, request, streamed, some):
    try:
        first = ask(request, streamed, some)
        if request.get("told") and first["calls"]:
            after = {"exchange": first["exchange"], "results": [WEATHER_TOLD] * len(first["calls"])}
            then = ask({**request, "after": after}, streamed, some)
            then.pop("exchange", None)
            first["then"] = then
        first.pop("exchange", None)
        return first
    except Exception as error:  # Whatever the SDK throws is what the test wants to see.
        return failure(error)


def target(ask, some):
    said = {}
    for name, scenario in SCENARIOS.items():
        request = {**scenario, "model": some[scenario["of"]]}
        ways = [True] if scenario.get("streamed_only") else [False, True]
        said[name] = {
            "streamed" if streamed else "plain": heard(ask, request, streamed, some)
            for streamed in ways
        }
    return some["name"], said


def manners(client, wanted):
    said = {}
    for name, models in wanted.items():
        said[name] = []
        for model in models:
            try:
                said[name].append(client[name](model))
            except Exception as error:
                said[name].append(failure(error))
    return said


def main(make):
    given = json.loads(sys.argv[1])
    client = make(given["base"], given["key"])
    with ThreadPoolExecutor(max(1, len(given["targets"]))) as threads:
        result = dict(threads.map(lambda some: target(client["ask"], some), given["targets"]))
    if "manners" in given:
        result["manners"] = manners(client, given["manners"])
    print(json.dumps(result))
