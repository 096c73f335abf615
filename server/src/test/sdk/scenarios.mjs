// What each client of the matrix asks, in no dialect's words. A client module hands `main` how one
// question is asked with its SDK; here the questions are asked, plain and streamed, of every target,
// and one line of JSON says what the SDK made of the answers.
//
// node some-client.mjs '{"base":…,"key":…,"targets":[{"name":…,"model":…,"thinker":…,…}]}'

const string = { type: "string" };

export const WEATHER = {
  name: "get_weather",
  description: "The weather of a city",
  schema: {
    type: "object",
    properties: { city: string },
    required: ["city"],
    additionalProperties: false,
  },
};

export const PART = {
  type: "object",
  properties: { name: string, volts: { type: "integer" } },
  required: ["name", "volts"],
  additionalProperties: false,
};

// One red pixel.
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

export const WEATHER_TOLD = "31 degrees and dry";

const SAYING = 'Say "Déjà vu — 東京 🚀 back\\slash"';
const CITY = "How is the weather in Pune?";
const STORY = "Tell a story of 300 words";
const CITIES = "How is the weather in Pune and in Goa?";

// `of` names the field of a target with the model that is asked; `told` that tool calls are answered
// and what the model then says is heard as well.
const SCENARIOS = {
  text: { of: "model", prompt: SAYING, system: "Be brief." },
  tools: { of: "model", prompt: CITY, tools: [WEATHER], told: true },
  parallel: { of: "model", prompt: CITIES, tools: [WEATHER], told: true },
  image: { of: "model", prompt: "What is this?", image: PIXEL },
  structured: { of: "model", prompt: "Name a part.", schema: PART },
  reasoning: { of: "thinker", prompt: SAYING, think: true },
  "reasoning with tools": { of: "thinker", prompt: CITY, tools: [WEATHER], think: true, told: true },
  length: { of: "model", prompt: STORY, max: 60 },
  refusal: { of: "model", prompt: "[refuse]" },
  unknown: { of: "missing", prompt: SAYING },
  invalid: { of: "sick", prompt: SAYING },
  busy: { of: "busy", prompt: SAYING },
  dying: { of: "dying", prompt: STORY, streamedOnly: true },
};

function failure(error) {
  return {
    error: {
      type: error?.constructor?.name,
      name: error?.name,
      status: error?.status ?? error?.statusCode ?? error?.status_code ?? null,
      message: String(error?.message ?? error).slice(0, 500),
    },
  };
}

async function heard(ask, request, streamed, some) {
  try {
    const first = await ask(request, streamed, some);
    if (request.told && first.calls.length > 0 && !first.then) {
      const results = first.calls.map(() => WEATHER_TOLD);
      const after = { exchange: first.exchange, results };
      const then = await ask({ ...request, after }, streamed, some);
      delete then.exchange;
      first.then = then;
    }
    delete first.exchange;
    return first;
  } catch (error) {
    return failure(error);
  }
}

async function target(ask, some) {
  const said = {};
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const model = some[scenario.of];
    if (!model) {
      continue;
    }
    said[name] = {};
    for (const way of scenario.streamedOnly ? ["streamed"] : ["plain", "streamed"]) {
      said[name][way] = await heard(ask, { ...scenario, model }, way === "streamed", some);
    }
  }
  return said;
}

// Tries again by itself, lists models, hangs up: what a client does beside asking. Several of one kind
// are done at once.
async function manners(client, wanted) {
  const said = {};
  for (const [name, models] of Object.entries(wanted)) {
    said[name] = await Promise.all(models.map((model) => client.manners[name](model).catch(failure)));
  }
  return said;
}

export async function main(make) {
  const given = JSON.parse(process.argv[2]);
  const client = await make(given);
  const result = {};
  await Promise.all(
    given.targets.map(async (some) => {
      result[some.name] = await target(client.ask, some);
    }),
  );
  if (given.manners) {
    result.manners = await manners(client, given.manners);
  }
  console.log(JSON.stringify(result));
}
