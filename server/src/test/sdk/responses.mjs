// Uses what the official OpenAI SDK offers for Responses against the gateway and prints one line of
// JSON with what came back.
//
// node responses.mjs BASE_URL API_KEY MODEL BREAKING_MODEL
import OpenAI from "openai";

const [base, key, model, breakingModel] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base, apiKey: key, maxRetries: 0, timeout: 20_000 });
const result = {};

const plain = await client.responses.create({
  model,
  instructions: "Be brief.",
  input: "What does a relay do?",
});
result.plain = {
  text: plain.output_text,
  status: plain.status,
  tokens: plain.usage.total_tokens,
  instructions: plain.instructions,
};

result.streamed = { text: "", types: [], numbers: true };
let number = 0;
const stream = await client.responses.create({
  model,
  stream: true,
  input: [{ role: "user", content: [{ type: "input_text", text: "What does a breaker do?" }] }],
});
for await (const event of stream) {
  result.streamed.numbers &&= event.sequence_number === number++;
  if (result.streamed.types.at(-1) !== event.type) {
    result.streamed.types.push(event.type);
  }
  if (event.type === "response.output_text.delta") {
    result.streamed.text += event.delta;
  }
  if (event.type === "response.completed") {
    result.streamed.whole = event.response.output[0].content[0].text;
    result.streamed.tokens = event.response.usage.total_tokens;
  }
}

const tools = [
  {
    type: "function",
    name: "get_weather",
    description: "The weather of a city",
    strict: true,
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
  },
];
const input = [{ role: "user", content: "How is the weather in Pune?" }];
const runner = client.responses.stream({ model, tools, tool_choice: "required", input });
const pieces = [];
runner.on("response.function_call_arguments.delta", (event) => pieces.push(event.delta));
const called = await runner.finalResponse();
const call = called.output.find((item) => item.type === "function_call");
result.tool = {
  name: call.name,
  arguments: JSON.parse(call.arguments),
  pieces: pieces.join("") === call.arguments,
};

const told = await client.responses.create({
  model,
  tools,
  input: [
    ...input,
    ...called.output,
    { type: "function_call_output", call_id: call.call_id, output: "Sunny, 31 degrees." },
  ],
});
result.told = told.output_text;

const structured = await client.responses.parse({
  model,
  text: {
    format: {
      type: "json_schema",
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
  input: "Name a part as JSON.",
});
result.structured = JSON.parse(structured.output_text);

const cut = await client.responses.create({ model, max_output_tokens: 16, input: "Talk for long." });
result.cut = { status: cut.status, reason: cut.incomplete_details?.reason ?? null };

try {
  await client.responses.create({ model: "no-such-model", input: "Hi" });
} catch (error) {
  result.unknownModel = { status: error.status, code: error.code, message: error.message };
}
try {
  await client.responses.create({ model, input: "Hi", previous_response_id: "resp_1" });
} catch (error) {
  result.stored = { status: error.status, param: error.param };
}
try {
  const breaking = await client.responses.create({ model: breakingModel, stream: true, input: "Hi" });
  result.broken = { events: 0, completed: false };
  for await (const event of breaking) {
    result.broken.events++;
    result.broken.completed ||= event.type === "response.completed";
  }
} catch (error) {
  result.broken = { ...result.broken, thrown: error.constructor.name, message: error.message };
}

console.log(JSON.stringify(result));
