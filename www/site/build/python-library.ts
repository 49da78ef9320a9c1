/** Python's standard library, cut down to what a vote may import, and compiled, so that it starts without compiling. */
import { loadPyodide } from "pyodide";
import { zipSync } from "fflate";

/** What a person's code may import. What these import in turn comes with them. */
const MODULES = `
  abc array ast base64 bisect calendar cmath collections collections.abc colorsys contextlib copy dataclasses
  datetime decimal enum fractions functools gc graphlib hashlib heapq inspect io itertools json keyword linecache
  logging math numbers operator os os.path pathlib pprint queue random re reprlib secrets signal statistics string struct
  sys textwrap threading time timeit tokenize traceback types typing uuid warnings weakref zlib
  asyncio codeop _strptime encodings.ascii encodings.latin_1 encodings.idna encodings.hex_codec encodings.unicode_escape
`;

/** Imports them, and gives each file of the library that this loaded, compiled. A compiled module needs no source. */
const COLLECT = `
import importlib, importlib.util, marshal, sys, warnings, zipimport
warnings.simplefilter("ignore")
for name in names.split():
    importlib.import_module(name)
files = {}
for module in list(sys.modules.values()):
    path = getattr(module, "__file__", None)
    if path and ".zip/" in path and "_bootstrap" not in path:
        archive, inside = path.split(".zip/")
        source = zipimport.zipimporter(archive + ".zip").get_data(path)
        code = compile(source, path, "exec", dont_inherit=True)
        # Flag 1: known by its source's hash, and never checked against it.
        files[inside + "c"] = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(code)
files
`;

/** The library as a zip (not compressed: it is as a whole, later). */
export async function pythonLibrary(): Promise<Uint8Array> {
  const python = await loadPyodide({ jsglobals: {}, env: { PYTHONHASHSEED: "0" } });
  (python.globals as unknown as { set: (name: string, value: string) => void }).set("names", MODULES);
  const found = python.runPython(COLLECT) as { toJs: (how: object) => Record<string, Uint8Array> };
  const files = found.toJs({ dict_converter: Object.fromEntries });
  if (Object.keys(files).length < 100) throw new Error("Python's library was not found in its zip");
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  // A date of its own would make each build another file.
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: "2020-01-01T12:00:00" });
}
