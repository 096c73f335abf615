// Calls the gateway at a fixed rate with the official OpenAI SDK, plain and streamed in turn, until
// the time is over or standard input ends, and prints one line of JSON saying what became of every
// call.
//
// node storm.mjs BASE_URL API_KEY RATE_PER_SECOND SECONDS MODEL
import OpenAI from "openai";

const [base, key, rate, seconds, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base, apiKey: key, maxRetries: 0, timeout: 30_000 });
const result = {
  sent: 0,
  plain: 0,
  streamed: 0,
  // Whole answers.
  served: 0,
  // No answer at all: the client saw an error before the first token.
  lost: [],
  // Part of an answer, then an error the SDK raised: honest.
  toldBroken: 0,
  // Part of an answer, then an end that looks like success: dishonest.
  silentlyBroken: 0,
  slowestMillis: 0,
};

async function plain(n) {
  const answer = await client.chat.completions.create({
    model,
    max_tokens: 16,
    messages: [{ role: "user", content: `Say something about relays, number ${n}.` }],
  });
  if (!answer.choices[0].message.content || !answer.choices[0].finish_reason) {
    result.silentlyBroken++;
    return;
  }
  result.served++;
}

async function streamed(n) {
  let text = "";
  let finished = false;
  try {
    const stream = await client.chat.completions.create({
      model,
      stream: true,
      max_tokens: 16,
      messages: [{ role: "user", content: `Say something about breakers, number ${n}.` }],
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? "";
      finished ||= Boolean(chunk.choices[0]?.finish_reason);
    }
  } catch (error) {
    if (text === "") {
      throw error;
    }
    result.toldBroken++;
    return;
  }
  if (!finished || text.includes("\uFFFD")) {
    result.silentlyBroken++;
    return;
  }
  result.served++;
}

async function call(n) {
  const started = performance.now();
  result.sent++;
  try {
    if (n % 2 === 0) {
      result.plain++;
      await plain(n);
    } else {
      result.streamed++;
      await streamed(n);
    }
  } catch (error) {
    result.lost.push(`${error.status ?? ""} ${error.message}`.slice(0, 300));
  }
  result.slowestMillis = Math.max(result.slowestMillis, Math.round(performance.now() - started));
}

const running = [];
const begin = performance.now();
let total = Math.round(rate * seconds);
process.stdin.on("end", () => (total = 0)).resume();
await new Promise((done) => {
  let n = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * rate));
    while (n < due) {
      running.push(call(n++));
    }
    if (n >= total) {
      clearInterval(timer);
      done();
    }
  }, 5);
});
await Promise.all(running);
console.log(JSON.stringify(result));
process.exit(0);
