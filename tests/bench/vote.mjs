// How many trials of the restaurant vote the closed loop in wasm carries out in a second, on one core. Six agents. Seconds
// are those that the processor spent on it, so that it matters little what else runs.
import { readFile } from "node:fs/promises";
import { cpuUsage } from "node:process";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const core = await import(new URL("consensus_playground.js", folder).href);
core.initSync({ module: await readFile(new URL("consensus_playground_bg.wasm", folder)) });

const SETUPS = {
  "random votes, plurality": "set rule plurality",
  "random votes, giving way": "set preference-change conform",
  "random votes, majority": "",
  "five strategies":
    "set strategy 1 own\nset strategy 2 utility\nset strategy 5 popular\nset preference-change conform",
  "averaging, two thirds": "set strategy utility\nset preference-change average\nset rule two-thirds",
  "a random liar": "set preference-change conform\nbyzantine 6 random",
};

for (const [name, lines] of Object.entries(SETUPS)) {
  const trials = new core.VoteTrials(`protocol restaurant-vote\nreplicas 6\n${lines}\n`);
  const slice = 10_000;
  let [done, rounds, never] = [0, 0, 0];
  const start = cpuUsage();
  const spent = () => cpuUsage(start).user / 1e6;
  while (spent() < 1.5) {
    for (const used of trials.run(done, slice).rounds) {
      rounds += used;
      never += used === 0 ? 1 : 0;
    }
    done += slice;
  }
  const seconds = spent();
  const mean = (rounds / Math.max(1, done - never)).toFixed(1);
  const share = ((100 * never) / done).toFixed(1);
  console.log(`${name.padEnd(26)} ${Math.round(done / seconds)} trials/s, ${mean} rounds each, ${share} % never`);
}
