"""The official Anthropic SDK for Python, speaking Messages."""

from anthropic import Anthropic
from scenarios import main


def asked(request):
    content = [{"type": "text", "text": request["prompt"]}]
    if "image" in request:
        source = {"type": "base64", "media_type": "image/png", "data": request["image"]}
        content.insert(0, {"type": "image", "source": source})
    messages = [{"role": "user", "content": content}]
    if "after" in request:
        blocks = request["after"]["exchange"]
        calls = [block for block in blocks if block["type"] == "tool_use"]
        results = [
            {"type": "tool_result", "tool_use_id": call["id"], "content": result}
            for call, result in zip(calls, request["after"]["results"])
        ]
        messages.append({"role": "assistant", "content": blocks})
        messages.append({"role": "user", "content": results})
    fields = {
        "model": request["model"],
        "max_tokens": request.get("max", 8000),
        "messages": messages,
    }
    if "system" in request:
        fields["system"] = request["system"]
    if "tools" in request:
        fields["tools"] = [
            {
                "name": tool["name"],
                "description": tool["description"],
                "input_schema": tool["schema"],
            }
            for tool in request["tools"]
        ]
    if "schema" in request:
        fields["output_config"] = {"format": {"type": "json_schema", "schema": request["schema"]}}
    if request.get("think"):
        fields["thinking"] = {"type": "enabled", "budget_tokens": 4000, "display": "summarized"}
    return fields


def said(message, **more):
    blocks = [block.model_dump(exclude_none=True) for block in message.content]

    def every(kind):
        return [block for block in blocks if block["type"] == kind]

    return {
        "text": "".join(block["text"] for block in every("text")),
        "refusal": "",
        "finish": message.stop_reason,
        "calls": [
            {"id": block["id"], "name": block["name"], "arguments": block["input"]}
            for block in every("tool_use")
        ],
        "thoughts": "".join(block["thinking"] for block in every("thinking")),
        "input": message.usage.input_tokens,
        "output": message.usage.output_tokens,
        "exchange": blocks,
        **more,
    }


def make(base, key):
    client = Anthropic(base_url=base, api_key=key, max_retries=0, timeout=20)

    def ask(request, streamed, _):
        if not streamed:
            return said(client.messages.create(**asked(request)))
        text = ""
        chunks = 0
        with client.messages.stream(**asked(request)) as stream:
            for event in stream:
                chunks += 1
                if event.type == "text":
                    text += event.text
            message = stream.get_final_message()
        heard = said(message, chunks=chunks)
        if text != heard["text"]:
            raise RuntimeError(f"the pieces {text!r} are not the whole {heard['text']!r}")
        return heard

    def models(_):
        return [model.id for model in client.models.list()]

    def count(model):
        messages = [{"role": "user", "content": "How many tokens are these?"}]
        return client.messages.count_tokens(model=model, messages=messages).input_tokens

    def retries(model):
        stubborn = client.with_options(max_retries=3)
        request = {"model": model, "prompt": 'Say "at last"'}
        return stubborn.messages.create(**asked(request)).content[0].text

    def bases(model):
        """What is said under each base that people try."""
        said_under = {}
        for path in ("", "/v1", "/anthropic", "/"):
            other = client.with_options(base_url=base + path)
            request = asked({"model": model, "prompt": 'Say "found"'})
            said_under[path] = other.messages.create(**request).content[0].text
        return said_under

    return {"ask": ask, "bases": bases, "models": models, "count": count, "retries": retries}


if __name__ == "__main__":
    main(make)
