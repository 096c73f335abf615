"""All that openai for Python offers for what it leaves with a server, one thing after the other. One
line of JSON says what came of each, before each model: the words of `keeping.mjs`.

python keeping_client.py '{"base":…,"key":…,"models":[{"name":…,"slow":…},…]}'
"""

import json
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

from openai import NotFoundError, OpenAI


def texts(items):
    """What was said, by whom, without what was thought."""
    return [
        item.role + ": " + "".join(part.text for part in item.content)
        for item in items
        if item.type == "message"
    ]


def gone(ask):
    try:
        ask()
        return "still there"
    except NotFoundError as error:
        return error.code


def said(word):
    return f'Say "{word}"'


def answers(client, model):
    first = client.responses.create(model=model, input=said("one"))
    again = client.responses.retrieve(first.id)
    second = client.responses.create(
        model=model, input=said("two"), previous_response_id=first.id
    )
    items = list(client.responses.input_items.list(second.id, order="asc", limit=2))
    count = client.responses.input_tokens.count(
        model=model, input=said("three"), previous_response_id=second.id
    )
    client.responses.delete(first.id)
    return {
        "texts": [first.output_text, again.output_text, second.output_text],
        "items": texts(items),
        "counted": count.input_tokens > 10,
        "gone": gone(lambda: client.responses.retrieve(first.id)),
        "unknown": gone(lambda: client.responses.input_items.list("resp_none")),
    }


def conversations(client, model):
    made = client.conversations.create(
        metadata={"of": "tests"}, items=[{"role": "user", "content": "Hello"}]
    )
    answered = client.responses.create(model=model, input=said("one"), conversation=made.id)
    added = client.conversations.items.create(
        made.id, items=[{"role": "user", "content": "Wait"}, {"role": "user", "content": "Or not"}]
    )
    client.conversations.items.delete(added.data[1].id, conversation_id=made.id)
    listed = texts(client.conversations.items.list(made.id, order="asc", limit=2))
    one = client.conversations.items.retrieve(added.data[0].id, conversation_id=made.id)
    changed = client.conversations.update(made.id, metadata={"of": "nobody"})
    again = client.conversations.retrieve(made.id)
    deleted = client.conversations.delete(made.id)
    return {
        "text": answered.output_text,
        "of": [made.metadata, changed.metadata, again.metadata],
        "items": listed,
        "one": texts([one]),
        "deleted": deleted.deleted,
        "gone": gone(lambda: client.conversations.retrieve(made.id)),
    }


def background(client, model, slow):
    started = client.responses.create(model=slow, input=said("one"), background=True)
    stopped = client.responses.cancel(started.id)
    again = client.responses.retrieve(started.id)
    with client.responses.create(
        model=model, input=said("two"), background=True, stream=True
    ) as stream:
        whole = list(stream)
    after = whole[0].sequence_number
    with client.responses.retrieve(
        whole[0].response.id, stream=True, starting_after=after
    ) as stream:
        rest = list(stream)
    return {
        "started": started.status in ("queued", "in_progress"),
        "stopped": [stopped.status, again.status],
        "text": whole[-1].response.output_text,
        "resumed": [one.to_dict() for one in rest] == [one.to_dict() for one in whole[1:]],
    }


def compactions(client, model):
    first = client.responses.create(model=model, input=said("one"))
    cut = client.responses.compact(
        model=model, input=said("two"), previous_response_id=first.id
    )
    items = [item.to_dict() for item in cut.output]
    then = client.responses.create(
        model=model, input=[*items, {"role": "user", "content": "And now?"}]
    )
    return {
        "object": cut.object,
        "sealed": [bool(item.get("encrypted_content")) for item in items if item["type"] == "compaction"],
        "used": cut.usage.total_tokens > 0,
        "then": [then.status, len(then.output_text) > 0],
    }


def all_of(client, some):
    did = {}
    for name, ask in {
        "answers": lambda: answers(client, some["name"]),
        "conversations": lambda: conversations(client, some["name"]),
        "background": lambda: background(client, some["name"], some["slow"]),
        "compactions": lambda: compactions(client, some["name"]),
    }.items():
        try:
            did[name] = ask()
        except Exception as error:  # Whatever the SDK throws is what the test wants to see.
            did[name] = (repr(error) + traceback.format_exc())[:1500]
    return some["name"], did


def main():
    given = json.loads(sys.argv[1])
    client = OpenAI(base_url=given["base"] + "/v1", api_key=given["key"])
    with ThreadPoolExecutor(len(given["models"])) as threads:
        print(json.dumps(dict(threads.map(lambda some: all_of(client, some), given["models"]))))


if __name__ == "__main__":
    main()
