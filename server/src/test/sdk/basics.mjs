// Uses what the official OpenAI SDK offers for chat and embeddings against the gateway and prints
// one line of JSON with what came back.
//
// node basics.mjs BASE_URL API_KEY CHAT_MODEL EMBEDDING_MODEL ENDLESS_MODEL
import OpenAI from "openai";

const [base, key, chatModel, embeddingModel, endlessModel] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base, apiKey: key, maxRetries: 0, timeout: 20_000 });
const result = {};

const plain = await client.chat.completions
  .create({ model: chatModel, messages: [{ role: "user", content: "What does a relay do?" }] })
  .withResponse();
result.plain = {
  text: plain.data.choices[0].message.content,
  finish: plain.data.choices[0].finish_reason,
  tokens: plain.data.usage.total_tokens,
  requestId: plain.request_id,
  provider: plain.response.headers.get("x-switchgear-provider"),
  attempts: plain.response.headers.get("x-switchgear-attempts"),
  overhead: plain.response.headers.get("x-switchgear-overhead-ms"),
};

const stream = await client.chat.completions.create({
  model: chatModel,
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: "user", content: "What does a breaker do?" }],
});
result.stream = { text: "", chunks: 0, finish: null, tokens: 0 };
for await (const chunk of stream) {
  result.stream.chunks++;
  result.stream.text += chunk.choices[0]?.delta?.content ?? "";
  result.stream.finish ??= chunk.choices[0]?.finish_reason ?? null;
  result.stream.tokens = chunk.usage?.total_tokens ?? result.stream.tokens;
}

const asked = { model: chatModel, prompt: "What does a fuse do?", max_tokens: 200 };
const completion = await client.completions.create(asked);
result.completion = {
  text: completion.choices[0].text,
  finish: completion.choices[0].finish_reason,
  tokens: completion.usage.total_tokens,
};
const completing = await client.completions.create({
  ...asked,
  stream: true,
  stream_options: { include_usage: true },
});
result.streamedCompletion = { text: "", chunks: 0, finish: null, tokens: 0 };
for await (const chunk of completing) {
  result.streamedCompletion.chunks++;
  result.streamedCompletion.text += chunk.choices[0]?.text ?? "";
  result.streamedCompletion.finish ??= chunk.choices[0]?.finish_reason ?? null;
  result.streamedCompletion.tokens = chunk.usage?.total_tokens ?? result.streamedCompletion.tokens;
}

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather of a city",
      parameters: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      },
    },
  },
];
const called = await client.chat.completions.create({
  model: chatModel,
  tools,
  tool_choice: "required",
  messages: [{ role: "user", content: "How is the weather in Pune?" }],
});
result.tool = {
  name: called.choices[0].message.tool_calls[0].function.name,
  arguments: JSON.parse(called.choices[0].message.tool_calls[0].function.arguments),
};

const runner = client.chat.completions.stream({
  model: chatModel,
  tools,
  tool_choice: "required",
  messages: [{ role: "user", content: "How is the weather in Goa?" }],
});
const final = await runner.finalChatCompletion();
result.streamedTool = {
  name: final.choices[0].message.tool_calls[0].function.name,
  arguments: JSON.parse(final.choices[0].message.tool_calls[0].function.arguments),
};

const structured = await client.chat.completions.create({
  model: chatModel,
  response_format: {
    type: "json_schema",
    json_schema: {
      name: "part",
      strict: true,
      schema: {
        type: "object",
        properties: { name: { type: "string" }, volts: { type: "integer" } },
        required: ["name", "volts"],
        additionalProperties: false,
      },
    },
  },
  messages: [{ role: "user", content: "Name a part as JSON." }],
});
result.structured = JSON.parse(structured.choices[0].message.content);

const image = await client.chat.completions.create({
  model: chatModel,
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
      ],
    },
  ],
});
result.image = image.choices[0].message.content;

const embedding = await client.embeddings.create({ model: embeddingModel, input: ["one", "two"] });
result.embedding = {
  count: embedding.data.length,
  dimensions: embedding.data[0].embedding.length,
  numbers: embedding.data[0].embedding.every((x) => typeof x === "number"),
};

result.models = [];
for await (const model of client.models.list()) {
  result.models.push(model.id);
}

try {
  await client.chat.completions.create({ model: "no-such-model", messages: [] });
} catch (error) {
  result.unknownModel = { status: error.status, code: error.code, message: error.message };
}

const controller = new AbortController();
const aborted = await client.chat.completions.create(
  { model: endlessModel, stream: true, messages: [{ role: "user", content: "Talk for long." }] },
  { signal: controller.signal },
);
for await (const _ of aborted) {
  controller.abort();
}
result.aborted = controller.signal.aborted;

console.log(JSON.stringify(result));
