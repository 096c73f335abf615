"""The official OpenAI SDK for Python, speaking chat completions."""

import json

from openai import AzureOpenAI, OpenAI
from scenarios import main


def asked(request, some):
    content = request["prompt"]
    if "image" in request:
        url = "data:image/png;base64," + request["image"]
        content = [
            {"type": "text", "text": request["prompt"]},
            {"type": "image_url", "image_url": {"url": url}},
        ]
    messages = [{"role": "user", "content": content}]
    if "system" in request:
        messages.insert(0, {"role": "system", "content": request["system"]})
    if "after" in request:
        message = request["after"]["exchange"]
        messages.append(message)
        for call, result in zip(message["tool_calls"], request["after"]["results"]):
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
    fields = {"model": request["model"], "messages": messages}
    if "tools" in request:
        fields["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool["name"],
                    "description": tool["description"],
                    "parameters": tool["schema"],
                },
            }
            for tool in request["tools"]
        ]
    if "schema" in request:
        schema = {"name": "part", "strict": True, "schema": request["schema"]}
        fields["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.get("think"):
        # OpenAI itself has no word for showing thoughts, and takes nobody else's.
        if some.get("shows"):
            fields["extra_body"] = {"reasoning": {"effort": "medium", "exclude": False}}
        else:
            fields["reasoning_effort"] = "medium"
    if "max" in request:
        fields["max_completion_tokens"] = request["max"]
    return fields


def said(message, finish, usage, **more):
    details = usage and usage.completion_tokens_details
    return {
        "text": message.get("content") or "",
        "refusal": message.get("refusal") or "",
        "finish": finish,
        "calls": [
            {
                "id": call["id"],
                "name": call["function"]["name"],
                "arguments": json.loads(call["function"]["arguments"]),
            }
            for call in message.get("tool_calls") or []
        ],
        # One field by the name of DeepSeek, one by that of vLLM and OpenRouter.
        "thoughts": message.get("reasoning_content") or message.get("reasoning") or "",
        "input": usage and usage.prompt_tokens,
        "output": usage and usage.completion_tokens,
        "reasoning": details and details.reasoning_tokens,
        "exchange": message,
        **more,
    }


def joined(chunks):
    """The message that the pieces of a stream make."""
    message = {"role": "assistant", "content": ""}
    calls = {}
    finish = usage = None
    for chunk in chunks:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            finish = choice.finish_reason or finish
            delta = choice.delta.model_dump(exclude_none=True)
            for field in ("content", "refusal", "reasoning_content", "reasoning"):
                if field in delta:
                    message[field] = message.get(field, "") + delta[field]
            for entry in delta.get("reasoning_details", []):
                message.setdefault("reasoning_details", []).append(entry)
            for piece in delta.get("tool_calls", []):
                call = calls.setdefault(piece["index"], {"function": {"arguments": ""}})
                function = piece.pop("function", {})
                call["function"]["arguments"] += function.pop("arguments", "")
                call["function"].update(function)
                call.update({k: v for k, v in piece.items() if k != "index"})
    if calls:
        message["tool_calls"] = [calls[index] for index in sorted(calls)]
    return said(message, finish, usage, chunks=len(chunks))


def make(base, key):
    client = OpenAI(base_url=base + "/v1", api_key=key, max_retries=0, timeout=20)

    def ask(request, streamed, some):
        fields = asked(request, some)
        if streamed:
            usage = {"include_usage": True}
            return joined(
                list(client.chat.completions.create(**fields, stream=True, stream_options=usage))
            )
        completion = client.chat.completions.create(**fields)
        choice = completion.choices[0]
        message = choice.message.model_dump(exclude_none=True)
        return said(message, choice.finish_reason, completion.usage)

    def completions(model):
        asked_for = {"model": model, "prompt": 'Say "made up"', "max_tokens": 100}
        whole = client.completions.create(**asked_for)
        pieces = list(client.completions.create(**asked_for, stream=True))
        return {
            "text": whole.choices[0].text,
            "streamed": "".join(piece.choices[0].text for piece in pieces),
            "finish": pieces[-1].choices[0].finish_reason,
            "tokens": whole.usage.total_tokens,
        }

    def embeddings(model):
        data = client.embeddings.create(model=model, input=["a", "b"]).data
        return {"count": len(data), "numbers": len(data[0].embedding)}

    def models(_):
        return [model.id for model in client.models.list()]

    def retries(model):
        stubborn = client.with_options(max_retries=3)
        request = {"model": model, "prompt": 'Say "at last"'}
        return stubborn.chat.completions.create(**asked(request, {})).choices[0].message.content

    def bases(model):
        """What is said under each base that people try."""
        said_under = {}
        for path in ("/v1", "", "/v1/", "/openai/v1", "/v1beta/openai/"):
            other = client.with_options(base_url=base + path)
            request = asked({"model": model, "prompt": 'Say "found"'}, {})
            answer = other.chat.completions.create(**request)
            said_under[path] = answer.choices[0].message.content
        azure = AzureOpenAI(
            azure_endpoint=base, api_key=key, api_version="2025-04-01-preview", max_retries=0
        )
        answer = azure.chat.completions.create(**request)
        said_under["azure"] = answer.choices[0].message.content
        return said_under

    return {
        "ask": ask,
        "bases": bases,
        "completions": completions,
        "embeddings": embeddings,
        "models": models,
        "retries": retries,
    }


if __name__ == "__main__":
    main(make)
