// The official OpenAI SDK, speaking Responses.
import OpenAI from "openai";
import { main } from "./scenarios.mjs";

function asked(request) {
  const content = [{ type: "input_text", text: request.prompt }];
  if (request.image) {
    content.push({
      type: "input_image",
      detail: "auto",
      image_url: `data:image/png;base64,${request.image}`,
    });
  }
  const input = [{ role: "user", content }];
  if (request.after) {
    input.push(...request.after.exchange);
    request.after.exchange
      .filter((item) => item.type === "function_call")
      .forEach((call, i) =>
        input.push({
          type: "function_call_output",
          call_id: call.call_id,
          output: request.after.results[i],
        }),
      );
  }
  return {
    model: request.model,
    input,
    store: false,
    ...(request.system && { instructions: request.system }),
    ...(request.tools && {
      tools: request.tools.map((tool) => ({
        type: "function",
        name: tool.name,
        description: tool.description,
        parameters: tool.schema,
        strict: true,
      })),
    }),
    ...(request.schema && {
      text: { format: { type: "json_schema", name: "part", strict: true, schema: request.schema } },
    }),
    ...(request.think && {
      reasoning: { effort: "medium", summary: "auto" },
      include: ["reasoning.encrypted_content"],
    }),
    ...(request.max && { max_output_tokens: request.max }),
  };
}

function said(response, extra) {
  const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
  return {
    text: response.output_text,
    refusal: parts.find((part) => part.type === "refusal")?.refusal ?? "",
    finish: response.incomplete_details?.reason ?? response.status,
    calls: response.output
      .filter((item) => item.type === "function_call")
      .map((call) => ({
        id: call.call_id,
        name: call.name,
        arguments: JSON.parse(call.arguments),
      })),
    thoughts: response.output
      .filter((item) => item.type === "reasoning")
      .flatMap((item) => [...(item.summary ?? []), ...(item.content ?? [])])
      .map((part) => part.text)
      .join(""),
    input: response.usage?.input_tokens,
    output: response.usage?.output_tokens,
    reasoning: response.usage?.output_tokens_details?.reasoning_tokens,
    exchange: response.output.map(({ parsed_arguments, ...item }) => item),
    ...extra,
  };
}

await main(({ base, key }) => {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0, timeout: 20_000 });
  return {
    async ask(request, streamed) {
      if (!streamed) {
        return said(await client.responses.create(asked(request)));
      }
      const stream = client.responses.stream(asked(request));
      let text = "";
      let chunks = 0;
      for await (const event of stream) {
        chunks++;
        if (event.type === "response.output_text.delta") {
          text += event.delta;
        }
        if (event.type === "response.failed") {
          throw Object.assign(new Error(event.response.error.message), {
            name: event.response.error.code,
          });
        }
      }
      const response = await stream.finalResponse();
      if (text !== response.output_text) {
        throw new Error(`the pieces "${text}" are not the whole "${response.output_text}"`);
      }
      return said(response, { chunks });
    },
    manners: {
      async retries(model) {
        const stubborn = client.withOptions({ maxRetries: 3 });
        const response = await stubborn.responses.create(asked({ model, prompt: 'Say "at last"' }));
        return response.output_text;
      },
      async cancel(model) {
        const hangup = new AbortController();
        const stream = await client.responses.create(
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
