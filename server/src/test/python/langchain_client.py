"""LangChain with its integration of OpenAI, by chat completions and by Responses."""

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from scenarios import CITIES, PART, WEATHER_TOLD, main


@tool
def get_weather(city: str) -> str:
    """The weather of a city"""
    return WEATHER_TOLD


def said(message):
    usage = message.usage_metadata or {}
    return {
        "text": message.text,
        "calls": [call["args"] for call in message.tool_calls],
        "tokens": usage.get("total_tokens"),
    }


def make(base, key):
    def chat(model, **more):
        return ChatOpenAI(
            model=model,
            base_url=base + "/v1",
            api_key=key,
            max_retries=0,
            timeout=20,
            stream_usage=True,
            **more,
        )

    def joined(llm, messages):
        whole = None
        for piece in llm.stream(messages):
            whole = piece if whole is None else whole + piece
        return whole

    def both(llm, messages):
        return llm.invoke(messages), joined(llm, messages)

    def text(model):
        return [said(one) for one in both(chat(model), 'Say "made up"')]

    def responses(model):
        return [said(one) for one in both(chat(model, use_responses_api=True), 'Say "made up"')]

    def tools(model):
        llm = chat(model).bind_tools([get_weather])
        question = HumanMessage(CITIES)
        turns = []
        for called in both(llm, [question]):
            results = [
                ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"])
                for call in called.tool_calls
            ]
            then = llm.invoke([question, called, *results])
            turns.append({**said(called), "then": said(then)})
        return turns

    def structured(model):
        schema = {"title": "part", **PART}
        return chat(model).with_structured_output(schema, method="json_schema").invoke("Name a part.")

    def embeddings(model):
        # What cuts texts by tokens needs OpenAI's tables, which it would fetch.
        vectors = OpenAIEmbeddings(
            model=model, base_url=base + "/v1", api_key=key, max_retries=0, check_embedding_ctx_length=False
        ).embed_documents(["a", "b"])
        return {"count": len(vectors), "numbers": len(vectors[0])}

    return {
        "embeddings": embeddings,
        "responses": responses,
        "structured": structured,
        "text": text,
        "tools": tools,
    }


if __name__ == "__main__":
    main(make)
