// The boundary to JavaScript takes any value: what is wrong is refused by an `Error` that names it, and nothing else
// happens. An instance that broke down says so, and can be freed.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

const folder = new URL("../../www/engine/wasm/", import.meta.url);
const RAFT = "protocol raft\nreplicas 5\nseed 7\nat 0s request put x 1\nrun 2s\n";
let core;
/** While it is set, the next time that Rust asks JavaScript for something, the call breaks off there. */
let breaking;

before(async () => {
  core = await import(new URL("consensus_playground.js", folder).href);
  const module = new WebAssembly.Module(await readFile(new URL("consensus_playground_bg.wasm", folder)));
  const { Instance } = WebAssembly;
  // In the middle of a call, as a panic does it: Rust's frames are left, and nothing in them is tidied up.
  WebAssembly.Instance = class extends Instance {
    constructor(of, imports) {
      for (const from of Object.values(imports))
        for (const [name, real] of Object.entries(from))
          from[name] = (...args) => {
            if (breaking) throw breaking;
            return real(...args);
          };
      super(of, imports);
    }
  };
  core.initSync({ module });
  WebAssembly.Instance = Instance;
});

const text = { name: "string", fine: () => RAFT };
const number = { name: "number", fine: () => 1 };
const flag = { name: "boolean", fine: () => true };
const numbers = { name: "Uint16Array", fine: () => new Uint16Array([1]) };
const optional = (kind) => ({ ...kind, optional: true });
const span = { name: "span", fine: () => "1ms" };

/** Every method with what it takes. */
const METHODS = {
  open: { text },
  act: { line: text },
  setTask: { rules: text },
  task: {},
  answer: { agent: number, text },
  step: {},
  run: { span, ticks: optional(number), event: optional(number) },
  finish: {},
  onward: { ticks: number },
  seek: { event: number, ticks: optional(number) },
  seekTime: { time: number },
  undo: {},
  redo: {},
  switchBranch: { id: number },
  renameBranch: { id: number, name: text },
  discardBranch: { id: number },
  export: { format: { ...text, fine: () => "ndjson" }, from: optional(number), count: optional(number) },
  state: {},
  frame: { fresh: flag, whole: optional(numbers) },
  events: { from: number, count: optional(number), of: optional(numbers) },
  messages: { from: number, count: optional(number), of: optional(numbers) },
  flight: { id: number },
  explain: { event: number },
  fold: { at: optional(number) },
  foldEvent: { replica: number, index: optional(number) },
  history: {},
  population: {},
  script: {},
  traceHash: {},
};

/** Every function of the module itself. */
const FUNCTIONS = {
  benchRun: { place: number, unwatched: optional(flag) },
  electionTrials: { place: number, from: number, count: number },
  measureCost: { place: number, replicas: number },
  benchImpossibleRead: { writes: number, told: flag },
};

const WRONG = [
  undefined,
  null,
  true,
  false,
  -1,
  -0.5,
  0.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 32,
  2 ** 53,
  1e300,
  "",
  "5",
  "x".repeat(100_000),
  "\ud800",
  5n,
  Symbol("s"),
  {},
  [],
  [1],
  () => 1,
  new Date(0),
  Object.create(null),
  new Proxy(
    {},
    {
      get() {
        throw new Error("asked");
      },
    },
  ),
];

/** Whether a value is one of the kind, and so may be taken. */
function belongs({ name, optional: optional_ }, value) {
  if (optional_ && (value === undefined || value === null)) return true;
  if (name === "span") return typeof value === "string" || (typeof value === "number" && value >= 0 && value <= 9e15);
  if (name === "number") return typeof value === "number" && value >= 0 && value <= 9e15;
  return typeof value === name;
}

/** Calls with one wrong value after the other; what is none of the kind must be refused by name. */
function wrongly(call, where, takes) {
  const names = Object.keys(takes);
  for (const [place, name] of names.entries())
    for (const value of WRONG) {
      const args = names.map((one, at) => (at === place ? value : takes[one].optional ? undefined : takes[one].fine()));
      let thrown;
      try {
        call(...args);
      } catch (error) {
        thrown = error;
      }
      const told = `${where}(${names.join(", ")}) with ${name} = ${typeof value === "object" ? "an object" : String(value)}`;
      if (thrown !== undefined) {
        assert.ok(thrown instanceof Error, told);
        assert.ok(!(thrown instanceof WebAssembly.RuntimeError), `${told}: ${thrown.message}`);
        assert.doesNotMatch(
          thrown.message,
          /memory access|recursive|null pointer|unreachable|broke down|is not a/,
          told,
        );
      }
      if (belongs(takes[name], value)) continue;
      assert.ok(thrown !== undefined, `${told} was taken`);
      assert.match(thrown.message, new RegExp(`\`${name}\` must be .*, not `), told);
    }
}

test("the table is whole", () => {
  const own = Object.getOwnPropertyNames(core.Playground.prototype);
  const rest = ["constructor", "free", "__destroy_into_raw"];
  assert.deepEqual(Object.keys(METHODS).sort(), own.filter((name) => !rest.includes(name)).sort());
});

test("every method refuses every kind of wrong value by name, and the run stays as it is", () => {
  for (const [method, takes] of Object.entries(METHODS)) {
    const playground = new core.Playground();
    playground.open(RAFT);
    playground.run("300ms");
    wrongly((...args) => playground[method](...args), method, takes);
    assert.equal(typeof playground.open(RAFT).protocol, "string", method);
    playground.finish();
    assert.match(playground.traceHash(), /^[0-9a-f]{16}$/);
    playground.free();
  }
});

test("a wrong value changes nothing", () => {
  const playground = new core.Playground();
  playground.open(RAFT);
  playground.run("300ms");
  const hash = playground.traceHash();
  for (const [method, takes] of Object.entries(METHODS))
    for (const [place, name] of Object.keys(takes).entries()) {
      const args = Object.values(takes).map((kind, at) => (at === place ? Symbol("s") : kind.fine()));
      assert.throws(() => playground[method](...args), new RegExp(`\`${name}\` must be .*, not a symbol`), method);
    }
  assert.equal(playground.traceHash(), hash);
  playground.free();
});

test("every function refuses every kind of wrong value by name", () => {
  for (const [name, takes] of Object.entries(FUNCTIONS)) {
    const bounded = { ...takes };
    wrongly((...args) => (args[0] === 1 ? undefined : core[name](...args)), name, {
      [Object.keys(bounded)[0]]: number,
    });
    for (const [place, what] of Object.keys(takes).entries()) {
      const args = Object.values(takes).map((kind, at) => (at === place ? {} : kind.fine()));
      assert.throws(() => core[name](...args), new RegExp(`\`${what}\` must be .*, not an object`), name);
    }
  }
  wrongly((...args) => core.readScenario(...args), "readScenario", { text });
  wrongly((...args) => core.scenarioOffers(...args), "scenarioOffers", { text, line: number, column: number });
  wrongly((...args) => core.makeShorter(...args), "makeShorter", { text });
  const strategy = { ...text, fine: () => "swarm" };
  wrongly((...args) => core.usualBounds(...args), "usualBounds", { text, strategy });
  wrongly((...args) => new core.VoteTrials(...args).free(), "VoteTrials", { text });
  const trials = new core.VoteTrials("protocol restaurant-vote\n");
  wrongly((...args) => trials.run(...args), "VoteTrials.run", { from: number, count: { ...number, fine: () => 2 } });
  trials.free();
});

test("a random walk of calls with right and wrong values never breaks an instance", () => {
  let seed = 11;
  const draw = (below) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const playground = new core.Playground();
  const lines = [
    "crash 2",
    "crash leader",
    "restart all",
    "partition 1 2 | 3 4 5",
    "heal",
    "byzantine 1 equivocate",
    "x",
  ];
  const spans = ["1ms", "20ms", "300ms"];
  const some = [new Uint16Array(), new Uint16Array([2]), new Uint16Array([0, 3, 3, 999])];
  const good = {
    string: lines,
    number: [0, 1, 2, 3, 17, 500],
    boolean: [true, false],
    span: spans,
    Uint16Array: some,
  };
  const names = Object.keys(METHODS);
  playground.open(RAFT);
  for (let calls = 0; calls < 6000; calls += 1) {
    const method = names[draw(names.length)];
    const takes = Object.values(METHODS[method]);
    const args = takes.map(({ name }) => {
      const list = draw(4) === 0 ? WRONG.filter((one) => one !== 1e300) : good[name];
      return list[draw(list.length)];
    });
    try {
      playground[method](...args);
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.doesNotMatch(error.message, /broke down|recursive|null pointer|memory access/, `${method}, call ${calls}`);
    }
    // Time only ever goes on: what comes after too much of it would take long.
    if (playground.state().now > 60e6) playground.open(RAFT);
  }
  playground.free();
});

test("an instance that broke down says so, whatever it is asked, and can be freed", () => {
  for (const kind of [WebAssembly.RuntimeError, RangeError]) {
    const playground = new core.Playground();
    playground.open(RAFT);
    playground.run("300ms");
    breaking = new kind("the test breaks it");
    assert.throws(() => playground.step(), /^Error: the engine broke down: the test breaks it$/);
    breaking = undefined;
    for (const [method, takes] of Object.entries(METHODS)) {
      const args = Object.values(takes).map(({ fine }) => fine());
      const message =
        /^Error: this playground broke down earlier \(the test breaks it\): free it and make another one$/;
      assert.throws(() => playground[method](...args), message, method);
    }
    playground.free();
    playground.free();
    assert.throws(() => playground.step(), /^Error: this playground was freed, or is none$/);
    const other = new core.Playground();
    assert.equal(other.open(RAFT).protocol, "raft");
    other.finish();
    other.free();
  }
});

test("a vote that broke down says so, and can be freed", () => {
  const trials = new core.VoteTrials("protocol restaurant-vote\n");
  breaking = new WebAssembly.RuntimeError("unreachable");
  assert.throws(() => trials.run(0, 3), /the engine broke down: there was no memory left, most likely/);
  breaking = undefined;
  assert.throws(() => trials.setting(), /this vote broke down earlier/);
  trials.free();
});

test("a method of nothing is refused", () => {
  const { step } = core.Playground.prototype;
  for (const self of [undefined, null, {}, 5]) assert.throws(() => step.call(self), /was freed, or is none/);
});

test("work in slices comes to the same as in one go", () => {
  const opened = () => {
    const playground = new core.Playground();
    playground.open(RAFT);
    return playground;
  };
  const whole = opened();
  whole.run("2s");
  const sliced = opened();
  let slices = 0;
  for (let tick = sliced.run(0, 1); tick.more || tick.now < 2e6; slices += 1) tick = sliced.run(2e6 - tick.now, 7);
  assert.ok(slices > 10, String(slices));
  assert.equal(sliced.traceHash(), whole.traceHash());
  const [last, middle] = [whole.state().event, Math.floor(whole.state().event / 2)];
  for (const event of [middle, last, 8]) {
    whole.seek(event);
    while (sliced.seek(event, 3).more);
    assert.equal(sliced.traceHash(), whole.traceHash());
    assert.equal(sliced.state().event, event);
  }
  const stopped = opened();
  const tick = stopped.run("2s", 1000, middle);
  assert.deepEqual([tick.more, tick.event], [false, middle]);
});

test("a milestone is found, and where there is none the budget is told to be over", () => {
  const playground = new core.Playground();
  playground.open("protocol raft\nreplicas 3\nseed 2\nrun 1s\n");
  let tick = playground.onward(5000);
  assert.deepEqual([tick.marked, tick.more], [true, false]);
  while (tick.marked) tick = playground.onward(5000);
  assert.deepEqual([tick.marked, tick.more], [false, true]);
});

test("a trace comes in pieces, and they make the whole", () => {
  const playground = new core.Playground();
  playground.open(RAFT);
  playground.finish();
  const last = playground.state().event;
  for (const format of ["ndjson", "shiviz"]) {
    let pieces = "";
    for (let from = 1; from <= last; from += 50) pieces += playground.export(format, from, 50);
    assert.equal(pieces, playground.export(format));
    assert.ok(pieces.length > 1000);
  }
  assert.throws(() => playground.export("shiviz", 7), /`from` must be the event that follows the piece before, or 1/);
  playground.free();
});
