/** The challenge's sandbox: `import()` this when a person wants to run code. */
import type { OpenSandbox } from "../types.ts";
import { interpreter } from "./files.ts";
import { openFrame } from "./frame-host.ts";
import { Sandbox } from "./sandbox.ts";

export { canRun } from "./files.ts";

export const openSandbox: OpenSandbox = async (language, host, onLoading, signal) => {
  // The files are the page's: another sandbox will want them, so they go on being loaded.
  const files = await unless(signal, interpreter(language, onLoading));
  onLoading("Starting", 0, 0);
  const frame = await openFrame(host, files, signal);
  const dispose = () => frame.dispose();
  signal?.addEventListener("abort", dispose);
  try {
    await frame.spawn();
    return new Sandbox(language, frame);
  } catch (error) {
    dispose();
    throw error;
  } finally {
    signal?.removeEventListener("abort", dispose);
  }
};

/** What a promise gives, or a rejection as soon as the signal is aborted. */
function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error("The sandbox was closed."));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The published harness, as the file that a person downloads: its name and text. */
export async function harnessFile(language: "python" | "javascript"): Promise<{ name: string; text: string }> {
  return language === "python"
    ? { name: "harness.py", text: (await import("../harness/harness.py?raw")).default }
    : { name: "harness.js", text: (await import("../harness/harness.js?raw")).default };
}
