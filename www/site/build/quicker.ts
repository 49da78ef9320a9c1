/** QuickJS is published compiled for size. Inlined where that costs little, it runs a fifth faster. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);

/** Small functions, as those that count references, are inlined everywhere; beyond 40 it gets slower again (measured). */
const FLAGS = [
  ...["-O3", "--always-inline-max-function-size=40", "--strip-debug", "--strip-producers"],
  ...["--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext", "--enable-mutable-globals"],
  ...["--enable-multivalue", "--enable-reference-types"],
];

/** The module as `wasm-opt` makes it of this file. It takes ten seconds: what was made is kept below `target/`. */
export async function quicker(file: string): Promise<Uint8Array> {
  const tool = require.resolve("binaryen/bin/wasm-opt");
  const { version } = require("binaryen/package.json") as { version: string };
  const made = createHash("sha256")
    .update(await readFile(file))
    .update([version, ...FLAGS].join(" "));
  const folder = fileURLToPath(new URL("../../../target/quicker/", import.meta.url));
  const kept = `${folder}${made.digest("hex").slice(0, 16)}.wasm`;
  const there = await readFile(kept).catch(() => undefined);
  if (there) return there;
  await mkdir(folder, { recursive: true });
  const fresh = `${kept}.${process.pid}`;
  try {
    await promisify(execFile)(process.execPath, [tool, file, "-o", fresh, ...FLAGS]);
    // Two builds may do this at once: whoever is last puts the same file there.
    await rename(fresh, kept);
  } finally {
    await rm(fresh, { force: true });
  }
  return readFile(kept);
}
