// A WebKit driven by WebDriver: WebKitGTK's small browser, on a screen of its own where there is none (Debian's
// `webkit2gtk-driver` and `xvfb`).
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian keeps the browser that the driver starts. */
function browserProgram() {
  const libraries = "/usr/lib";
  const folders = existsSync(libraries) ? readdirSync(libraries).filter((name) => name.includes("linux-gnu")) : [];
  const places = folders.flatMap((folder) =>
    ["4.1", "4.0"].map((version) => join(libraries, folder, `webkit2gtk-${version}`, "MiniBrowser")),
  );
  return places.find((place) => existsSync(place));
}

const has = (program) => {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** Whether all that is needed is here. */
export const webkitIsHere = () =>
  browserProgram() !== undefined && has("WebKitWebDriver") && (Boolean(process.env.DISPLAY) || has("Xvfb"));

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

/** A screen that nobody sees. It writes its number to its third file once it is there. */
async function screen() {
  if (process.env.DISPLAY) return { display: process.env.DISPLAY, close: async () => undefined };
  const own = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const number = await new Promise((found, failed) => {
    own.stdio[3].once("data", (text) => found(String(text).trim()));
    own.once("exit", () => failed(new Error("Xvfb ended")));
  });
  return { display: `:${number}`, close: () => ended(own) };
}

function ended(own) {
  own.kill();
  return own.exitCode === null ? new Promise((ends) => own.once("exit", ends)) : undefined;
}

/** `animations`: false where the desktop wants none, which pages hear as a wish for reduced motion. */
export async function webkit({ animations = true } = {}) {
  const home = mkdtempSync(join(tmpdir(), "webkit-"));
  mkdirSync(join(home, "gtk-3.0"));
  writeFileSync(join(home, "gtk-3.0", "settings.ini"), `[Settings]\ngtk-enable-animations=${animations}\n`);
  const { display, close: dark } = await screen();
  const port = await freePort();
  // In the locale C it speaks English; every other one has to be installed.
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: "ignore",
    env: { ...process.env, DISPLAY: display, XDG_CONFIG_HOME: home, LC_ALL: "C" },
  });
  const call = async (method, way, body) => {
    const reply = await fetch(`http://127.0.0.1:${port}${way}`, {
      method,
      body: method === "POST" ? JSON.stringify(body ?? {}) : undefined,
    });
    const { value } = await reply.json();
    if (!reply.ok) throw new Error(`${value?.error}: ${value?.message}`);
    return value;
  };
  const until = async (work) => {
    for (let left = 100; ; left -= 1) {
      try {
        return await work();
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  };
  await until(() => call("GET", "/status"));
  const options = { binary: browserProgram(), args: ["--automation"] };
  const capabilities = { alwaysMatch: { browserName: "MiniBrowser", "webkitgtk:browserOptions": options } };
  const { sessionId } = await call("POST", "/session", { capabilities });
  const send = (way, body) => call("POST", `/session/${sessionId}/${way}`, body);
  await send("timeouts", { script: 60_000, pageLoad: 60_000 });

  const run = (expression) =>
    send("execute/async", {
      script: `const done = arguments[0];
        (async () => { try { done({ value: await (${expression}) }); } catch (error) { done({ error: String(error) }); } })();`,
      args: [],
    });
  const ask = async (expression) => {
    const { value, error } = await run(expression);
    if (error) throw new Error(error);
    return value ?? undefined;
  };
  const enter = async (trail) => {
    await send("frame", { id: null });
    for (const id of trail) await send("frame", { id });
  };
  /** The ways to all frames, by their places, the page's own first. */
  async function frames(trail = []) {
    await enter(trail);
    const inner = await ask("window.length").catch(() => 0);
    const all = [trail];
    for (let place = 0; place < inner; place += 1) all.push(...(await frames([...trail, place])));
    return all;
  }
  return {
    send,
    frames,
    goto: (url) => send("url", { url }),
    /** What an expression, a text, comes to in each frame; nothing of frames that can't be asked. */
    async ask(expression) {
      const answers = [];
      for (const trail of await frames())
        answers.push(
          await enter(trail)
            .then(() => ask(expression))
            .catch(() => undefined),
        );
      return answers.filter((one) => one !== undefined);
    },
    /** What it comes to in one frame, by its number. */
    async askIn(expression, frame) {
      const trail = frame === 0 ? [] : (await frames())[frame];
      if (!trail) throw new Error(`there is no frame ${frame}`);
      await enter(trail);
      return ask(expression);
    },
    async close() {
      await call("DELETE", `/session/${sessionId}`).catch(() => undefined);
      await ended(driver);
      await dark();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
