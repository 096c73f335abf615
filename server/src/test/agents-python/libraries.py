"""How each library is pointed at a gateway, and how a conversation is held with it: nothing is set but
the address, the key, the model and the tool. Each function makes a session: a function of what the user
says, and maybe a picture, to what the agent says at last."""

import base64
import json
import time

PIXEL_TYPE = "image/png"


def _url(picture):
    return f"data:{PIXEL_TYPE};base64,{picture}"


def _openai(given):
    """The SDK by itself. Its client, and the fields that every request has."""
    from openai import OpenAI

    client = OpenAI(base_url=given.base + "/v1", api_key=given.key)
    tool = {
        "type": "function",
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": given.schema,
        "strict": True,
    }
    return client, {"model": given.model, "tools": [tool]}


def _said(text, picture):
    content = [{"type": "input_text", "text": text}]
    if picture:
        content.append({"type": "input_image", "detail": "auto", "image_url": _url(picture)})
    return [{"role": "user", "content": content}]


def _turns(given, answer):
    """Asks until the model calls no tool any more.

    :param answer: what is new to the response to it
    """

    def session(text, picture=None):
        items = _said(text, picture)
        while True:
            response = answer(items)
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


def _created(given, client, asked):
    if not given.streamed:
        return client.responses.create(**asked)
    with client.responses.stream(**asked) as stream:
        stream.until_done()
        return stream.get_final_response()


def openai_responses(given):
    """What was said before lies with the server."""
    client, fields = _openai(given)
    last = {}

    def answer(items):
        response = _created(given, client, {**fields, **last, "input": items})
        last["previous_response_id"] = response.id
        return response

    return _turns(given, answer)


def openai_conversations(given):
    """What was said before lies in a conversation."""
    client, fields = _openai(given)
    conversation = client.conversations.create().id

    def answer(items):
        return _created(given, client, {**fields, "conversation": conversation, "input": items})

    return _turns(given, answer)


def openai_background(given):
    """Nobody waits for an answer: it is asked for until it is there, or its stream is left and resumed."""
    client, fields = _openai(given)
    last = {}

    def polled(asked):
        response = client.responses.create(**asked)
        while response.status in ("queued", "in_progress"):
            time.sleep(0.02)
            response = client.responses.retrieve(response.id)
        return response

    def resumed(asked):
        with client.responses.create(**asked, stream=True) as stream:
            first = next(stream)
        whole = None
        with client.responses.retrieve(
            first.response.id, stream=True, starting_after=first.sequence_number
        ) as stream:
            for number, event in enumerate(stream, first.sequence_number + 1):
                if event.sequence_number != number:
                    raise RuntimeError(f"event {number} is {event}")
                whole = getattr(event, "response", whole)
        return whole

    def answer(items):
        asked = {**fields, **last, "input": items, "background": True}
        response = resumed(asked) if given.streamed else polled(asked)
        if response.status != "completed":
            raise RuntimeError(response.to_json())
        last["previous_response_id"] = response.id
        return response

    return _turns(given, answer)


def openai_compacting(given):
    """The program holds everything, and has it cut down before the last words. Those offer no tools: a
    simulated model takes the questions that a summary repeats for new ones."""
    client, fields = _openai(given)
    held = []

    def answer(items):
        if items[0].get("content", [{}])[0].get("text", "").startswith("Say"):
            compacted = client.responses.compact(model=given.model, input=held)
            held[:] = [item.to_dict() for item in compacted.output]
            fields.pop("tools", None)
        held.extend(items)
        response = _created(given, client, {**fields, "input": held, "store": False})
        held.extend(item.to_dict() for item in response.output)
        return response

    return _turns(given, answer)


def openai_websocket(given):
    """Each turn on one WebSocket, which answers in events alone. None is stored beyond it."""
    client, fields = _openai(given)
    last = {}
    connection = client.responses.connect().enter()

    def answer(items):
        connection.response.create(**fields, **last, input=items, store=False)
        for event in connection:
            if event.type == "response.completed":
                last["previous_response_id"] = event.response.id
                return event.response
            if event.type in ("response.failed", "response.incomplete", "error"):
                raise RuntimeError(event.to_json())
        raise RuntimeError("the connection ended")

    return _turns(given, answer)


def anthropic_runner(given):
    """The SDK runs the tools, and would leave the conversation with the server."""
    from anthropic import Anthropic, beta_tool

    client = Anthropic(base_url=given.base, api_key=given.key)

    @beta_tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return given.get_weather(city)

    messages = []

    def session(text, picture=None):
        content = [{"type": "text", "text": text}]
        if picture:
            source = {"type": "base64", "media_type": PIXEL_TYPE, "data": picture}
            content.append({"type": "image", "source": source})
        messages.append({"role": "user", "content": content})
        runner = client.beta.messages.tool_runner(
            model=given.model,
            max_tokens=4096,
            tools=[get_weather],
            messages=list(messages),
            stream=given.streamed,
        )
        for said in runner:
            message = said.get_final_message() if given.streamed else said
            messages.append({"role": "assistant", "content": message.content})
            results = runner.generate_tool_call_response()
            if results:
                messages.append(results)
        return "".join(block.text for block in message.content if block.type == "text")

    return session


def anthropic_thread(given):
    """One thread for all of it, told to go on without the server's help where there is none."""
    from anthropic import Anthropic, beta_tool

    client = Anthropic(base_url=given.base, api_key=given.key)

    @beta_tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return given.get_weather(city)

    thread = client.beta.messages.thread(
        model=given.model,
        max_tokens=4096,
        tools=[get_weather],
        unsupported_request_behavior="continue_unthreaded",
    )

    def session(text, picture=None):
        content = [{"type": "text", "text": text}]
        if picture:
            source = {"type": "base64", "media_type": PIXEL_TYPE, "data": picture}
            content.append({"type": "image", "source": source})
        thread.append({"role": "user", "content": content})
        runner = thread.tool_runner(stream=given.streamed)
        for said in runner:
            message = said.get_final_message() if given.streamed else said
        return "".join(block.text for block in message.content if block.type == "text")

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


def langchain_google(given):
    from langchain_google_genai import ChatGoogleGenerativeAI

    return _langchain(
        given,
        ChatGoogleGenerativeAI(model=given.model, base_url=given.base, google_api_key=given.key),
    )
