import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { rolldown } = createRequire(new URL("../../../www/package.json", import.meta.url))("rolldown");

/** A TypeScript module of the page, as in `element/inspector/quorum-systems`, for Node. */
export async function page(name) {
  const [workspace, ...file] = name.split("/");
  const input = fileURLToPath(new URL(`../../../www/${workspace}/src/${file.join("/")}.ts`, import.meta.url));
  const bundle = await rolldown({ input, logLevel: "warn" });
  const { output } = await bundle.generate({ format: "es", codeSplitting: false });
  await bundle.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
}
