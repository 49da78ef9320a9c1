// The element as a guest: in a slide deck, in a page with a style of its own, under a policy, from another origin, on paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, expect, launchOptions, path, watch } from "../browser/playground.mjs";
import { serve } from "./serving.mjs";

const folder = path("target/package");
const LINE = 'scenario="raft-minority"';
const page = (body, head = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8" />
  <link rel="icon" href="data:," /><title>A host</title>${head}</head><body>${body}</body></html>`;

let browser;
let cdn;

before(async () => {
  browser = await chromium.launch(launchOptions);
  cdn = await serve(folder, { headers: { "access-control-allow-origin": "*" } });
});
after(async () => {
  await browser?.close();
  cdn?.close();
});

const script = (file = "element.js") => `<script type="module" src="${cdn.address}${file}"></script>`;

/** Opens a page on an origin of its own; `expected` are the troubles that it must end with. */
async function host(html, work, { headers, root = folder, expected = [] } = {}) {
  const site = await serve(root, { headers, pages: { "/index.html": html } });
  const tab = await browser.newPage();
  const troubles = watch(tab);
  try {
    await tab.goto(site.address);
    await work(tab, site);
    for (const [at, trouble] of troubles.entries()) assert.match(trouble, expected[at] ?? /^$/);
  } finally {
    await tab.close();
    site.close();
  }
}

const ready = (place) => expect(place.locator('consensus-playground[data-engine="ready"]').first()).toBeAttached();
const stage = (tab) => tab.locator(".view").first();

test("in a reveal.js deck the arrows step the run, letters go into the field, and Escape and other keys walk the deck", async () => {
  const deck = page(
    `<div class="reveal"><div class="slides">
      <section>One</section>
      <section><consensus-playground ${LINE}></consensus-playground></section>
      <section>Three</section>
    </div></div>
    <script type="module">
      import Reveal from "./dist/reveal.mjs";
      globalThis.deck = new Reveal({ transition: "none", hash: false });
      await deck.initialize();
    </script>${script()}`,
    `<link rel="stylesheet" href="dist/reveal.css" /><link rel="stylesheet" href="dist/theme/black.css" />`,
  );
  await host(
    deck,
    async (tab) => {
      const slide = () => tab.evaluate(() => globalThis.deck.getIndices().h);
      const event = () => tab.locator("consensus-playground").evaluate((one) => one.event);
      await tab.keyboard.press("ArrowRight");
      await expect.poll(slide).toBe(1);
      await ready(tab);
      await stage(tab).focus();
      const events = [await event()];
      for (let step = 0; step < 3; step += 1) {
        await tab.keyboard.press("ArrowRight");
        await expect.poll(event).toBeGreaterThan(events.at(-1));
        events.push(await event());
      }
      await tab.keyboard.press("ArrowLeft");
      await expect.poll(event).toBe(events.at(-2));
      assert.equal(await slide(), 1);
      await tab.getByRole("button", { name: "Scenario text" }).click();
      const field = tab.locator("cp-scenario .cm-content");
      await field.click();
      await tab.keyboard.type("b. f");
      await expect(field).toContainText("b. f");
      assert.deepEqual(await tab.evaluate(() => [globalThis.deck.isPaused(), globalThis.deck.isOverview()]), [
        false,
        false,
      ]);
      await tab.keyboard.press("Escape");
      await stage(tab).focus();
      // What the playground has no use for is the deck's.
      await tab.keyboard.press("n");
      await expect.poll(slide).toBe(2);
      await tab.keyboard.press("p");
      await expect.poll(slide).toBe(1);
    },
    { root: path("www/node_modules/reveal.js") },
  );
});

test("a host hears no key that the element has used, and all others", async () => {
  const small = page(
    `<consensus-playground view="compact" controls="play step" ${LINE}></consensus-playground>
    <consensus-playground ${LINE}></consensus-playground>${script()}
    <script>
      globalThis.heard = [];
      for (const type of ["keydown", "keypress", "keyup"]) addEventListener(type, ({ key }) => heard.push(type + " " + key));
      addEventListener("wheel", ({ ctrlKey }) => heard.push(ctrlKey ? "ctrl-wheel" : "wheel"), { passive: true });
    </script>`,
  );
  await host(small, async (tab) => {
    const heard = () => tab.evaluate(() => globalThis.heard.splice(0));
    await expect(tab.locator('consensus-playground[data-engine="ready"]')).toHaveCount(2);
    const [compact, full] = [stage(tab), tab.locator(".app.full .view")];
    await compact.focus();
    for (const key of ["ArrowRight", "ArrowLeft", " ", "k"]) await tab.keyboard.press(key);
    assert.deepEqual(await heard(), []);
    // The compact view has no drawers.
    for (const key of ["b", "n", "ArrowDown", "PageDown"]) await tab.keyboard.press(key);
    const words = (await heard()).filter((one) => one.startsWith("keydown"));
    assert.deepEqual(words, ["keydown b", "keydown n", "keydown ArrowDown", "keydown PageDown"]);
    await full.focus();
    for (const key of ["ArrowRight", "1", "Escape", "b"]) await tab.keyboard.press(key);
    assert.deepEqual(await heard(), []);
    await full.focus();
    for (const key of ["Escape", "x"]) await tab.keyboard.press(key);
    assert.deepEqual(
      (await heard()).filter((one) => one.startsWith("keydown")),
      ["keydown Escape", "keydown x"],
    );
    await tab.locator(".app.full cp-transport").getByRole("button", { name: "Step" }).first().focus();
    await tab.keyboard.press("Enter");
    await tab.keyboard.press(" ");
    assert.deepEqual(await heard(), []);
    const diagram = tab.locator("cp-space-time").first();
    await diagram.hover();
    await tab.mouse.wheel(0, 10);
    await expect.poll(heard).toEqual(["wheel"]);
    await tab.keyboard.down("Control");
    await heard();
    await tab.mouse.wheel(0, -100);
    await tab.keyboard.up("Control");
    await expect
      .poll(() =>
        tab
          .locator("consensus-playground")
          .nth(1)
          .evaluate((one) => one.event),
      )
      .toBeGreaterThan(0);
    assert.ok(!(await heard()).includes("ctrl-wheel"));
  });
});

test("what a host says of its own text is not handed down", async () => {
  const style = `<style>body { text-align: center; color: #a0f; font: oblique 20deg 40px/3 serif; text-transform: capitalize;
    letter-spacing: 4px; white-space: pre; text-indent: 50px; text-shadow: 2px 2px red; cursor: none }</style>`;
  const body = `<consensus-playground view="compact" ${LINE}></consensus-playground>
    <consensus-lesson><script type="text/markdown"># A lesson\n\n## One\n\nText.\n</script></consensus-lesson>${script()}`;
  const inner = (tab) =>
    tab.evaluate(() => {
      const deep = [...document.querySelectorAll("consensus-playground, consensus-lesson")].flatMap(
        ({ shadowRoot }) => [...shadowRoot.querySelectorAll("*")],
      );
      const names = ["textTransform", "letterSpacing", "whiteSpace", "textIndent", "textShadow", "fontStyle", "color"];
      const bad = {
        textTransform: "capitalize",
        letterSpacing: "4px",
        whiteSpace: "pre",
        textIndent: "50px",
        fontStyle: "oblique 20deg",
        color: "rgb(170, 0, 255)",
      };
      const found = deep.flatMap((one) => {
        const style = getComputedStyle(one);
        return names.filter((name) => style[name] === bad[name] || (name === "textShadow" && style[name] !== "none"));
      });
      return [
        deep.length > 20,
        deep.some((one) => parseFloat(getComputedStyle(one).fontSize) > 36),
        [...new Set(found)],
      ];
    });
  await host(page(body, style), async (tab) => {
    await ready(tab);
    await expect(tab.locator("cp-caption p")).toHaveCSS("text-align", "start");
    await expect.poll(() => inner(tab)).toEqual([true, false, []]);
  });
});

test("twelve on one page compile the wasm once, rest out of sight, and take neither focus nor scroll", async () => {
  const counts = `<script>
      globalThis.compiled = 0;
      for (const name of ["compile", "compileStreaming"]) {
        const real = WebAssembly[name];
        WebAssembly[name] = (...all) => ((compiled += 1), real.apply(WebAssembly, all));
      }
    </script>`;
  const many = `<p>Text.</p>${`<consensus-playground view="compact" autoplay speed="1" ${LINE}></consensus-playground>`.repeat(12)}`;
  await host(page(`${many}${script()}`, counts), async (tab) => {
    await expect(tab.locator('consensus-playground[data-engine="ready"]')).toHaveCount(12, { timeout: 30_000 });
    const all = () => tab.evaluate(() => [...document.querySelectorAll("consensus-playground")].map(({ now }) => now));
    await expect.poll(async () => (await all())[0]).toBeGreaterThan(0);
    assert.equal((await all()).at(-1), 0);
    assert.deepEqual(
      await tab.evaluate(() => [globalThis.compiled, scrollY, document.activeElement === document.body]),
      [1, 0, true],
    );
  });
});

test("under a strict policy it runs with what is documented, and without that it says what is missing and leads to its page", async () => {
  const origin = new URL(cdn.address).origin;
  const body = `<consensus-playground view="compact" full-page="https://example.org/embed.html" ${LINE}></consensus-playground>${script()}`;
  const policy = (parts) => ({ "content-security-policy": `default-src 'none'; img-src data:; ${parts}` });
  const enough = `script-src ${origin} 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'`;
  await host(page(body), ready, { headers: policy(enough) });
  const lacking = [
    [enough.replace("worker-src blob:", "worker-src 'self'"), "worker-src"],
    [enough.replace(" 'wasm-unsafe-eval'", ""), "script-src"],
  ];
  for (const [parts, directive] of lacking)
    await host(
      page(body),
      async (tab) => {
        const alert = tab.locator("[role=alert]");
        await expect(alert).toContainText("content security policy");
        await expect(alert).toContainText(directive);
        const link = alert.getByRole("link");
        await expect(link).toHaveAttribute("href", "https://example.org/embed.html?scenario=raft-minority");
      },
      { headers: policy(parts), expected: Array(4).fill(/Content Security Policy/) },
    );
});

test("on paper there is the picture, in its size, and nothing to press", async () => {
  await host(page(`<consensus-playground ${LINE}></consensus-playground>${script()}`), async (tab) => {
    await ready(tab);
    await tab.emulateMedia({ media: "print", colorScheme: "dark" });
    const screen = await tab.locator("cp-stage").boundingBox();
    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const printed = await tab.locator("cp-stage").boundingBox();
    assert.ok(printed.width <= 661 && printed.height > 60, JSON.stringify([screen, printed]));
    await expect(tab.locator("canvas").first()).toBeVisible();
    await expect(tab.locator("cp-transport, cp-header").locator("visible=true")).toHaveCount(0);
    await expect(tab.locator("cp-stage")).toHaveCSS("color-scheme", "light");
    await tab.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.equal(await tab.locator("cp-stage").getAttribute("style"), "");
  });
});

test("a frame tells its height by the names that its host listens to", async () => {
  const site = path("dist");
  const frame = `<script>globalThis.heard = []; addEventListener("message", ({ data }) => heard.push(data));</script>
    <iframe title="Playground" src="embed.html?view=compact&resize=lti,h5p&scenario=raft-minority" style="width: 600px"></iframe>`;
  await host(
    page(frame),
    async (tab) => {
      const told = () => tab.evaluate(() => globalThis.heard.slice(-3));
      await ready(tab.frameLocator("iframe"));
      const height = 420;
      await expect.poll(told).toEqual([
        { type: "consensus-playground:height", height },
        { subject: "lti.frameResize", height },
        { context: "h5p", action: "resize", scrollHeight: height, clientHeight: height },
      ]);
    },
    { root: site },
  );
});
