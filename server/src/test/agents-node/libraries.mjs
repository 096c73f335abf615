// How each library is pointed at a gateway, and how a conversation is held with it: nothing is set but
// the address, the key, the model and the tool. Each export makes a session: a function of what the user
// says, and maybe a picture, to what the agent says at last.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { GoogleGenAI } from "@google/genai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatOpenAI } from "@langchain/openai";
import {
  Agent,
  OpenAIConversationsSession,
  OpenAIProvider,
  Runner,
  tool as agentsTool,
} from "@openai/agents";
import { generateText, jsonSchema, isStepCount, streamText, tool as aiTool } from "ai";
import { createAgent, tool as chainTool } from "langchain";
import OpenAI from "openai";
import { ResponsesWS } from "openai/resources/responses/ws";
import { setTimeout as pause } from "node:timers/promises";

globalThis.AI_SDK_LOG_WARNINGS = false;

function ai(model) {
  return async ({ tool, streamed, ...given }) => {
    const messages = [];
    return async (text, picture) => {
      const content = [{ type: "text", text }];
      if (picture) {
        content.push({ type: "image", image: picture });
      }
      messages.push({ role: "user", content });
      const asked = {
        model: model(given),
        messages,
        tools: {
          [tool.name]: aiTool({
            description: tool.description,
            inputSchema: jsonSchema(tool.schema),
            execute: tool.run,
          }),
        },
        stopWhen: isStepCount(5),
      };
      if (!streamed) {
        const answer = await generateText(asked);
        messages.push(...answer.response.messages);
        return answer.text;
      }
      let broken;
      const answer = streamText({ ...asked, onError: ({ error }) => (broken = error) });
      await answer.consumeStream();
      if (broken) {
        throw broken;
      }
      messages.push(...(await answer.response).messages);
      return answer.text;
    };
  };
}

export const aiWithOpenAI = ai(({ base, key, model }) =>
  createOpenAI({ baseURL: `${base}/v1`, apiKey: key })(model),
);
export const aiWithAnthropic = ai(({ base, key, model }) =>
  createAnthropic({ baseURL: `${base}/v1`, apiKey: key })(model),
);
export const aiWithGoogle = ai(({ base, key, model }) =>
  createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey: key })(model),
);
export const aiWithCompatible = ai(({ base, key, model }) =>
  createOpenAICompatible({ name: "switchgear", baseURL: `${base}/v1`, apiKey: key })(model),
);

// The SDK by itself, which asks until the model calls no tool any more; what was said before lies with
// the server. `ask` makes of the client a function of a request to the response to it.
function openai(ask) {
  return async ({ base, key, model, tool, streamed }) => {
    const answer = ask(new OpenAI({ baseURL: `${base}/v1`, apiKey: key }), streamed);
    const tools = [
      {
        type: "function",
        name: tool.name,
        description: tool.description,
        parameters: tool.schema,
        strict: true,
      },
    ];
    let last = {};
    return async (text, picture) => {
      const content = [{ type: "input_text", text }];
      if (picture) {
        const image_url = `data:image/png;base64,${picture}`;
        content.push({ type: "input_image", detail: "auto", image_url });
      }
      let input = [{ role: "user", content }];
      for (;;) {
        const response = await answer({ model, tools, input, ...last });
        if (response.status !== "completed") {
          throw new Error(JSON.stringify(response));
        }
        last = { previous_response_id: response.id };
        const calls = response.output.filter((item) => item.type === "function_call");
        if (calls.length === 0) {
          return response.output
            .filter((item) => item.type === "message")
            .flatMap((item) => item.content)
            .map((part) => part.text)
            .join("");
        }
        input = await Promise.all(
          calls.map(async (call) => ({
            type: "function_call_output",
            call_id: call.call_id,
            output: await tool.run(JSON.parse(call.arguments)),
          })),
        );
      }
    };
  };
}

export const openaiContinued = openai((client, streamed) => (asked) =>
  streamed ? client.responses.stream(asked).finalResponse() : client.responses.create(asked),
);

// Nobody waits for an answer: it is asked for until it is there, or its stream is left and resumed.
export const openaiInBackground = openai((client, streamed) => async (asked) => {
  if (!streamed) {
    let response = await client.responses.create({ ...asked, background: true });
    while (response.status === "queued" || response.status === "in_progress") {
      await pause(20);
      response = await client.responses.retrieve(response.id);
    }
    return response;
  }
  let first;
  for await (const event of await client.responses.create({
    ...asked,
    background: true,
    stream: true,
  })) {
    first = event;
    break;
  }
  let number = first.sequence_number;
  let whole;
  const resumed = { stream: true, starting_after: number };
  for await (const event of await client.responses.retrieve(first.response.id, resumed)) {
    if (event.sequence_number !== ++number) {
      throw new Error(`event ${number} is ${JSON.stringify(event)}`);
    }
    whole = event.response ?? whole;
  }
  return whole;
});

// Each turn on one WebSocket, which answers in events alone. None is stored beyond it.
export const openaiOverWebSocket = openai((client) => {
  const socket = new ResponsesWS(client);
  const events = socket.stream();
  return async (asked) => {
    socket.send({ type: "response.create", ...asked, store: false });
    for (;;) {
      const { value, done } = await events.next();
      if (done || value.type === "close" || value.type === "error") {
        throw value?.error ?? new Error("the connection ended");
      }
      if (value.type === "message" && value.message.response?.status === "completed") {
        return value.message.response;
      }
    }
  };
});

// The SDK runs the tools, and would leave the conversation with the server.
export async function anthropicRunner({ base, key, model, tool, streamed }) {
  const client = new Anthropic({ baseURL: base, apiKey: key });
  const messages = [];
  const tools = [
    betaTool({
      name: tool.name,
      description: tool.description,
      inputSchema: tool.schema,
      run: tool.run,
    }),
  ];
  return async (text, picture) => {
    const content = [{ type: "text", text }];
    if (picture) {
      const source = { type: "base64", media_type: "image/png", data: picture };
      content.push({ type: "image", source });
    }
    messages.push({ role: "user", content });
    const runner = client.beta.messages.toolRunner({
      model,
      max_tokens: 4096,
      messages: [...messages],
      tools,
      stream: streamed,
    });
    let message;
    for await (const said of runner) {
      message = streamed ? await said.finalMessage() : said;
      messages.push({ role: "assistant", content: message.content });
      const results = await runner.generateToolResponse();
      if (results) {
        messages.push(results);
      }
    }
    return message.content.map((block) => block.text ?? "").join("");
  };
}

// The SDK's chat, which calls functions by itself.
export async function googleChats({ base, key, model, tool, streamed }) {
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: base } });
  const declared = {
    name: tool.name,
    description: tool.description,
    parametersJsonSchema: tool.schema,
  };
  const callable = {
    tool: async () => ({ functionDeclarations: [declared] }),
    callTool: (calls) =>
      Promise.all(
        calls.map(async ({ id, name, args }) => ({
          functionResponse: { id, name, response: { output: await tool.run(args) } },
        })),
      ),
  };
  const chat = client.chats.create({ model, config: { tools: [callable] } });
  return async (text, picture) => {
    const message = [{ text }];
    if (picture) {
      message.push({ inlineData: { mimeType: "image/png", data: picture } });
    }
    if (!streamed) {
      return (await chat.sendMessage({ message })).text;
    }
    let said = "";
    for await (const piece of await chat.sendMessageStream({ message })) {
      said += piece.text ?? "";
    }
    return said;
  };
}

function agents(useResponses, keep) {
  return async ({ base, key, model, tool, streamed }) => {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key });
    const runner = new Runner({
      modelProvider: new OpenAIProvider({ openAIClient: client, useResponses }),
      // Else traces go to OpenAI, wherever the model is.
      tracingDisabled: true,
    });
    const agent = new Agent({
      name: "weather",
      instructions: "Be brief.",
      model,
      tools: [
        agentsTool({
          name: tool.name,
          description: tool.description,
          parameters: tool.schema,
          execute: tool.run,
        }),
      ],
    });
    const kept = keep(client);
    return async (text, picture) => {
      const content = [{ type: "input_text", text }];
      if (picture) {
        content.push({ type: "input_image", image: `data:image/png;base64,${picture}` });
      }
      const input = kept.input({ role: "user", content });
      const answer = await runner.run(agent, input, { ...kept.options(), stream: streamed });
      if (streamed) {
        for await (const _ of answer) {
          // The text is read from what it came to.
        }
        await answer.completed;
      }
      kept.after(answer);
      return answer.finalOutput;
    };
  };
}

function byHistory() {
  let history = [];
  return {
    input: (said) => [...history, said],
    options: () => ({}),
    after: (answer) => (history = answer.history),
  };
}

function byPreviousResponse() {
  let previousResponseId;
  return {
    input: (said) => [said],
    options: () => ({ previousResponseId }),
    after: (answer) => (previousResponseId = answer.lastResponseId),
  };
}

function bySession(client) {
  const session = new OpenAIConversationsSession({ client });
  return {
    input: (said) => [said],
    options: () => ({ session, sessionInputCallback: (history, added) => [...history, ...added] }),
    after: () => {},
  };
}

export const agentsOfOpenAI = agents(true, byHistory);
export const agentsOfOpenAIByChat = agents(false, byHistory);
export const agentsOfOpenAIContinued = agents(true, byPreviousResponse);
export const agentsOfOpenAIInSession = agents(true, bySession);

function langchain(model, shown) {
  return async ({ tool, streamed, ...given }) => {
    const agent = createAgent({
      model: model(given),
      tools: [
        chainTool(tool.run, {
          name: tool.name,
          description: tool.description,
          schema: tool.schema,
        }),
      ],
    });
    let messages = [];
    return async (text, picture) => {
      const content = [{ type: "text", text }];
      if (picture) {
        content.push(shown(picture));
      }
      messages.push({ role: "user", content });
      if (!streamed) {
        messages = (await agent.invoke({ messages })).messages;
      } else {
        for await (const [mode, state] of await agent.stream(
          { messages },
          { streamMode: ["values", "messages"] },
        )) {
          messages = mode === "values" ? state.messages : messages;
        }
      }
      return messages.at(-1).text;
    };
  };
}

export const langchainWithOpenAI = langchain(
  ({ base, key, model }) =>
    new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${base}/v1` } }),
  (picture) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${picture}` } }),
);
export const langchainWithAnthropic = langchain(
  ({ base, key, model }) => new ChatAnthropic({ model, apiKey: key, anthropicApiUrl: base }),
  (picture) => ({ type: "image", mimeType: "image/png", data: picture }),
);
export const langchainWithGoogle = langchain(
  ({ base, key, model }) => new ChatGoogleGenerativeAI({ model, apiKey: key, baseUrl: base }),
  (picture) => ({ type: "image", mimeType: "image/png", data: picture }),
);
