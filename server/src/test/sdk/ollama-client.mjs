// Ollama's official SDK, speaking /api/chat.
import { Ollama } from "ollama";
import { main } from "./scenarios.mjs";

function asked(request) {
  const messages = [
    {
      role: "user",
      content: request.prompt,
      ...(request.image && { images: [request.image] }),
    },
  ];
  if (request.system) {
    messages.unshift({ role: "system", content: request.system });
  }
  if (request.after) {
    messages.push(request.after.exchange);
    request.after.exchange.tool_calls.forEach((call, i) =>
      messages.push({
        role: "tool",
        tool_name: call.function.name,
        content: request.after.results[i],
      }),
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
    ...(request.schema && { format: request.schema }),
    ...(request.think && { think: true }),
    ...(request.max && { options: { num_predict: request.max } }),
  };
}

function said(answers) {
  const all = (field) => answers.map((answer) => answer.message[field] ?? "").join("");
  const calls = answers.flatMap((answer) => answer.message.tool_calls ?? []);
  const last = answers.at(-1);
  return {
    text: all("content"),
    refusal: "",
    finish: last.done_reason,
    calls: calls.map((call) => ({
      id: call.id ?? "",
      name: call.function.name,
      arguments: call.function.arguments,
    })),
    thoughts: all("thinking"),
    input: last.prompt_eval_count,
    output: last.eval_count,
    exchange: {
      role: "assistant",
      content: all("content"),
      ...(all("thinking") && { thinking: all("thinking") }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    chunks: answers.length,
  };
}

await main(({ base, key }) => {
  const client = new Ollama({ host: base, headers: { Authorization: `Bearer ${key}` } });
  return {
    async ask(request, streamed) {
      if (!streamed) {
        return said([await client.chat(asked(request))]);
      }
      const answers = [];
      for await (const answer of await client.chat({ ...asked(request), stream: true })) {
        answers.push(answer);
      }
      return said(answers);
    },
    manners: {
      async models() {
        const { models } = await client.list();
        return models.map((model) => model.name);
      },
      async generate(model) {
        const answer = await client.generate({ model, prompt: 'Say "made up"' });
        return { text: answer.response, finish: answer.done_reason };
      },
      async cancel(model) {
        const stream = await client.chat({
          ...asked({ model, prompt: "Talk for long" }),
          stream: true,
        });
        let chunks = 0;
        try {
          for await (const _ of stream) {
            chunks++;
            stream.abort();
          }
        } catch (error) {
          if (error.name !== "AbortError") {
            throw error;
          }
        }
        return { chunks };
      },
    },
  };
});
