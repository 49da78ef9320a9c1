// A million events of Raft with 5 servers under load, recorded: the memory that takes, and what a seek costs.
// Runs where `core` was initialised: in Node and in a page alike.

const TEXT = "protocol raft\nreplicas 5\nseed 1\nworkload clients 2 rate 20/s keys 5\n";

/** Plays a million events and seeks `seeks` random places. `now` tells milliseconds. */
export function longRun(core, now, events = 1_000_000, seeks = 300) {
  const playground = new core.Playground();
  playground.open(TEXT);
  const started = now();
  let tick = playground.run("10s");
  while (tick.event < events) tick = playground.run("10s");
  const recorded = now() - started;
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const times = [];
  for (let count = 0; count < seeks; count += 1) {
    const place = random(tick.event) + 1;
    const before = now();
    playground.seek(place);
    playground.frame(true);
    times.push(now() - before);
  }
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  return { events: tick.event, recorded, median: at(0.5), p99: at(0.99), worst: times.at(-1), playground };
}

/** The figures as a line. */
export function told(where, { events, recorded, median, p99, worst }, bytes) {
  const ms = (time) => `${time.toFixed(1)} ms`;
  const memory = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `${where}: ${events} events recorded in ${ms(recorded)}, ${memory}; seek with its frame: median ${ms(median)}, 99 % ${ms(p99)}, worst ${ms(worst)}`;
}
