// Lines that do something, made up at random: every act, with every selector in every place, fitting or not.

const SELECTORS = "1 2 3 4 9 0 c1 c2 c8 c64 c65 leader primary followers all".split(" ");
const ACTS = [
  "crash {}",
  "crash {} after 2 sends",
  "restart {}",
  "restart {} disk lost",
  "pause {}",
  "resume {}",
  "clock {} 1.5x",
  "partition {} | {}",
  "cut {} -> {}",
  "heal",
  "heal {} -> {}",
  "network {} -> {} latency 3ms",
  "network loss 7% reorder off",
  "network manual",
  "network automatic",
  "honest {}",
  "answer {} Pizza # or not",
  "deliver all",
  "drop all",
  "duplicate all",
  "delay all from {} by 3ms",
  "workload clients 2 rate 40/s keys 2",
  "workload off",
];

/** Numbers below another one, from a seed. */
export function chance(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** How each act of a protocol is written, with `{}` wherever somebody is named. */
export function templates(protocol, ways) {
  return [
    ...ACTS,
    ...protocol.timers.map(({ name }) => `fire ${name} of {}`),
    ...ways.flatMap(({ name }) => [`byzantine {} ${name}`, `byzantine {} ${name} {}`, `byzantine {} ${name} {} | {}`]),
    ...protocol.messages.flatMap(({ name }) =>
      ["deliver", "drop", "duplicate"].map((verb) => `${verb} ${name} from {} to {}`),
    ),
    ...protocol.commands.flatMap(({ example }) => [
      `request ${example} to {}`,
      `request ${example} from {}`,
      `request ${example} from {} to {}`,
    ]),
  ];
}

/**
 * Does things at random by hand in a run of a protocol, back and forth. A refusal names its reason and changes nothing;
 * anything else that is thrown is a find. The script of it is read again, and leads to the same run.
 */
export function byHand(core, protocol, ways, seed) {
  const pick = chance(seed);
  const all = templates(protocol, ways);
  const [{ example }] = protocol.commands;
  const run = new core.Playground();
  run.open(`protocol ${protocol.id}\nreplicas 4\nseed ${seed}\nat 250ms request ${example}\nrun 30ms\n`);
  run.finish();
  for (let count = 0; count < 24; count += 1) {
    const what = pick(8);
    if (what < 5)
      act(
        run,
        all[pick(all.length)].replaceAll("{}", () => SELECTORS[pick(SELECTORS.length)]),
      );
    else if (what === 5) run.run(pick(100_000));
    else if (what === 6) run.seek(pick(run.events(1).length + 1));
    else run.undo();
  }
  run.seek(2 ** 31);
  const again = new core.Playground();
  again.open(run.script());
  const end = Math.max(run.finish().now, again.finish().now) + 1;
  const hashes = [run, again].map((one) => {
    one.run(end - one.state().now);
    return one.traceHash();
  });
  if (hashes[0] !== hashes[1]) throw new Error(`seed ${seed} leads elsewhere:\n${run.script()}`);
  run.free();
  again.free();
}

function act(run, line) {
  const before = run.traceHash();
  try {
    run.act(line);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof WebAssembly.RuntimeError || !error.message) throw error;
    if (run.traceHash() !== before) throw new Error(`${line}: a refusal changes something`, { cause: error });
  }
}
