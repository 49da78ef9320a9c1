// A Firefox driven by WebDriver BiDi, which it speaks by itself: opens pages and asks in all of their frames.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { WebSocket } = createRequire(new URL("../../www/package.json", import.meta.url))("ws");

/** `settings` are those of `about:config`. */
export async function firefox(program, settings = {}) {
  const profile = mkdtempSync(join(tmpdir(), "firefox-"));
  const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const own = spawn(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]);
  const address = await new Promise((found, failed) => {
    let said = "";
    own.stderr.on("data", (text) => {
      said += text;
      const [, at] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? [];
      if (at) found(at);
    });
    own.on("exit", () => failed(new Error(`Firefox ended: ${said.slice(-400)}`)));
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((opens, fails) => socket.on("open", opens).on("error", fails));
  const [waiting, hearers] = [new Map(), new Map()];
  socket.on("message", (text) => {
    const { id, type, result, message, method, params } = JSON.parse(text);
    if (type === "event") return void hearers.get(method)?.(params);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (type === "success") resolve?.(result);
    else reject?.(new Error(message));
  });
  let next = 1;
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      socket.send(JSON.stringify({ id: next++, method, params }));
    });
  await send("session.new", { capabilities: {} });
  const { contexts } = await send("browsingContext.getTree");
  const [{ context: tab }] = contexts;
  const all = (found) => found.flatMap(({ context, children }) => [context, ...all(children ?? [])]);
  return {
    send,
    tab,
    /** The tab's frames, itself first. */
    frames: async () => all((await send("browsingContext.getTree", { root: tab })).contexts),
    async hear(event, hearer) {
      hearers.set(event, hearer);
      await send("session.subscribe", { events: [event] });
    },
    goto: (url) => send("browsingContext.navigate", { context: tab, url, wait: "complete" }),
    /** What an expression, a text, comes to in each frame; nothing of frames that can't be asked. */
    async ask(expression) {
      const { contexts: tree } = await send("browsingContext.getTree", { root: tab });
      const answers = all(tree).map((context) =>
        send("script.evaluate", { expression, target: { context }, awaitPromise: true }).then(
          ({ result }) => result?.value,
          () => undefined,
        ),
      );
      return (await Promise.all(answers)).filter((one) => one !== undefined);
    },
    async close() {
      socket.close();
      own.kill();
      await new Promise((ends) => own.on("exit", ends));
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
