// All that openai for Node offers for what it leaves with a server, one thing after the other. One line
// of JSON says what came of each, before each model: the words of `keeping_client.py`.
//
// node keeping.mjs '{"base":…,"key":…,"models":[{"name":…,"slow":…},…]}'
import OpenAI from "openai";

const given = JSON.parse(process.argv[2]);
const client = new OpenAI({ baseURL: `${given.base}/v1`, apiKey: given.key });

async function all(list) {
  const found = [];
  for await (const one of list) {
    found.push(one);
  }
  return found;
}

// What was said, by whom, without what was thought.
function texts(items) {
  return items
    .filter((item) => item.type === "message")
    .map((item) => `${item.role}: ${item.content.map((part) => part.text).join("")}`);
}

async function gone(ask) {
  try {
    await ask();
    return "still there";
  } catch (error) {
    if (error instanceof OpenAI.NotFoundError) {
      return error.code;
    }
    throw error;
  }
}

const said = (word) => `Say "${word}"`;

async function answers(model) {
  const first = await client.responses.create({ model, input: said("one") });
  const again = await client.responses.retrieve(first.id);
  const second = await client.responses.create({
    model,
    input: said("two"),
    previous_response_id: first.id,
  });
  const items = await all(
    client.responses.inputItems.list(second.id, { order: "asc", limit: 2 }),
  );
  const count = await client.responses.inputTokens.count({
    model,
    input: said("three"),
    previous_response_id: second.id,
  });
  await client.responses.delete(first.id);
  return {
    texts: [first.output_text, textOf(again), second.output_text],
    items: texts(items),
    counted: count.input_tokens > 10,
    gone: await gone(() => client.responses.retrieve(first.id)),
    unknown: await gone(() => client.responses.inputItems.list("resp_none")),
  };
}

async function conversations(model) {
  const made = await client.conversations.create({
    metadata: { of: "tests" },
    items: [{ role: "user", content: "Hello" }],
  });
  const answered = await client.responses.create({
    model,
    input: said("one"),
    conversation: made.id,
  });
  const added = await client.conversations.items.create(made.id, {
    items: [
      { role: "user", content: "Wait" },
      { role: "user", content: "Or not" },
    ],
  });
  const of = { conversation_id: made.id };
  await client.conversations.items.delete(added.data[1].id, of);
  const listed = await all(client.conversations.items.list(made.id, { order: "asc", limit: 2 }));
  const one = await client.conversations.items.retrieve(added.data[0].id, of);
  const changed = await client.conversations.update(made.id, { metadata: { of: "nobody" } });
  const again = await client.conversations.retrieve(made.id);
  const deleted = await client.conversations.delete(made.id);
  return {
    text: answered.output_text,
    of: [made.metadata, changed.metadata, again.metadata],
    items: texts(listed),
    one: texts([one]),
    deleted: deleted.deleted,
    gone: await gone(() => client.conversations.retrieve(made.id)),
  };
}

async function background(model, slow) {
  const started = await client.responses.create({
    model: slow,
    input: said("one"),
    background: true,
  });
  const stopped = await client.responses.cancel(started.id);
  const again = await client.responses.retrieve(started.id);
  const whole = await all(
    await client.responses.create({
      model,
      input: said("two"),
      background: true,
      stream: true,
    }),
  );
  const rest = await all(
    await client.responses.retrieve(whole[0].response.id, {
      stream: true,
      starting_after: whole[0].sequence_number,
    }),
  );
  return {
    started: ["queued", "in_progress"].includes(started.status),
    stopped: [stopped.status, again.status],
    text: textOf(whole.at(-1).response),
    resumed: JSON.stringify(rest) === JSON.stringify(whole.slice(1)),
  };
}

async function compactions(model) {
  const first = await client.responses.create({ model, input: said("one") });
  const cut = await client.responses.compact({
    model,
    input: said("two"),
    previous_response_id: first.id,
  });
  const then = await client.responses.create({
    model,
    input: [...cut.output, { role: "user", content: "And now?" }],
  });
  return {
    object: cut.object,
    sealed: cut.output
      .filter((item) => item.type === "compaction")
      .map((item) => Boolean(item.encrypted_content)),
    used: cut.usage.total_tokens > 0,
    then: [then.status, then.output_text.length > 0],
  };
}

function textOf(response) {
  return texts(response.output).join("").replace("assistant: ", "");
}

const result = {};
await Promise.all(
  given.models.map(async ({ name, slow }) => {
    const did = {};
    result[name] = did;
    for (const [what, ask] of Object.entries({
      answers: () => answers(name),
      conversations: () => conversations(name),
      background: () => background(name, slow),
      compactions: () => compactions(name),
    })) {
      try {
        did[what] = await ask();
      } catch (error) {
        did[what] = String(error?.stack ?? error).slice(0, 1500);
      }
    }
  }),
);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
