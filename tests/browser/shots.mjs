// Takes pictures of the built page, at each size and in each colour scheme, into target/shots/. Somebody looks at them.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { mkdir } from "node:fs/promises";
import { chromium, launchOptions, path, watch } from "./playground.mjs";

/** What is shown: a name, the hash of the page's address, and what to do before the picture is taken. */
const SCENES = [{ name: "start", hash: "", act: async () => {} }];

const SIZES = [
  { width: 1280, height: 800 },
  { width: 375, height: 812 },
];

const only = process.argv[2] ?? "";
const require = createRequire(
  new URL("../../www/package.json", import.meta.url),
);
const vitePackage = require.resolve("vite/package.json");
const { preview } = await import(
  new URL("dist/node/index.js", pathToFileURL(vitePackage)).href
);
const server = await preview({
  root: path("www"),
  configFile: path("www/vite.config.ts"),
  preview: { port: 0 },
});
const site = server.resolvedUrls.local[0];
const browser = await chromium.launch(launchOptions);
const troubles = [];
try {
  await mkdir(path("target/shots"), { recursive: true });
  for (const scene of SCENES.filter(({ name }) => name.includes(only))) {
    for (const viewport of SIZES) {
      for (const colorScheme of ["light", "dark"])
        troubles.push(...(await shoot(scene, viewport, colorScheme)));
    }
  }
} finally {
  await browser.close();
  await server.close();
}
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length > 0 ? 1 : 0;

async function shoot({ name, hash, act }, viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  const shot = `${name}-${viewport.width}x${viewport.height}-${colorScheme}`;
  const seen = watch(page);
  await page.goto(`${site}${hash ? `#${hash}` : ""}`, {
    waitUntil: "networkidle",
  });
  await act(page);
  const { scrollWidth } = await page.evaluate(() => document.documentElement);
  if (scrollWidth > viewport.width)
    seen.push(`scrolls sideways: ${scrollWidth} px in ${viewport.width}`);
  await page.screenshot({ path: path(`target/shots/${shot}.png`) });
  await page.close();
  console.log(`target/shots/${shot}.png`);
  return seen.map((trouble) => `${shot}: ${trouble}`);
}
