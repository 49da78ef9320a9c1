// Writes tests/links/: runs as links of this version, made by the built page. Every later version must open them; so a
// link that is there is never made anew, and a new form of links gets new files beside the old ones.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { chromium, launchOptions, path } from "./playground.mjs";

/** Which scenario, how far into it, what is done there, and how many steps later the link is made. */
const RUNS = [
  { file: "raft-election", steps: 0, acts: [], more: 0 },
  {
    file: "raft-crash-leader",
    steps: 60,
    acts: ["crash 3", "partition 1 2 | 3 4 5"],
    more: 40,
  },
  {
    file: "raft-minority",
    steps: 120,
    acts: ["heal", "byzantine 2 silent", "network latency 2ms..30ms loss 3%"],
    more: 90,
  },
  { file: "raft-figure-8", steps: 20, acts: ["restart 1"], more: 0 },
  {
    file: "pbft-normal-case",
    steps: 15,
    acts: ["pause 3", "clock 2 1.5x"],
    more: 30,
  },
  { file: "pbft-lying-primary", steps: 25, acts: ["honest 1"], more: 25 },
  {
    file: "two-phase-commit-blocked",
    steps: 12,
    acts: ["restart 1"],
    more: 20,
  },
  {
    file: "two-phase-commit-by-hand",
    steps: 4,
    acts: ["drop all to 3"],
    more: 3,
  },
  { file: "restaurant-vote-majority", steps: 10, acts: ["crash 2"], more: 0 },
  { file: "raft-joint-consensus", steps: 90, acts: ["crash leader"], more: 60 },
  { file: "raft-twin-leader", steps: 40, acts: ["honest 1"], more: 20 },
  { file: "raft-snapshot", steps: 80, acts: ["request get x"], more: 40 },
  { file: "raft-lease-drift", steps: 30, acts: [], more: 0 },
  { file: "pbft-checkpoints", steps: 60, acts: ["crash 2"], more: 40 },
  { file: "pbft-state-transfer", steps: 50, acts: ["network loss 2%"], more: 40 },
  { file: "pbft-twin-primary", steps: 30, acts: [], more: 10 },
  { file: "restaurant-vote-graph", steps: 20, acts: ["pause 1"], more: 10 },
  { file: "two-phase-commit-all-yes", steps: 10, acts: ["cut 1 -> 2"], more: 10 },
  // Runs whose first links are of older cores.
  { file: "raft-election", as: "raft-election-2", steps: 0, acts: [], more: 0 },
  { file: "raft-figure-8", as: "raft-figure-8-2", steps: 20, acts: ["restart 1"], more: 0 },
  { file: "raft-joint-consensus", as: "raft-joint-consensus-2", steps: 90, acts: ["crash leader"], more: 60 },
  { file: "raft-snapshot", as: "raft-snapshot-2", steps: 80, acts: ["request get x"], more: 40 },
  { file: "raft-lease-drift", as: "raft-lease-drift-2", steps: 30, acts: [], more: 0 },
  { file: "raft-twin-leader", as: "raft-twin-leader-2", steps: 40, acts: ["pause 2"], more: 20 },
  { file: "pbft-normal-case", as: "pbft-normal-case-2", steps: 15, acts: ["pause 3", "clock 2 1.5x"], more: 30 },
  { file: "pbft-lying-primary", as: "pbft-lying-primary-2", steps: 25, acts: ["honest 1"], more: 25 },
  { file: "pbft-checkpoints", as: "pbft-checkpoints-2", steps: 60, acts: ["crash 3"], more: 40 },
  { file: "pbft-state-transfer", as: "pbft-state-transfer-2", steps: 50, acts: ["network loss 2%"], more: 40 },
  { file: "pbft-twin-primary", as: "pbft-twin-primary-2", steps: 30, acts: [], more: 10 },
  { file: "restaurant-vote-majority", as: "restaurant-vote-majority-2", steps: 10, acts: ["crash 2"], more: 0 },
  { file: "restaurant-vote-graph", as: "restaurant-vote-graph-2", steps: 20, acts: ["pause 1"], more: 10 },
  { file: "raft-joint-consensus", as: "raft-joint-consensus-3", steps: 90, acts: ["crash leader"], more: 60 },
  { file: "raft-snapshot", as: "raft-snapshot-3", steps: 80, acts: ["request get x"], more: 40 },
  { file: "raft-lease-drift", as: "raft-lease-drift-3", steps: 30, acts: [], more: 0 },
  { file: "raft-twin-leader", as: "raft-twin-leader-3", steps: 40, acts: ["pause 2"], more: 20 },
  { file: "pbft-crashed-primary", as: "pbft-crashed-primary-3", steps: 60, acts: ["restart 1"], more: 60 },
  {
    file: "two-phase-commit-blocked",
    as: "two-phase-commit-blocked-3",
    steps: 12,
    acts: ["restart 1 disk lost"],
    more: 20,
  },
  { file: "two-phase-commit-all-yes", as: "two-phase-commit-all-yes-4", steps: 10, acts: ["cut 1 -> 2"], more: 10 },
  { file: "two-phase-commit-blocked", as: "two-phase-commit-blocked-4", steps: 12, acts: ["restart 1"], more: 20 },
  { file: "two-phase-commit-by-hand", as: "two-phase-commit-by-hand-4", steps: 4, acts: ["drop all to 3"], more: 3 },
  {
    file: "two-phase-commit-three-phases",
    as: "two-phase-commit-three-phases-4",
    steps: 12,
    acts: ["pause 2"],
    more: 20,
  },
];

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { preview } = await import(
  new URL("dist/node/index.js", pathToFileURL(require.resolve("vite/package.json"))).href
);
const server = await preview({
  root: path("www/site"),
  configFile: path("www/site/vite.config.ts"),
  preview: { port: 0 },
});
const browser = await chromium.launch(launchOptions);
try {
  const page = await browser.newPage();
  await page.goto(`${server.resolvedUrls.local[0]}play.html`);
  await page.locator('consensus-playground[data-engine="ready"]').waitFor();
  await mkdir(path("tests/links"), { recursive: true });
  for (const run of RUNS) await make(page, run);
} finally {
  await browser.close();
  await server.close();
}

async function make(page, run) {
  const { link, refused } = await page.locator("consensus-playground").evaluate(
    async (element, wanted) => {
      await element.open(wanted.text);
      const refused = [];
      element.addEventListener("error", ({ detail }) => refused.push(detail.message));
      for (let step = 0; step < wanted.steps; step += 1) await element.step();
      for (const act of wanted.acts) await element.act(act);
      for (let step = 0; step < wanted.more; step += 1) await element.step();
      return { link: await element.link(), refused };
    },
    {
      ...run,
      text: await readFile(path(`tests/scenarios/${run.file}.scenario`), "utf8"),
    },
  );
  const file = path(`tests/links/${/^#(s\d+)=/.exec(link)[1]}-${run.as ?? run.file}.link`);
  const old = await access(file).then(
    () => true,
    () => false,
  );
  if (!old) await writeFile(file, `${link}\n`);
  console.log(`${file}: ${old ? "kept" : `${link.length} characters`}${refused.map((why) => `; refused: ${why}`)}`);
}
