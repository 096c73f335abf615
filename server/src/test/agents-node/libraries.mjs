// How each library is pointed at a gateway, and how a conversation is held with it: nothing is set but
// the address, the key, the model and the tool. Each export makes a session: a function of what the user
// says, and maybe a picture, to what the agent says at last.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatAnthropic } from "@langchain/anthropic";
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
