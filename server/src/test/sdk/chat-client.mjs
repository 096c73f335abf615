// The official OpenAI SDK, speaking chat completions.
import OpenAI from "openai";
import { main } from "./scenarios.mjs";

function asked(request, some = {}) {
  const content = request.image
    ? [
        { type: "text", text: request.prompt },
        { type: "image_url", image_url: { url: `data:image/png;base64,${request.image}` } },
      ]
    : request.prompt;
  const messages = [{ role: "user", content }];
  if (request.system) {
    messages.unshift({ role: "system", content: request.system });
  }
  if (request.after) {
    const message = request.after.exchange;
    messages.push(message);
    message.tool_calls.forEach((call, i) =>
      messages.push({ role: "tool", tool_call_id: call.id, content: request.after.results[i] }),
    );
  }
  return {
    model: request.model,
    messages,
    ...(request.tools && {
      tools: request.tools.map((tool) => ({
        type: "function",
        function: { name: tool.name, description: tool.description, parameters: tool.schema },
      })),
    }),
    ...(request.schema && {
      response_format: {
        type: "json_schema",
        json_schema: { name: "part", strict: true, schema: request.schema },
      },
    }),
    // OpenAI itself has no word for showing thoughts, and takes nobody else's.
    ...(request.think &&
      (some.shows
        ? { reasoning: { effort: "medium", exclude: false } }
        : { reasoning_effort: "medium" })),
    ...(request.max && { max_completion_tokens: request.max }),
  };
}

function said(completion, thoughts, extra) {
  const { message, finish_reason } = completion.choices[0];
  const calls = message.tool_calls ?? [];
  return {
    text: message.content ?? "",
    refusal: message.refusal ?? "",
    finish: finish_reason,
    calls: calls.map((call) => ({
      id: call.id,
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments),
    })),
    thoughts,
    input: completion.usage?.prompt_tokens,
    output: completion.usage?.completion_tokens,
    reasoning: completion.usage?.completion_tokens_details?.reasoning_tokens,
    exchange: message,
    ...extra,
  };
}

await main(({ base, key }) => {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0, timeout: 20_000 });
  return {
    async ask(request, streamed, some) {
      if (!streamed) {
        const completion = await client.chat.completions.create(asked(request, some));
        const { message } = completion.choices[0];
        // One field by the name of DeepSeek, one by that of vLLM and OpenRouter.
        return said(completion, message.reasoning_content ?? message.reasoning ?? "");
      }
      const stream = client.chat.completions.stream({
        ...asked(request, some),
        stream_options: { include_usage: true },
      });
      let thoughts = "";
      let chunks = 0;
      stream.on("chunk", (chunk) => {
        const delta = chunk.choices[0]?.delta;
        chunks++;
        thoughts += delta?.reasoning_content ?? delta?.reasoning ?? "";
      });
      const completion = await stream.finalChatCompletion();
      const { parsed, ...message } = completion.choices[0].message;
      completion.choices[0].message = message;
      return said(completion, thoughts, { chunks });
    },
    manners: {
      async models() {
        const names = [];
        for await (const model of client.models.list()) {
          names.push(model.id);
        }
        return names;
      },
      async retries(model) {
        const stubborn = client.withOptions({ maxRetries: 3 });
        const completion = await stubborn.chat.completions.create(
          asked({ model, prompt: 'Say "at last"' }),
        );
        return completion.choices[0].message.content;
      },
      async cancel(model) {
        const hangup = new AbortController();
        const stream = await client.chat.completions.create(
          { ...asked({ model, prompt: "Talk for long" }), stream: true },
          { signal: hangup.signal },
        );
        let chunks = 0;
        for await (const _ of stream) {
          chunks++;
          hangup.abort();
        }
        return { chunks };
      },
    },
  };
});
