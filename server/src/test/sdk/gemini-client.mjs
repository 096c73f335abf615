// Google's official SDK, speaking generateContent.
import { GoogleGenAI } from "@google/genai";
import { main } from "./scenarios.mjs";

function asked(request) {
  const parts = [{ text: request.prompt }];
  if (request.image) {
    parts.push({ inlineData: { mimeType: "image/png", data: request.image } });
  }
  const contents = [{ role: "user", parts }];
  if (request.after) {
    contents.push({ role: "model", parts: request.after.exchange });
    const calls = request.after.exchange.filter((part) => part.functionCall);
    contents.push({
      role: "user",
      parts: calls.map(({ functionCall }, i) => ({
        functionResponse: {
          ...(functionCall.id && { id: functionCall.id }),
          name: functionCall.name,
          response: { output: request.after.results[i] },
        },
      })),
    });
  }
  return {
    model: request.model,
    contents,
    config: {
      ...(request.system && { systemInstruction: request.system }),
      ...(request.tools && {
        tools: [
          {
            functionDeclarations: request.tools.map((tool) => ({
              name: tool.name,
              description: tool.description,
              parametersJsonSchema: tool.schema,
            })),
          },
        ],
      }),
      ...(request.schema && {
        responseMimeType: "application/json",
        responseJsonSchema: request.schema,
      }),
      ...(request.think && { thinkingConfig: { includeThoughts: true, thinkingBudget: 4000 } }),
      ...(request.max && { maxOutputTokens: request.max }),
    },
  };
}

function said(answers) {
  const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
  const last = answers.at(-1);
  const usage = answers.findLast((answer) => answer.usageMetadata)?.usageMetadata;
  const text = (thought) =>
    parts
      .filter((part) => part.text && Boolean(part.thought) === thought)
      .map((part) => part.text)
      .join("");
  const calls = parts.filter((part) => part.functionCall).map((part) => part.functionCall);
  if (answers.map((answer) => answer.text ?? "").join("") !== text(false)) {
    throw new Error("what the SDK calls the text is not what its parts say");
  }
  return {
    text: text(false),
    refusal: last.promptFeedback?.blockReason ?? "",
    finish: last.candidates?.[0]?.finishReason ?? last.promptFeedback?.blockReason ?? null,
    calls: calls.map((call) => ({ id: call.id ?? "", name: call.name, arguments: call.args })),
    thoughts: text(true),
    input: usage?.promptTokenCount,
    output: usage?.candidatesTokenCount,
    reasoning: usage?.thoughtsTokenCount,
    exchange: parts,
    chunks: answers.length,
  };
}

await main(({ base, key }) => {
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: base, timeout: 20_000 } });
  return {
    async ask(request, streamed) {
      if (!streamed) {
        return said([await client.models.generateContent(asked(request))]);
      }
      const answers = [];
      for await (const answer of await client.models.generateContentStream(asked(request))) {
        answers.push(answer);
      }
      return said(answers);
    },
    manners: {
      async models() {
        const names = [];
        for await (const model of await client.models.list()) {
          names.push(model.name);
        }
        return names;
      },
      async count(model) {
        const { totalTokens } = await client.models.countTokens({
          model,
          contents: "How many tokens are these?",
        });
        return totalTokens;
      },
      async embeddings(model) {
        const { embeddings } = await client.models.embedContent({ model, contents: ["a", "b"] });
        return { count: embeddings.length, numbers: embeddings[0].values.length };
      },
      async retries(model) {
        const stubborn = new GoogleGenAI({
          apiKey: key,
          httpOptions: { baseUrl: base, timeout: 20_000, retryOptions: { attempts: 4 } },
        });
        const answer = await stubborn.models.generateContent(
          asked({ model, prompt: 'Say "at last"' }),
        );
        return answer.text;
      },
      async cancel(model) {
        const hangup = new AbortController();
        const question = asked({ model, prompt: "Talk for long" });
        question.config.abortSignal = hangup.signal;
        let chunks = 0;
        try {
          for await (const _ of await client.models.generateContentStream(question)) {
            chunks++;
            hangup.abort();
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
