"""Agents of several libraries, each with its defaults, in one conversation: that of `agents.mjs`. One
line of JSON says what each agent holds at the end.

python agents_client.py '{"base":…,"key":…,"kill":…,"agents":{"langchain_openai":[…],…}}'
"""

import json
import os
import sys
import traceback
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import libraries

# One red pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


def health(kill, first, faults):
    """The simulated provider of that name is broken, or well again."""
    body = json.dumps(faults).encode()
    request = urllib.request.Request(f"{kill}/_sim/{first}/faults", data=body, method="PUT")
    urllib.request.urlopen(request, timeout=20).close()


def conversation(given, agent, target, streamed):
    runs = {}
    texts = []

    def get_weather(city):
        runs[city] = runs.get(city, 0) + 1
        if target.get("first"):
            health(given["kill"], target["first"], [{"type": "status", "code": 503}])
        return f"31 degrees and dry in {city}"

    try:
        session = getattr(libraries, agent)(
            SimpleNamespace(
                base=given["base"],
                key=given["key"],
                model=target["model"],
                schema=SCHEMA,
                streamed=streamed,
                get_weather=get_weather,
            )
        )
        texts.append(session("How is the weather in Pune and in Goa?"))
        texts.append("no image is taken" if target.get("blind") else session("What is this?", PIXEL))
        texts.append(session("How is the weather in Delhi?"))
        if target.get("first"):
            health(given["kill"], target["first"], [])
        texts.append(session('Say "all is told"'))
        return {"runs": runs, "texts": texts}
    except Exception as error:  # Whatever the library throws is what the test wants to see.
        return {"runs": runs, "texts": texts, "error": (repr(error) + traceback.format_exc())[:1500]}


def asked(given, agent, target):
    return target["name"], {
        manner: conversation(given, agent, target, manner == "streamed")
        for manner in target["manners"]
    }


def main():
    given = json.loads(sys.argv[1])
    result = {}
    # One agent after the other, each before all of its providers at once.
    for agent, targets in given["agents"].items():
        with ThreadPoolExecutor(len(targets)) as threads:
            result[agent] = dict(threads.map(lambda one: asked(given, agent, one), targets))
    print(json.dumps(result))
    sys.stdout.flush()
    # Some libraries keep threads that end with nothing.
    os._exit(0)


if __name__ == "__main__":
    main()
