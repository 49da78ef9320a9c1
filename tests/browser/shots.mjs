// Takes pictures of the built page, at each size and in each colour scheme, into target/shots/. Somebody looks at them.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { mkdir } from "node:fs/promises";
import { act, eventNumber, opensViolation, openText, playsUntil, protocols, script, state } from "./page.mjs";
import { chromium, launchOptions, path, watch } from "./playground.mjs";

/** What is shown: a name, the hash of the page's address, and what to do before the picture is taken. */
const SCENES = [
  { name: "start", hash: "", act: async () => {} },
  { name: "partition", hash: "", act: parted },
  { name: "manual", hash: "", act: byHand },
  { name: "violation", hash: "", act: broken },
  { name: "hundreds", hash: "", act: hundreds },
];

const SIZES = [
  { width: 1280, height: 800 },
  { width: 375, height: 812 },
];

const only = process.argv[2] ?? "";
const require = createRequire(new URL("../../www/package.json", import.meta.url));
const vitePackage = require.resolve("vite/package.json");
const { preview } = await import(new URL("dist/node/index.js", pathToFileURL(vitePackage)).href);
const server = await preview({
  root: path("www/site"),
  configFile: path("www/site/vite.config.ts"),
  preview: { port: 0 },
});
const site = `${server.resolvedUrls.local[0]}play.html`;
const browser = await chromium.launch(launchOptions);
const troubles = [];
try {
  await mkdir(path("target/shots"), { recursive: true });
  SCENES.push(...(await flights()));
  for (const scene of SCENES.filter(({ name }) => name.includes(only))) {
    for (const viewport of SIZES) {
      for (const colorScheme of ["light", "dark"]) troubles.push(...(await shoot(scene, viewport, colorScheme)));
    }
  }
} finally {
  await browser.close();
  await server.close();
}
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length > 0 ? 1 : 0;

/** Each protocol's first scenario in mid-flight, by the name that the page gives it. */
async function flights() {
  const page = await browser.newPage();
  await page.goto(site, { waitUntil: "networkidle" });
  const ids = await protocols(page);
  await page.close();
  return ids.map((id) => ({
    name: `flight-${id}`,
    hash: "",
    act: async (page) => {
      await page.getByLabel("Protocol").selectOption(id);
      await until(async () => (await script(page)).includes(`protocol ${id}`));
      const from = await eventNumber(page);
      await playsUntil(
        page,
        ({ event, flights, finished }) => finished || (event > from + 12 && flights.length > 1),
        0.03,
      );
    },
  }));
}

async function parted(page) {
  await playsUntil(page, ({ decisions }) => decisions.length > 0, 1);
  const ids = (await state(page)).nodes.map((node) => node.id);
  const half = Math.floor(ids.length / 2);
  await act(page, `partition ${ids.slice(0, half).join(" ")} | ${ids.slice(half).join(" ")}`);
  const example = await page.getByLabel("Request", { exact: true }).inputValue();
  await act(page, `request ${example}`);
  const { event } = await state(page);
  await playsUntil(page, (now) => now.event > event + 8, 0.05);
}

async function byHand(page) {
  await page.getByLabel("Deliver messages only when I click them").check();
  await page.getByRole("button", { name: "Deliver the oldest" }).click();
  await page.locator("button[data-message]").first().click();
  await page.evaluate(() => window.scrollTo(0, 0));
}

async function broken(page) {
  if (!(await opensViolation(page))) throw new Error("no scenario of the gallery breaks a property");
  await page.locator("cp-badges .bad").first().click();
  await page.waitForTimeout(400);
}

async function hundreds(page) {
  const [head] = (await script(page)).match(/^protocol .*/m);
  await openText(page, `${head}\nreplicas 200\nseed 1\n`);
  await page.waitForTimeout(400);
}

async function until(holds) {
  for (let tries = 0; tries < 100 && !(await holds()); tries += 1) await new Promise((next) => setTimeout(next, 50));
}

async function shoot({ name, hash, act }, viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  const shot = `${name}-${viewport.width}x${viewport.height}-${colorScheme}`;
  const seen = watch(page);
  await page.goto(`${site}${hash ? `#${hash}` : ""}`, {
    waitUntil: "networkidle",
  });
  await act(page);
  await page.waitForTimeout(200);
  const { scrollWidth } = await page.evaluate(() => document.documentElement);
  if (scrollWidth > viewport.width) seen.push(`scrolls sideways: ${scrollWidth} px in ${viewport.width}`);
  await page.screenshot({ path: path(`target/shots/${shot}.png`) });
  await page.close();
  console.log(`target/shots/${shot}.png`);
  return seen.map((trouble) => `${shot}: ${trouble}`);
}
