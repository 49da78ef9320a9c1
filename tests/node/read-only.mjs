// Nobody writes into a run from outside: whatever it shows is read-only for TypeScript, which holds all of the page to it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

const www = fileURLToPath(new URL("../../www/", import.meta.url));
const ts = createRequire(join(www, "package.json"))("typescript");
const index = join(www, "engine/src/index.ts");
let checker;
let run;

before(() => {
  const { config } = ts.readConfigFile(join(www, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, www);
  const program = ts.createProgram([index], { ...options, types: ["vite/client"] });
  checker = program.getTypeChecker();
  const face = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)));
  run = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(face.find(({ name }) => name === "Run")));
});

/** The public fields of a type, with whether each can be written. */
function fields(type) {
  return checker
    .getPropertiesOfType(type)
    .filter(({ flags }) => flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Accessor))
    .map((symbol) => [symbol.name, ts.getCombinedModifierFlags(symbol.valueDeclaration), symbol.flags])
    .filter(([, modifiers]) => !(modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)))
    .map(([name, modifiers, flags]) => {
      const writable = flags & ts.SymbolFlags.Accessor ? Boolean(flags & ts.SymbolFlags.SetAccessor) : true;
      return { name, writable: writable && !(modifiers & ts.ModifierFlags.Readonly) };
    });
}

test("every field of a run is read-only to the outside", () => {
  const all = fields(run);
  for (const name of ["frame", "nodes", "problem", "evidence", "sourceBase", "attendant", "event"])
    assert.ok(
      all.some((field) => field.name === name),
      `${name} is shown`,
    );
  assert.deepEqual(
    all.filter(({ writable }) => writable).map(({ name }) => name),
    [],
  );
});

test("what a run shows as a collection can't be written either", () => {
  for (const name of ["nodes", "labels"]) {
    const type = checker.getTypeOfSymbol(run.getProperty(name));
    assert.equal(type.getProperty("set"), undefined, name);
  }
});
