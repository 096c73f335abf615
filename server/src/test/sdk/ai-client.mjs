// Vercel's AI SDK with its providers. A target's `speaks` names the provider, and with it the dialect.
// The SDK runs tools itself and comes back with what the model then says.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { main, WEATHER_TOLD } from "./scenarios.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const OPTIONS = {
  // The SDK knows OpenAI's names for models that reason, and no others.
  openai: {
    forceReasoning: true,
    reasoningEffort: "medium",
    reasoningSummary: "auto",
    store: false,
  },
  compatible: { reasoningEffort: "medium" },
  anthropic: { thinking: { type: "enabled", budgetTokens: 4000 } },
  google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 4000 } },
};

function asked(request, model) {
  const content = [{ type: "text", text: request.prompt }];
  if (request.image) {
    content.push({ type: "image", image: request.image, mediaType: "image/png" });
  }
  return {
    model,
    maxRetries: request.retries ?? 0,
    messages: [{ role: "user", content }],
    ...(request.system && { system: request.system }),
    ...(request.tools && {
      tools: Object.fromEntries(
        request.tools.map(({ name, description, schema }) => [
          name,
          tool({
            description,
            inputSchema: jsonSchema(schema),
            execute: async () => WEATHER_TOLD,
          }),
        ]),
      ),
      stopWhen: stepCountIs(2),
    }),
    ...(request.schema && { output: Output.object({ schema: jsonSchema(request.schema) }) }),
    providerOptions: request.think ? OPTIONS : { openai: { store: false } },
    ...(request.max && { maxOutputTokens: request.max }),
  };
}

function said(steps, object, chunks) {
  const [first, second] = steps;
  return {
    text: first.text,
    refusal: "",
    chunks,
    finish: first.finishReason,
    calls: first.toolCalls.map((call) => ({
      id: call.toolCallId,
      name: call.toolName,
      arguments: call.input,
    })),
    thoughts: first.reasoningText ?? "",
    input: first.usage.inputTokens,
    output: first.usage.outputTokens,
    ...(second && { then: { text: second.text, finish: second.finishReason, calls: [] } }),
    ...(object && { object }),
  };
}

await main(({ base, key }) => {
  const openai = createOpenAI({ baseURL: `${base}/v1`, apiKey: key });
  const google = createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey: key });
  const speakers = {
    "openai chat": openai.chat,
    "openai responses": openai.responses,
    anthropic: createAnthropic({ baseURL: `${base}/v1`, apiKey: key }),
    // It puts `models/` before names without a slash alone.
    google: (model) => google(`models/${model}`),
    "openai-compatible": createOpenAICompatible({
      name: "compatible",
      baseURL: `${base}/v1`,
      apiKey: key,
      includeUsage: true,
      supportsStructuredOutputs: true,
    }),
  };
  return {
    async ask(request, streamed, { speaks }) {
      const question = asked(request, speakers[speaks](request.model));
      if (!streamed) {
        const answer = await generateText(question);
        return said(answer.steps, request.schema && answer.output, 1);
      }
      let broken;
      const stream = streamText({ ...question, onError: ({ error }) => (broken = error) });
      let text = "";
      let chunks = 0;
      for await (const part of stream.fullStream) {
        chunks++;
        text += part.type === "text-delta" ? part.text : "";
      }
      if (broken) {
        throw broken;
      }
      const steps = await stream.steps;
      if (text !== steps.map((step) => step.text).join("")) {
        throw new Error(`the pieces "${text}" are not the whole`);
      }
      return said(steps, request.schema && (await stream.output), chunks);
    },
    manners: {
      async retries(model) {
        const { text } = await generateText(
          asked({ prompt: 'Say "at last"', retries: 3 }, openai.chat(model)),
        );
        return text;
      },
      async cancel(model) {
        const hangup = new AbortController();
        const stream = streamText({
          ...asked({ prompt: "Talk for long" }, openai.chat(model)),
          abortSignal: hangup.signal,
          onError: () => {},
        });
        let chunks = 0;
        for await (const part of stream.fullStream) {
          if (part.type === "text-delta") {
            chunks++;
            hangup.abort();
          }
        }
        return { chunks };
      },
    },
  };
});
