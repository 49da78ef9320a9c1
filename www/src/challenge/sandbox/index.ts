/** The challenge's sandbox: `import()` this when a person wants to run code. */
import type { OpenSandbox } from "../types.ts";
import { interpreter } from "./files.ts";
import { FrameHost } from "./frame-host.ts";
import { Sandbox } from "./sandbox.ts";

export { canRun } from "./files.ts";

export const openSandbox: OpenSandbox = async (language, host, onLoading) => {
  const files = await interpreter(language, onLoading);
  onLoading("Starting", 0, 0);
  const frame = await FrameHost.open(host, files);
  try {
    await frame.spawn();
  } catch (error) {
    frame.dispose();
    throw error;
  }
  return new Sandbox(language, frame);
};

/** The published harness, as the file that a person downloads: its name and text. */
export async function harnessFile(language: "python" | "javascript"): Promise<{ name: string; text: string }> {
  return language === "python"
    ? { name: "harness.py", text: (await import("../harness/harness.py?raw")).default }
    : { name: "harness.js", text: (await import("../harness/harness.js?raw")).default };
}
