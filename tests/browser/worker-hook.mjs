// A worker that can be made to fail: put before the shipped worker's script on its way into the page. Nothing of it is in
// the site itself.

/** Hears what the test asks for before the engine's own listener does. */
const HOOK = `
{
  let plan = {};
  const low = { at: 16 };
  const say = (memory, panicked, text) => {
    const bytes = new TextEncoder().encode(text);
    const place = new Uint8Array(memory.buffer, low.at, bytes.length);
    const before = place.slice();
    place.set(bytes);
    panicked(low.at, bytes.length);
    place.set(before);
  };
  self.addEventListener("message", (event) => {
    if (!event.data.plan) return;
    event.stopImmediatePropagation();
    plan = event.data.plan;
    if (plan.closes) self.close();
  });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (source, imports) => {
      const made = await real(source, imports);
      const instance = made.instance ?? made;
      const panicked = Object.values(imports).flatMap(Object.entries).find(([key]) => key.includes("panicked"))[1];
      const exports = { ...instance.exports };
      for (const [key, call] of Object.entries(exports)) {
        if (!key.startsWith("playground_")) continue;
        exports[key] = (...args) => {
          if (plan.op && key !== "playground_" + plan.op) return call(...args);
          if (plan.blocks) for (const end = Date.now() + plan.blocks; Date.now() < end; );
          if (plan.panics) {
            say(exports.memory, panicked, plan.panics);
            throw new WebAssembly.RuntimeError("unreachable");
          }
          return call(...args);
        };
      }
      return { module: source, instance: { exports } };
    };
  }
}
`;

/** Puts something before the worker's script; without more, the hook above. */
export async function hooked(page, before = HOOK) {
  await page.route(/assets\/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: before + (await response.text()) });
  });
}

/** What the hooked worker does from now on: `{ op, panics: "why" }`, `{ op, blocks: ms }`, `{ closes: true }`, or `{}`. */
export const plan = (page, what) =>
  page.locator("consensus-playground").evaluate((one, told) => one.run.client.worker.postMessage({ plan: told }), what);
