/** Bounds on what code in a sandbox can make the browser hold: WebAssembly memory, and Python's file system beside it. */

const PAGE = 65_536;

/** From now on, no memory of this worker grows beyond so many bytes: what asks for more is refused. */
export function limitMemory(bytes: number): void {
  const { prototype } = WebAssembly.Memory;
  const own = Object.getOwnPropertyDescriptor(prototype, "grow") as TypedPropertyDescriptor<(pages: number) => number>;
  const { value: grow } = own;
  if (!grow) throw new Error("the memory's limit can't be set");
  Object.defineProperty(prototype, "grow", {
    ...own,
    value(this: WebAssembly.Memory, pages: number): number {
      if (this.buffer.byteLength + pages * PAGE > bytes) throw new RangeError("the memory limit");
      return Reflect.apply(grow, this, [pages]);
    },
  });
}

/** What may be written to files and pipes in one worker, in bytes; what is deleted does not count back. */
export const FILE_BYTES = 16 * 2 ** 20;
/** Files, folders, links and pipes that may be made in one worker. */
export const FILE_NODES = 2_000;
const LONGEST_NAME = 255;
const LONGEST_TARGET = 4_096;

/** The parts of Emscripten's file system through which everything goes that takes memory. */
export interface FileSystem {
  ErrnoError: new (code: number) => Error;
  createNode: (parent: unknown, name: string, mode: number, device: number) => unknown;
  write: (stream: Stream, buffer: Uint8Array, offset: number, length: number, ...more: unknown[]) => number;
  isFile: (mode: number) => boolean;
  isChrdev: (mode: number) => boolean;
  filesystems: { MEMFS: MemoryFiles };
}

interface Node {
  mode: number;
  usedBytes: number;
  contents: Uint8Array;
}

interface Stream {
  node: Node;
}

type Write = (
  stream: Stream,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
  own?: boolean,
) => number;

interface MemoryFiles {
  resizeFileStorage: (node: Node, size: number) => void;
  ops_table: {
    file: { stream: { write: Write } };
    dir: {
      node: {
        rename: (node: Node, folder: Node, name: string) => void;
        symlink: (parent: Node, name: string, target: string) => Node;
      };
    };
  };
}

/** Error numbers of WASI, as Emscripten has them. */
const NO_SPACE = 51;
const NAME_TOO_LONG = 37;

/** From now on, Python's files have a quota. They are arrays of the browser's, which WebAssembly's memory does not count. */
export function limitFiles(fs: FileSystem): void {
  let [bytes, nodes] = [FILE_BYTES, FILE_NODES];
  const refuse = (code: number): never => {
    throw new fs.ErrnoError(code);
  };
  const charge = (more: number): void => {
    if (more > bytes) refuse(NO_SPACE);
    bytes -= Math.max(0, more);
  };
  const named = (name: string, longest = LONGEST_NAME): void => {
    if (name.length > longest) refuse(NAME_TOO_LONG);
  };

  const { createNode, write } = fs;
  fs.createNode = (parent, name, mode, device) => {
    named(name);
    if ((nodes -= 1) < 0) refuse(NO_SPACE);
    return createNode(parent, name, mode, device);
  };
  fs.write = (stream, buffer, offset, length, ...more) => {
    const { mode } = stream.node;
    // Files are counted by how they grow, below; devices keep nothing. What is left are pipes.
    if (!fs.isFile(mode) && !fs.isChrdev(mode)) charge(length);
    return write(stream, buffer, offset, length, ...more);
  };

  const memory = fs.filesystems.MEMFS;
  const { file, dir } = memory.ops_table;
  const { write: writeFile } = file.stream;
  file.stream.write = (stream, buffer, offset, length, position, own) => {
    charge(position + length - stream.node.contents.length);
    return writeFile(stream, buffer, offset, length, position, own);
  };
  const { resizeFileStorage: resize } = memory;
  memory.resizeFileStorage = (node, size) => {
    charge(size - node.contents.length);
    resize(node, size);
  };
  const { rename, symlink } = dir.node;
  dir.node.rename = (node, folder, name) => {
    named(name);
    rename(node, folder, name);
  };
  dir.node.symlink = (parent, name, target) => {
    named(target, LONGEST_TARGET);
    return symlink(parent, name, target);
  };
}
