"""How each library is pointed at a gateway, and how a conversation is held with it: nothing is set but
the address, the key, the model and the tool. Each function makes a session: a function of what the user
says, and maybe a picture, to what the agent says at last."""

import base64
import json

PIXEL_TYPE = "image/png"


def _url(picture):
    return f"data:{PIXEL_TYPE};base64,{picture}"


def openai_responses(given):
    """The SDK by itself: what was said before lies with the server."""
    from openai import OpenAI

    client = OpenAI(base_url=given.base + "/v1", api_key=given.key)
    tools = [
        {
            "type": "function",
            "name": "get_weather",
            "description": "The weather of a city",
            "parameters": given.schema,
            "strict": True,
        }
    ]
    last = None

    def create(items):
        asked = {"model": given.model, "input": items, "tools": tools}
        if last:
            asked["previous_response_id"] = last
        if not given.streamed:
            return client.responses.create(**asked)
        with client.responses.stream(**asked) as stream:
            stream.until_done()
            return stream.get_final_response()

    def session(text, picture=None):
        nonlocal last
        content = [{"type": "input_text", "text": text}]
        if picture:
            content.append({"type": "input_image", "detail": "auto", "image_url": _url(picture)})
        items = [{"role": "user", "content": content}]
        while True:
            response = create(items)
            last = response.id
            items = [
                {
                    "type": "function_call_output",
                    "call_id": item.call_id,
                    "output": given.get_weather(**json.loads(item.arguments)),
                }
                for item in response.output
                if item.type == "function_call"
            ]
            if not items:
                return response.output_text

    return session


def google_chats(given):
    """The SDK's chat, which calls functions by itself."""
    from google import genai
    from google.genai import types

    client = genai.Client(api_key=given.key, http_options={"base_url": given.base})

    def get_weather(city: str) -> str:
        """The weather of a city"""
        return given.get_weather(city)

    chat = client.chats.create(model=given.model, config={"tools": [get_weather]})

    # The client closes its connections when nothing holds it.
    def session(text, picture=None, _held=client):
        parts = [types.Part(text=text)]
        if picture:
            parts.append(types.Part.from_bytes(data=base64.b64decode(picture), mime_type=PIXEL_TYPE))
        if not given.streamed:
            return chat.send_message(parts).text
        pieces = chat.send_message_stream(parts)
        return "".join(piece.text or "" for piece in pieces)

    return session


def _agents(given, by):
    import asyncio

    from agents import Agent, OpenAIProvider, RunConfig, Runner, function_tool
    from agents.memory import OpenAIConversationsSession
    from openai import AsyncOpenAI

    loop = asyncio.new_event_loop()
    client = AsyncOpenAI(base_url=given.base + "/v1", api_key=given.key)

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return given.get_weather(city)

    agent = Agent(name="weather", instructions="Be brief.", model=given.model, tools=[get_weather])
    config = RunConfig(
        model_provider=OpenAIProvider(openai_client=client, use_responses=by != "chat"),
        # Else traces go to OpenAI, wherever the model is.
        tracing_disabled=True,
    )
    history = []
    last = None
    kept = OpenAIConversationsSession(openai_client=client) if by == "session" else None

    async def run(said):
        nonlocal history, last
        more = {"run_config": config}
        if by == "session":
            more["session"] = kept
        if by == "continued":
            more["previous_response_id"] = last
        # A session takes what is new, and the text alone unless told how to add a list.
        asked = [*history, said] if by in ("history", "chat") else [said]
        if not given.streamed:
            result = await Runner.run(agent, asked, **more)
        else:
            result = Runner.run_streamed(agent, asked, **more)
            async for _ in result.stream_events():
                pass
        history = result.to_input_list()
        last = result.last_response_id
        return result.final_output

    def session(text, picture=None):
        content = [{"type": "input_text", "text": text}]
        if picture:
            content.append({"type": "input_image", "detail": "auto", "image_url": _url(picture)})
        return loop.run_until_complete(run({"role": "user", "content": content}))

    return session


def agents_history(given):
    return _agents(given, "history")


def agents_chat(given):
    return _agents(given, "chat")


def agents_continued(given):
    return _agents(given, "continued")


def agents_session(given):
    return _agents(given, "session")


def _pydantic(given, model):
    import asyncio

    from pydantic_ai import Agent, AgentRunResultEvent, BinaryContent

    loop = asyncio.new_event_loop()
    agent = Agent(model)

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return given.get_weather(city)

    history = []

    async def run(said):
        nonlocal history
        if not given.streamed:
            result = await agent.run(said, message_history=history)
        else:
            # Not `run_stream`, which takes the first text for the last.
            async with agent.run_stream_events(said, message_history=history) as events:
                async for event in events:
                    if isinstance(event, AgentRunResultEvent):
                        result = event.result
        history = result.all_messages()
        return result.output

    def session(text, picture=None):
        said = [text]
        if picture:
            said.append(BinaryContent(base64.b64decode(picture), media_type=PIXEL_TYPE))
        return loop.run_until_complete(run(said))

    return session


def pydantic_openai(given):
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(base_url=given.base + "/v1", api_key=given.key)
    return _pydantic(given, OpenAIChatModel(given.model, provider=provider))


def pydantic_responses(given):
    from pydantic_ai.models.openai import OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(base_url=given.base + "/v1", api_key=given.key)
    return _pydantic(given, OpenAIResponsesModel(given.model, provider=provider))


def pydantic_anthropic(given):
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    provider = AnthropicProvider(base_url=given.base, api_key=given.key)
    return _pydantic(given, AnthropicModel(given.model, provider=provider))


def pydantic_google(given):
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    provider = GoogleProvider(base_url=given.base, api_key=given.key)
    return _pydantic(given, GoogleModel(given.model, provider=provider))


def _langchain(given, model):
    from langchain.agents import create_agent
    from langchain_core.tools import tool

    @tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return given.get_weather(city)

    agent = create_agent(model, tools=[get_weather])
    messages = []

    def session(text, picture=None):
        nonlocal messages
        content = [{"type": "text", "text": text}]
        if picture:
            content.append({"type": "image", "base64": picture, "mime_type": PIXEL_TYPE})
        messages.append({"role": "user", "content": content})
        if not given.streamed:
            messages = agent.invoke({"messages": messages})["messages"]
        else:
            for mode, state in agent.stream(
                {"messages": messages}, stream_mode=["values", "messages"]
            ):
                messages = state["messages"] if mode == "values" else messages
        return messages[-1].text

    return session


def langchain_openai(given):
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model=given.model, base_url=given.base + "/v1", api_key=given.key)
    return _langchain(given, model)


def langchain_responses(given):
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(
        model=given.model, base_url=given.base + "/v1", api_key=given.key, use_responses_api=True
    )
    return _langchain(given, model)


def langchain_anthropic(given):
    from langchain_anthropic import ChatAnthropic

    return _langchain(
        given, ChatAnthropic(model=given.model, base_url=given.base, api_key=given.key)
    )
