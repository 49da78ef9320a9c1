/**
 * What the custom elements take, tell and let be styled, as a Custom Elements Manifest: editors and catalogues read it. It is made
 * of the elements' own source and comments, so that it says what they say.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

export const MANIFEST = "custom-elements.json";

/** The elements that pages are made of; the others are their rooms. */
const SOURCES = ["element/src/consensus-playground.ts", "element/src/lesson/consensus-lesson.ts"];

/** The analyzer's own types know its command's plugins alone. It brings a compiler of its own. */
const ANALYZER: string = "@custom-elements-manifest/analyzer";
const { create, ts } = (await import(`${ANALYZER}/index.js`)) as {
  create: (task: { modules: unknown[]; plugins: unknown[] }) => Manifest;
  ts: {
    ScriptTarget: { ES2022: number };
    createSourceFile(path: string, text: string, target: number, parents: boolean): unknown;
  };
};
const { litPlugin } = (await import(`${ANALYZER}/src/features/framework-plugins/lit/lit.js`)) as {
  litPlugin: () => unknown[];
};

interface Member {
  kind: string;
  name: string;
  privacy?: string;
  static?: boolean;
}

interface Declaration {
  tagName?: string;
  members?: Member[];
  events?: { name: string; description?: string }[];
}

interface Manifest {
  modules: { path: string; declarations: Declaration[] }[];
}

/** What the framework calls, not a page. */
const INNER =
  /^(?:styles|observedAttributes|(?:dis)?connectedCallback|attributeChangedCallback|firstUpdated|willUpdate|updated|render|watch)$/;

/** @param www - The folder of the page's packages. */
export function manifest(www: string): Manifest {
  const modules = SOURCES.map((path) =>
    ts.createSourceFile(path, readFileSync(join(www, path), "utf8"), ts.ScriptTarget.ES2022, true),
  );
  const found = create({ modules, plugins: litPlugin() });
  for (const module of found.modules) {
    module.declarations = module.declarations.filter(({ tagName }) => tagName);
    for (const declaration of module.declarations) {
      const { members = [], events = [] } = declaration;
      declaration.members = members.filter(
        ({ name, privacy }) => privacy !== "private" && privacy !== "protected" && !INNER.test(name),
      );
      // An event whose name is a variable in the source is told by a comment, under each of its names.
      declaration.events = events.filter(({ description }) => description);
    }
  }
  return found;
}

export function elements({ www, offline }: { www: string; offline: boolean }): Plugin {
  return {
    name: "elements",
    apply: "build",
    generateBundle() {
      if (!offline)
        this.emitFile({ type: "asset", fileName: MANIFEST, source: `${JSON.stringify(manifest(www), null, 2)}\n` });
    },
  };
}
