// Agents of several libraries, each with its defaults, in one conversation: tools called side by side,
// a picture, another call, last words. After the first tool has run, the provider that asked for it may
// die (`kill`), and live again before the last question. One line of JSON says what the agent holds.
//
// node agents.mjs '{"base":…,"key":…,"kill":…,"agents":{"aiWithOpenAI":[{"name":…,"model":…,"first":…},…],…}}'
import * as libraries from "./libraries.mjs";

// One red pixel.
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

const given = JSON.parse(process.argv[2]);

// The simulated provider of that name is broken, or well again.
async function health(first, faults) {
  const answer = await fetch(`${given.kill}/_sim/${first}/faults`, {
    method: "PUT",
    body: JSON.stringify(faults),
  });
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
}

async function conversation(agent, target, streamed) {
  const runs = {};
  const texts = [];
  const weather = {
    name: "get_weather",
    description: "The weather of a city",
    schema: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
    async run({ city }) {
      runs[city] = (runs[city] ?? 0) + 1;
      if (target.first) {
        await health(target.first, [{ type: "status", code: 503 }]);
      }
      return `31 degrees and dry in ${city}`;
    },
  };
  try {
    const session = await libraries[agent]({
      base: given.base,
      key: given.key,
      model: target.model,
      tool: weather,
      streamed,
    });
    texts.push(await session("How is the weather in Pune and in Goa?"));
    texts.push(target.blind ? "no image is taken" : await session("What is this?", PIXEL));
    texts.push(await session("How is the weather in Delhi?"));
    if (target.first) {
      await health(target.first, []);
    }
    texts.push(await session('Say "all is told"'));
    return { runs, texts };
  } catch (error) {
    return { runs, texts, error: String(error?.stack ?? error).slice(0, 1500) };
  }
}

// One agent after the other, each before all of its providers at once.
const result = {};
for (const [agent, targets] of Object.entries(given.agents)) {
  result[agent] = {};
  await Promise.all(
    targets.map(async (target) => {
      const held = {};
      for (const manner of target.manners) {
        held[manner] = await conversation(agent, target, manner === "streamed");
      }
      result[agent][target.name] = held;
    }),
  );
}
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
