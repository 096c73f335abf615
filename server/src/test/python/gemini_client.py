"""Google's official SDK for Python, speaking generateContent."""

import base64

from google import genai
from google.genai import types
from scenarios import main


def asked(request):
    parts = [types.Part(text=request["prompt"])]
    if "image" in request:
        image = base64.b64decode(request["image"])
        parts.append(types.Part.from_bytes(data=image, mime_type="image/png"))
    contents = [types.Content(role="user", parts=parts)]
    if "after" in request:
        made = request["after"]["exchange"]
        calls = [part.function_call for part in made if part.function_call]
        results = [
            types.Part(
                function_response=types.FunctionResponse(
                    id=call.id, name=call.name, response={"output": result}
                )
            )
            for call, result in zip(calls, request["after"]["results"])
        ]
        contents.append(types.Content(role="model", parts=made))
        contents.append(types.Content(role="user", parts=results))
    config = {}
    if "system" in request:
        config["system_instruction"] = request["system"]
    if "tools" in request:
        declarations = [
            {
                "name": tool["name"],
                "description": tool["description"],
                "parameters_json_schema": tool["schema"],
            }
            for tool in request["tools"]
        ]
        config["tools"] = [{"function_declarations": declarations}]
    if "schema" in request:
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = request["schema"]
    if request.get("think"):
        config["thinking_config"] = {"include_thoughts": True, "thinking_budget": 4000}
    if "max" in request:
        config["max_output_tokens"] = request["max"]
    return {"model": request["model"], "contents": contents, "config": config}


def said(answers):
    parts = [
        part
        for answer in answers
        for candidate in (answer.candidates or [])[:1]
        for part in (candidate.content and candidate.content.parts) or []
    ]
    last = answers[-1]
    blocked = last.prompt_feedback and last.prompt_feedback.block_reason
    finish = last.candidates[0].finish_reason if last.candidates else blocked
    usage = next((one.usage_metadata for one in reversed(answers) if one.usage_metadata), None)
    calls = [part.function_call for part in parts if part.function_call]
    return {
        "text": "".join(part.text for part in parts if part.text and not part.thought),
        "refusal": blocked.value if blocked else "",
        "finish": finish.value if finish else None,
        "calls": [{"id": call.id or "", "name": call.name, "arguments": call.args} for call in calls],
        "thoughts": "".join(part.text for part in parts if part.text and part.thought),
        "input": usage and usage.prompt_token_count,
        "output": usage and usage.candidates_token_count,
        "reasoning": usage and usage.thoughts_token_count,
        "exchange": parts,
        "chunks": len(answers),
    }


def make(base, key):
    client = genai.Client(api_key=key, http_options={"base_url": base, "timeout": 20_000})

    def ask(request, streamed, _):
        if streamed:
            return said(list(client.models.generate_content_stream(**asked(request))))
        return said([client.models.generate_content(**asked(request))])

    def models(_):
        return [model.name for model in client.models.list()]

    def count(model):
        return client.models.count_tokens(model=model, contents="How many are these?").total_tokens

    def embeddings(model):
        vectors = client.models.embed_content(model=model, contents=["a", "b"]).embeddings
        return {"count": len(vectors), "numbers": len(vectors[0].values)}

    def bases(model):
        """What is said under each base that people try."""
        said_under = {}
        for path in ("", "/v1", "/genai", "/gemini", "/v1beta"):
            options = {"base_url": base + path, "timeout": 20_000}
            other = genai.Client(api_key=key, http_options=options)
            request = asked({"model": model, "prompt": 'Say "found"'})
            said_under[path] = other.models.generate_content(**request).text
        return said_under

    return {
        "ask": ask,
        "bases": bases,
        "models": models,
        "count": count,
        "embeddings": embeddings,
    }


if __name__ == "__main__":
    main(make)
