// A conversation of an agent of the Claude agent SDK, whose one tool runs in this process. One line of
// JSON says how often the tool ran for which city, and what the agent said to each of the prompts.
//
// node agent.mjs '{"program":…,"home":…,"base":…,"model":…,"kill":…,"prompts":[…]}'
import { createSdkMcpServer, query, tool } from "@anthropic-ai/claude-agent-sdk";
import { mkdir } from "node:fs/promises";
import { z } from "zod";

const given = JSON.parse(process.argv[2]);
const runs = {};
await mkdir(given.home, { recursive: true });

// The first provider is broken once the tool has run.
const weather = tool("get_weather", "The weather of a city", { city: z.string() }, async ({ city }) => {
  runs[city] = (runs[city] ?? 0) + 1;
  await fetch(given.kill, {
    method: "PUT",
    body: JSON.stringify([{ type: "status", code: 503 }]),
  });
  return { content: [{ type: "text", text: `31 degrees and dry in ${city}` }] };
});

// Each prompt in a process of its own, which goes on with what was said in the one before.
const said = [];
for (const prompt of given.prompts) {
  let text = "";
  let result = {};
  for await (const message of query({
    prompt,
    options: {
      model: given.model,
      // What the SDK brings is this very program.
      pathToClaudeCodeExecutable: given.program,
      cwd: given.home,
      mcpServers: { weather: createSdkMcpServer({ name: "weather", tools: [weather] }) },
      allowedTools: ["mcp__weather__get_weather"],
      continue: said.length > 0,
      env: {
        PATH: process.env.PATH,
        HOME: given.home,
        CLAUDE_CONFIG_DIR: given.home,
        ANTHROPIC_BASE_URL: given.base,
        ANTHROPIC_API_KEY: "sk-of-no-importance",
        // Nothing leaves this machine: no telemetry, no look for updates.
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
      },
    },
  })) {
    if (message.type === "assistant") {
      text += message.message.content.map((block) => block.text ?? "").join("");
    }
    if (message.type === "result") {
      result = message;
    }
  }
  said.push({ subtype: result.subtype, is_error: result.is_error, text, result: result.result });
}
console.log(JSON.stringify({ runs, said }));
