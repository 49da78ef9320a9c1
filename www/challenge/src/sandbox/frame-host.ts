/** Opens the frame in which a sandbox's workers live. */
import { frameHash } from "virtual:challenge-files";
import { FRAME_POLICY, FRAME_SCRIPT } from "./frame.ts";
import type { Interpreter } from "./files.ts";
import type { Start } from "./messages.ts";
import { START_PATIENCE, WorkerHost } from "./worker-host.ts";

/** Puts the frame into `host` and hands it the interpreter. */
export async function openFrame(
  host: HTMLElement,
  { script, wasm, library }: Interpreter,
  signal?: AbortSignal,
): Promise<WorkerHost> {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.title = "Sandbox";
  frame.hidden = true;
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${FRAME_POLICY(frameHash)}"><script>${FRAME_SCRIPT}</script>`;
  const started = ready(frame, signal);
  host.append(frame);
  try {
    await started;
  } catch (error) {
    frame.remove();
    throw error;
  }
  const { port1, port2 } = new MessageChannel();
  const start: Start = { script, wasm, files: library ? { library } : {} };
  frame.contentWindow?.postMessage(start, "*", [port2]);
  return new WorkerHost(port1, () => frame.remove());
}

/** Waits until the frame's script says that it runs. */
function ready(frame: HTMLIFrameElement, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (then: () => void) => {
      removeEventListener("message", heard);
      signal?.removeEventListener("abort", stop);
      clearTimeout(giveUp);
      then();
    };
    const heard = (event: MessageEvent) => {
      if (event.source === frame.contentWindow && event.data === "sandbox-ready") over(resolve);
    };
    const fail = (message: string) => over(() => reject(new Error(message)));
    const stop = () => fail("The sandbox was closed.");
    const giveUp = setTimeout(() => fail("The sandbox's frame does not start."), START_PATIENCE);
    addEventListener("message", heard);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
}
