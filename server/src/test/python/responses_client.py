"""The official OpenAI SDK for Python, speaking Responses."""

import json

from openai import OpenAI
from scenarios import main


def asked(request):
    content = [{"type": "input_text", "text": request["prompt"]}]
    if "image" in request:
        url = "data:image/png;base64," + request["image"]
        content.append({"type": "input_image", "detail": "auto", "image_url": url})
    items = [{"role": "user", "content": content}]
    if "after" in request:
        items += request["after"]["exchange"]
        calls = [one for one in request["after"]["exchange"] if one["type"] == "function_call"]
        for call, result in zip(calls, request["after"]["results"]):
            items.append(
                {"type": "function_call_output", "call_id": call["call_id"], "output": result}
            )
    fields = {"model": request["model"], "input": items, "store": False}
    if "system" in request:
        fields["instructions"] = request["system"]
    if "tools" in request:
        fields["tools"] = [
            {
                "type": "function",
                "name": tool["name"],
                "description": tool["description"],
                "parameters": tool["schema"],
                "strict": True,
            }
            for tool in request["tools"]
        ]
    if "schema" in request:
        schema = {"name": "part", "strict": True, "schema": request["schema"]}
        fields["text"] = {"format": {"type": "json_schema", **schema}}
    if request.get("think"):
        fields["reasoning"] = {"effort": "medium", "summary": "auto"}
        fields["include"] = ["reasoning.encrypted_content"]
    if "max" in request:
        fields["max_output_tokens"] = request["max"]
    return fields


def said(response, **more):
    items = [item.model_dump(exclude_none=True) for item in response.output]
    parts = [part for item in items if item["type"] == "message" for part in item["content"]]
    thoughts = [
        part["text"]
        for item in items
        if item["type"] == "reasoning"
        for part in (item.get("summary") or []) + (item.get("content") or [])
    ]
    incomplete = response.incomplete_details
    usage = response.usage
    return {
        "text": response.output_text,
        "refusal": next((part["refusal"] for part in parts if part["type"] == "refusal"), ""),
        "finish": incomplete.reason if incomplete else response.status,
        "calls": [
            {
                "id": item["call_id"],
                "name": item["name"],
                "arguments": json.loads(item["arguments"]),
            }
            for item in items
            if item["type"] == "function_call"
        ],
        "thoughts": "".join(thoughts),
        "input": usage and usage.input_tokens,
        "output": usage and usage.output_tokens,
        "reasoning": usage and usage.output_tokens_details.reasoning_tokens,
        "exchange": items,
        **more,
    }


def make(base, key):
    client = OpenAI(base_url=base + "/v1", api_key=key, max_retries=0, timeout=20)

    def ask(request, streamed, _):
        if not streamed:
            return said(client.responses.create(**asked(request)))
        text = ""
        chunks = 0
        whole = None
        for event in client.responses.create(**asked(request), stream=True):
            chunks += 1
            if event.type == "response.output_text.delta":
                text += event.delta
            elif event.type in ("response.completed", "response.incomplete"):
                whole = event.response
            elif event.type == "response.failed":
                raise RuntimeError(event.response.error.message)
            elif event.type == "error":
                raise RuntimeError(event.message)
        if whole is None or text != whole.output_text:
            raise RuntimeError(f"the pieces {text!r} are not the whole {whole}")
        return said(whole, chunks=chunks)

    def retries(model):
        stubborn = client.with_options(max_retries=3)
        request = {"model": model, "prompt": 'Say "at last"'}
        return stubborn.responses.create(**asked(request)).output_text

    def connect(model):
        """Three turns on one WebSocket, each going on with the one before, none of them stored."""
        texts = []
        previous = None
        with client.responses.connect() as connection:
            for word in ("one", "two", "three"):
                fields = asked({"model": model, "prompt": f'Say "{word}"'})
                if previous:
                    fields["previous_response_id"] = previous
                connection.response.create(**fields)
                for event in connection:
                    if event.type == "response.completed":
                        previous = event.response.id
                        texts.append(event.response.output_text)
                        break
                    if event.type in ("response.failed", "response.incomplete", "error"):
                        raise RuntimeError(event.to_json())
            connection.response.create(model=model, input="x", previous_response_id="resp_none")
            for event in connection:
                texts.append(event.error.code)
                break
        return texts

    return {"ask": ask, "retries": retries, "connect": connect}


if __name__ == "__main__":
    main(make)
