/** The browser's own language model, by the Prompt API, where there is one. Some have to be downloaded first. */
import { AskError, choose, type Ask } from "./ask.ts";

/** None, one that is to be downloaded (or is just being), or one that answers. */
export type Readiness = "none" | "download" | "ready";

interface Session {
  prompt: (text: string, options: object) => Promise<string>;
  destroy: () => void;
}

interface PromptApi {
  availability: (options: object) => Promise<string>;
  create: (options: object) => Promise<Session>;
}

const TEXT = [{ type: "text", languages: ["en"] }];
const OPTIONS = { expectedInputs: TEXT, expectedOutputs: TEXT };

const api = (): PromptApi | undefined => (globalThis as { LanguageModel?: PromptApi }).LanguageModel;

export async function readiness(): Promise<Readiness> {
  const found = await api()
    ?.availability(OPTIONS)
    .catch(() => "unavailable");
  if (found === "available") return "ready";
  return found === "downloadable" || found === "downloading" ? "download" : "none";
}

/** Has the browser download its model. `progress` hears the share that is there, from 0 to 1. */
export async function download(progress: (share: number) => void, signal: AbortSignal): Promise<void> {
  const monitor = (events: EventTarget) =>
    events.addEventListener("downloadprogress", (event) => progress((event as ProgressEvent).loaded));
  (await session(signal, { monitor })).destroy();
}

/** Asks it; each question in a session of its own, so that no answer depends on another. */
export const own: Ask = async (prompt, choices, signal) => {
  const opened = await session(signal);
  let said: string;
  try {
    said = await opened.prompt(`${prompt}\nAnswer with one of these, and nothing else: ${choices.join(", ")}`, {
      signal,
      responseConstraint: { type: "string", enum: choices },
    });
  } catch (error) {
    throw told(error, signal);
  } finally {
    opened.destroy();
  }
  return choose(said, choices);
};

async function session(signal: AbortSignal, more: object = {}): Promise<Session> {
  const found = api();
  if (!found) throw new AskError("missing", "This browser has no language model of its own.");
  try {
    return await found.create({ ...OPTIONS, ...more, signal });
  } catch (error) {
    throw told(error, signal);
  }
}

/** Why there is no answer, as a sentence. */
function told(error: unknown, signal: AbortSignal): AskError {
  if (signal.aborted) return new AskError("cancelled", "The question was taken back.");
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const says = message ? ` It says: ${message.replace(/\.?$/, ".")}` : "";
  if (name === "NotAllowedError")
    return new AskError("refused", `The browser does not let this page use its model.${says}`);
  return new AskError("refused", `The browser's own model gives no answer.${says}`);
}
