"""Ollama's official SDK for Python, speaking /api/chat."""

from ollama import Client
from scenarios import main


def asked(request):
    message = {"role": "user", "content": request["prompt"]}
    if "image" in request:
        message["images"] = [request["image"]]
    messages = [message]
    if "system" in request:
        messages.insert(0, {"role": "system", "content": request["system"]})
    if "after" in request:
        before = request["after"]["exchange"]
        messages.append(before)
        for call, result in zip(before["tool_calls"], request["after"]["results"]):
            messages.append(
                {"role": "tool", "tool_name": call["function"]["name"], "content": result}
            )
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
        fields["format"] = request["schema"]
    if request.get("think"):
        fields["think"] = True
    if "max" in request:
        fields["options"] = {"num_predict": request["max"]}
    return fields


def said(answers):
    def every(field):
        return "".join(getattr(answer.message, field) or "" for answer in answers)

    calls = [call for answer in answers for call in answer.message.tool_calls or []]
    exchange = {"role": "assistant", "content": every("content")}
    if every("thinking"):
        exchange["thinking"] = every("thinking")
    if calls:
        exchange["tool_calls"] = [call.model_dump() for call in calls]
    last = answers[-1]
    return {
        "text": every("content"),
        "refusal": "",
        "finish": last.done_reason,
        # The SDK has no place for the ids of calls.
        "calls": [
            {"id": "", "name": call.function.name, "arguments": dict(call.function.arguments)}
            for call in calls
        ],
        "thoughts": every("thinking"),
        "input": last.prompt_eval_count,
        "output": last.eval_count,
        "exchange": exchange,
        "chunks": len(answers),
    }


def make(base, key):
    client = Client(host=base, headers={"Authorization": "Bearer " + key}, timeout=20)

    def ask(request, streamed, _):
        if streamed:
            return said(list(client.chat(**asked(request), stream=True)))
        return said([client.chat(**asked(request))])

    def models(_):
        return [model.model for model in client.list().models]

    def generate(model):
        answer = client.generate(model=model, prompt='Say "made up"')
        return {"text": answer.response, "finish": answer.done_reason}

    def embeddings(model):
        vectors = client.embed(model=model, input=["a", "b"]).embeddings
        return {"count": len(vectors), "numbers": len(vectors[0])}

    def bases(model):
        """What is said under each base that people try."""
        said_under = {}
        for path in ("", "/", "/v1", "/api", "/ollama"):
            other = Client(host=base + path, headers={"Authorization": "Bearer " + key}, timeout=20)
            request = asked({"model": model, "prompt": 'Say "found"'})
            said_under[path] = other.chat(**request).message.content
        return said_under

    return {
        "ask": ask,
        "bases": bases,
        "models": models,
        "generate": generate,
        "embeddings": embeddings,
    }


if __name__ == "__main__":
    main(make)
