/**
 * Agents that reason with a language model: every vote is a question with choices. Answers are kept by their prompt, so that
 * a run can be repeated, shared and graded without the model.
 */
import type { Answerer, Question, Reply } from "../types.ts";

/** Whoever chooses one of some words for a prompt: a model, a recording, a plain rule. */
export type Ask = (prompt: string, choices: readonly string[], signal: AbortSignal) => Promise<string>;

/** Why a model gave no answer, told apart. */
export type Trouble = "blocked" | "key" | "refused" | "timeout" | "no-choice" | "cancelled" | "missing";

/** A model that gave no answer, and what a person can do about it. */
export class AskError extends Error {
  constructor(
    readonly trouble: Trouble,
    message: string,
  ) {
    super(message);
    this.name = "AskError";
  }
}

/** An endpoint that speaks OpenAI's chat completions. The key is held here, in memory, and nowhere else. */
export interface Endpoint {
  /** Up to `/v1`, as `http://localhost:11434/v1`. */
  address: string;
  model: string;
  key: string;
  /** How long an answer may take, in milliseconds. */
  patience: number;
}

/** The address of the chat completions. Throws a sentence where it is none. */
export function completions(address: string): URL {
  const trimmed = without(address.trim(), "", "/");
  let url: URL;
  try {
    url = new URL(trimmed);
  } catch (error) {
    throw new Error(`“${trimmed}” is no address. It looks like http://localhost:11434/v1.`, { cause: error });
  }
  const near = ["localhost", "127.0.0.1"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && near))
    throw new Error("The address begins with https://, or with http:// on this computer (localhost or 127.0.0.1).");
  if (url.username || url.password) throw new Error("A key belongs into its own field, not into the address.");
  if (!url.pathname.endsWith("/chat/completions")) url.pathname = `${without(url.pathname, "", "/")}/chat/completions`;
  return url;
}

/** Asks an endpoint. */
export function endpoint({ address, model, key, patience }: Endpoint): Ask {
  return async (prompt, choices, signal) => {
    const url = completions(address);
    const time = AbortSignal.timeout(patience);
    const slow = () =>
      new AskError(
        "timeout",
        `${url.host} gave no answer within ${patience / 1000} s. A smaller model is quicker; or give it more time.`,
      );
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) },
        body: JSON.stringify({
          model,
          temperature: 0,
          max_tokens: 16,
          messages: [
            { role: "system", content: "Answer with one of the choices, and with nothing else." },
            { role: "user", content: `${prompt}\nChoices: ${choices.join(", ")}` },
          ],
        }),
        // Nothing of the person's goes along but the key that they typed in.
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        // The questions, and the key, are for this address alone.
        redirect: "error",
        signal: AbortSignal.any([signal, time]),
      });
    } catch (error) {
      if (signal.aborted) throw new AskError("cancelled", "The question was taken back.");
      if (time.aborted) throw slow();
      throw new AskError("blocked", blocked(url, error));
    }
    if (response.status === 401 || response.status === 403)
      throw new AskError(
        "key",
        `${url.host} refuses the key (${response.status}). Check that it is whole, and that it may use ${model}.`,
      );
    const text = await start(response).catch(() => undefined);
    if (signal.aborted) throw new AskError("cancelled", "The question was taken back.");
    if (time.aborted) throw slow();
    if (!response.ok)
      throw new AskError("refused", `${url.host} answers ${response.status}: ${excerpt(text?.text ?? "")}`);
    if (text && !text.whole)
      throw new AskError("refused", `${url.host} answers with more than ${MOST_BYTES / 1024} KB, which is no choice.`);
    let said: unknown;
    try {
      said = JSON.parse(text?.text ?? "");
    } catch {
      throw new AskError("refused", `${url.host} answers something that is not JSON. Is the address right, up to /v1?`);
    }
    return choose(content(said), choices);
  };
}

/** An answer is some words. Of what is longer, nothing more is read. */
const MOST_BYTES = 64 * 1024;

/** The text of a response, or its first part where it is too long: then the connection is closed. */
async function start(response: Response): Promise<{ text: string; whole: boolean }> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let [text, bytes] = ["", 0];
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return { text: text + decoder.decode(), whole: true };
    bytes += part.value.length;
    if (bytes > MOST_BYTES) {
      void reader?.cancel();
      return { text, whole: false };
    }
    text += decoder.decode(part.value, { stream: true });
  }
}

/**
 * A browser tells a page nothing of why it could not read an answer: the server may be away, or may not allow this page to
 * read (CORS). Both are said, with what to set.
 */
function blocked(url: URL, error: unknown): string {
  const set =
    url.port === "11434"
      ? `start Ollama with OLLAMA_ORIGINS=${location.origin}`
      : `have it send Access-Control-Allow-Origin: ${location.origin} (and Access-Control-Allow-Headers: authorization, content-type)`;
  const why = error instanceof Error && error.message ? ` The browser says: ${error.message}.` : "";
  return `${url.host} can't be read from this page. Either nothing listens there, or it sends on to another address, which is not followed, or it does not allow this page to read its answers (CORS): ${set}.${why}`;
}

function content(said: unknown): string {
  const first = (said as { choices?: { message?: { content?: unknown } }[] } | null)?.choices?.[0]?.message?.content;
  return typeof first === "string" ? first : "";
}

/** The choice that a text means: the text itself, or the only choice that is named in it, whatever its case. */
export function choose(text: string, choices: readonly string[]): string {
  const plain = withoutThoughts(text.slice(0, MOST_BYTES)).trim();
  const bare = without(plain, "\"'`* \t\r\n", "\"'`*.! \t\r\n").toLowerCase();
  const exact = choices.find((choice) => choice.toLowerCase() === bare);
  if (exact !== undefined) return exact;
  const words = ` ${plain.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  const named = choices.filter((choice) =>
    words.includes(` ${choice.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `),
  );
  const [only] = named;
  if (named.length === 1 && only !== undefined) return only;
  throw new AskError(
    "no-choice",
    `The model said “${excerpt(plain) || "nothing"}”, which is none of: ${choices.join(", ")}.`,
  );
}

/** The text without what a model has thought aloud. Looked through once: a regular expression would begin anew at each `<think>`. */
function withoutThoughts(text: string): string {
  const from = text.indexOf("<think>");
  const to = from < 0 ? -1 : text.indexOf("</think>", from);
  return to < 0 ? text : text.slice(0, from) + text.slice(to + "</think>".length);
}

/** The text without these letters at its beginning and its end. */
function without(text: string, before: string, after: string): string {
  let [from, to] = [0, text.length];
  while (from < to && before.includes(text.charAt(from))) from += 1;
  while (to > from && after.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function excerpt(text: string): string {
  const line = text.slice(0, 1_000).replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** Answers by prompt and choices, as they came. */
export class Recording {
  private readonly answers = new Map<string, string>();

  get size(): number {
    return this.answers.size;
  }

  clear(): void {
    this.answers.clear();
  }

  /** Asks only what has no answer yet. Without `ask`, such a question is an error. */
  through(ask?: Ask): Ask {
    return async (prompt, choices, signal) => {
      const name = JSON.stringify([prompt, ...choices]);
      const known = this.answers.get(name);
      if (known !== undefined) return known;
      if (!ask)
        throw new AskError(
          "missing",
          "The recording has no answer to this question. Connect the model, and run again.",
        );
      const answer = await ask(prompt, choices, signal);
      this.answers.set(name, answer);
      return answer;
    };
  }

  /** As text, to be saved. It holds prompts and answers, and no key. */
  toText(): string {
    return JSON.stringify({ answers: [...this.answers] }, null, 1);
  }

  /** Takes over what was saved. Throws a sentence where it is something else. */
  read(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new Error("This is no recording.", { cause: error });
    }
    const list = (value as { answers?: unknown } | null)?.answers;
    const pair = (one: unknown): one is [string, string] =>
      Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === "string");
    if (!Array.isArray(list) || !list.every(pair)) throw new Error("This is no recording.");
    for (const [name, answer] of list) this.answers.set(name, answer);
  }
}

/** What an agent's character is; the agents take them in turn. */
const CHARACTERS = [
  "You like to get your way, but you want a decision today.",
  "You dislike quarrels and gladly go where most want to go.",
  "You are very hungry and want a quick decision.",
  "You are a gourmet and look at quality first.",
  "You watch your money.",
];

/**
 * Agents that put each vote to whoever answers. They propose what they like, later what they voted for, and accept what more
 * than half of all agents voted for.
 */
export class Reasoners implements Answerer {
  /** What each agent voted for last: it stands by that in the next round. */
  private readonly last = new Map<number, string>();

  constructor(
    private readonly ask: Ask,
    private readonly signal: AbortSignal,
  ) {}

  async answer(question: Question): Promise<Reply> {
    if (question.call === "propose") {
      if (question.round === 1) this.last.delete(question.agent);
      return { answer: this.last.get(question.agent) ?? question.preference, printed: "" };
    }
    if (question.call === "decide") return { answer: majority(question), printed: "" };
    const choices = [...new Set(question.proposals ?? [])];
    try {
      const answer = await this.ask(promptOf(question), choices, this.signal);
      if (!choices.includes(answer)) throw new AskError("no-choice", `“${answer}” is none of: ${choices.join(", ")}.`);
      this.last.set(question.agent, answer);
      return { answer, printed: `Round ${question.round}: agent ${question.agent} votes for ${answer}.\n` };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { problem: { kind: "answer", message: `Agent ${question.agent}: ${message}` }, printed: "" };
    }
  }
}

/** What an agent is asked: who it is, what it likes, what the others propose. The same question has the same words. */
export function promptOf({ agent, round, preference, proposals = [] }: Question): string {
  const character = CHARACTERS[(agent - 1) % CHARACTERS.length] ?? "";
  const counts = [...new Set(proposals)].map((name) => `${name} ${proposals.filter((one) => one === name).length}`);
  return `You are one of ${proposals.length} friends who want to eat together. ${character} You would like ${preference} best. In round ${round} they propose: ${counts.join(", ")}. Which do you vote for?`;
}

function majority({ votes = {}, agents }: Question): string | null {
  return Object.entries(votes).find(([, count]) => count * 2 > agents)?.[0] ?? null;
}

/**
 * The default, which needs no model: agents argue by utilities. Each rates a restaurant by how it likes it and by how many
 * want it, and gives way a little more each round; its prompt says all of that, and nothing else is looked at.
 */
export const argue: Ask = (prompt, choices) => {
  const own = /You would like (.+?) best\./.exec(prompt)?.[1] ?? "";
  const round = Number(/In round (\d+)/.exec(prompt)?.[1] ?? 1);
  const friends = Number(/one of (\d+) friends/.exec(prompt)?.[1] ?? 1);
  const wanted = (name: string) => Number(new RegExp(`[ ]${escape(name)} (\\d+)[,.]`).exec(prompt)?.[1] ?? 0);
  const points = (name: string) => (name === own ? 10 / round : taste(own, name)) + (10 * wanted(name)) / friends;
  const [best] = [...choices].sort((a, b) => points(b) - points(a) || (a < b ? -1 : 1));
  return Promise.resolve(best ?? "");
};

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** From 0 to 4: how somebody who likes one best likes another. It comes of the names alone. */
function taste(own: string, name: string): number {
  let mixed = 7;
  for (const letter of name + own.slice(0, 1)) mixed = (mixed * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return mixed % 5;
}
