// The official Anthropic SDK, speaking Messages: the current one, or with `"sdk":
// "anthropic-before-1"` the last one that named its key in `x-api-key`.
import { main } from "./scenarios.mjs";

function asked(request) {
  const content = [{ type: "text", text: request.prompt }];
  if (request.image) {
    content.unshift({
      type: "image",
      source: { type: "base64", media_type: "image/png", data: request.image },
    });
  }
  const messages = [{ role: "user", content }];
  if (request.after) {
    messages.push({ role: "assistant", content: request.after.exchange });
    const calls = request.after.exchange.filter((block) => block.type === "tool_use");
    messages.push({
      role: "user",
      content: calls.map((call, i) => ({
        type: "tool_result",
        tool_use_id: call.id,
        content: request.after.results[i],
      })),
    });
  }
  return {
    model: request.model,
    max_tokens: request.max ?? 8000,
    messages,
    ...(request.system && { system: request.system }),
    ...(request.tools && {
      tools: request.tools.map((tool) => ({
        name: tool.name,
        description: tool.description,
        input_schema: tool.schema,
      })),
    }),
    ...(request.schema && {
      output_config: { format: { type: "json_schema", schema: request.schema } },
    }),
    ...(request.think && {
      thinking: { type: "enabled", budget_tokens: 4000, display: "summarized" },
    }),
  };
}

function said(message, extra) {
  const all = (type) => message.content.filter((block) => block.type === type);
  return {
    text: all("text")
      .map((block) => block.text)
      .join(""),
    refusal: "",
    finish: message.stop_reason,
    calls: all("tool_use").map((block) => ({
      id: block.id,
      name: block.name,
      arguments: block.input,
    })),
    thoughts: all("thinking")
      .map((block) => block.thinking)
      .join(""),
    signed: all("thinking").every((block) => block.signature),
    input: message.usage?.input_tokens,
    output: message.usage?.output_tokens,
    exchange: message.content,
    ...extra,
  };
}

await main(async ({ base, key, sdk }) => {
  const { default: Anthropic } = await import(sdk ?? "@anthropic-ai/sdk");
  const client = new Anthropic({ baseURL: base, apiKey: key, maxRetries: 0, timeout: 20_000 });
  return {
    async ask(request, streamed) {
      if (!streamed) {
        return said(await client.messages.create(asked(request)));
      }
      const stream = client.messages.stream(asked(request));
      let text = "";
      let chunks = 0;
      stream.on("text", (delta) => (text += delta));
      stream.on("streamEvent", () => chunks++);
      const message = await stream.finalMessage();
      const heard = said(message, { chunks });
      if (text !== heard.text) {
        throw new Error(`the pieces "${text}" are not the whole "${heard.text}"`);
      }
      return heard;
    },
    manners: {
      async models() {
        const names = [];
        for await (const model of client.models.list()) {
          names.push(model.id);
        }
        return names;
      },
      async count(model) {
        const { input_tokens } = await client.messages.countTokens({
          model,
          messages: [{ role: "user", content: "How many tokens are these?" }],
        });
        return input_tokens;
      },
      async retries(model) {
        const stubborn = client.withOptions({ maxRetries: 3 });
        const message = await stubborn.messages.create(asked({ model, prompt: 'Say "at last"' }));
        return message.content[0].text;
      },
      async cancel(model) {
        const stream = await client.messages.create({
          ...asked({ model, prompt: "Talk for long" }),
          stream: true,
        });
        let chunks = 0;
        for await (const event of stream) {
          chunks++;
          if (event.type === "content_block_delta") {
            stream.controller.abort();
          }
        }
        return { chunks };
      },
    },
  };
});
