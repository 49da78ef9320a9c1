/**
 * The scenarios of `tests/scenarios` as modules of the page, one for each protocol. They are imported when they are wanted, so
 * that the site has them as files of their own; the offline page carries them within itself.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const LIST = "virtual:gallery";
/** What the modules are called, before the protocol; the site's files have this name, too. */
const SCENARIOS = `${LIST}/scenarios-`;

/** A scenario file: its name without the ending, and its text. */
export interface ScenarioFile {
  file: string;
  text: string;
}

/** The files by protocol. An element that is given a file's name finds the protocol by how the name begins. */
export function scenarioFiles(folder: string): Map<string, ScenarioFile[]> {
  const found = new Map<string, ScenarioFile[]>();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".scenario")) continue;
    const file = name.slice(0, -".scenario".length);
    const text = readFileSync(join(folder, name), "utf8");
    const protocol = /^protocol (\S+)/m.exec(text)?.[1];
    if (protocol === undefined || !file.startsWith(`${protocol}-`))
      throw new Error(`${name} must begin with the protocol that it is about`);
    found.set(protocol, [...(found.get(protocol) ?? []), { file, text }]);
  }
  return found;
}

/** Lets the page import `virtual:gallery`: for each protocol, how to load its scenarios. */
export function gallery(root: string): Plugin {
  const folder = join(root, "tests/scenarios");
  return {
    name: "gallery",
    resolveId: (id) => (id === LIST || id.startsWith(SCENARIOS) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${LIST}`)) return null;
      this.addWatchFile(folder);
      const files = scenarioFiles(folder);
      const protocol = id.slice(`\0${SCENARIOS}`.length);
      if (protocol) return `export default ${JSON.stringify(files.get(protocol))};`;
      const loaders = [...files.keys()].map((one) => `"${one}": () => import("${SCENARIOS}${one}")`);
      return `export default { ${loaders.join(", ")} };`;
    },
  };
}
