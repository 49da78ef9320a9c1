/**
 * The frame: an opaque origin of its own, that may run its one script, WebAssembly and blob workers, and reach nothing.
 *
 * Its page is written as `srcdoc`, and so inherits the policy of the page around it besides its own: that policy names
 * the script below by its hash (`www/site/build/inline.ts`). This file is read by the build too, and imports nothing.
 */

/** Starts, ends and passes on; no line of a person's code runs in it. */
export const FRAME_SCRIPT = `addEventListener("message", ({ data: { script, wasm, files }, ports: [port] }) => {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const module = WebAssembly.compile(wasm);
  let worker, kept;
  async function spawn(number) {
    worker?.terminate();
    if (number === null) return;
    const mine = (worker = new Worker(address));
    const tell = (said) => mine === worker && port.postMessage({ worker: number, said });
    mine.onmessage = ({ data }) => (data.keep ? (kept = data.keep) : tell(data));
    mine.onerror = (event) => (event.preventDefault(), tell({ broken: event.message || "the worker failed" }));
    try {
      mine.postMessage({ op: "boot", module: await module, files, kept });
    } catch (error) {
      tell({ broken: String(error) });
    }
  }
  port.onmessage = ({ data }) => (data.ask ? worker?.postMessage(data.ask) : spawn(data.spawn));
}, { once: true });
parent.postMessage("sandbox-ready", "*");`;

/** What the frame may. What its workers may follows from it, for a blob inherits its maker's policy. */
export const FRAME_POLICY = (hash: string) =>
  `default-src 'none'; script-src 'sha256-${hash}' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'`;
