/**
 * What Rust can't do for its own instances. A call that breaks off, by a panic or for lack of memory, never gives its
 * instance back: wasm-bindgen then tells of a "recursive use of an object", whatever is asked of it. Here such an
 * instance says what happened, and can be let go of.
 */

/** Why an instance broke down. */
const broken = new WeakMap();
/** What the panic under way says. */
let lament = "";

/** Called by the panic hook. */
export function panicked(why) {
  lament = why;
}

/** Guards all methods of a class, of which `sample` is an instance. */
export function guard(sample, name) {
  const methods = Object.getPrototypeOf(sample);
  const { free } = methods;
  const own = ["constructor", "free", "__destroy_into_raw"];
  for (const key of Object.getOwnPropertyNames(methods))
    if (!own.includes(key)) methods[key] = guarded(methods[key], name);
  methods.free = methods[Symbol.dispose] = function () {
    if (!broken.has(this)) {
      if (this.__wbg_ptr) free.call(this);
      return;
    }
    // Its memory stays with the module: nobody knows in which state the call left it.
    broken.delete(this);
    this.__destroy_into_raw();
  };
}

function guarded(method, name) {
  return function (...args) {
    const why = broken.get(this);
    if (why !== undefined) throw new Error(`this ${name} broke down earlier (${why}): free it and make another one`);
    if (!this?.__wbg_ptr) throw new Error(`this ${name} was freed, or is none`);
    lament = "";
    try {
      return method.apply(this, args);
    } catch (error) {
      if (!breaks(error)) throw error;
      const reason = lament || unnamed(error);
      broken.set(this, reason);
      throw new Error(`the engine broke down: ${reason}`, { cause: error });
    }
  };
}

/** Whether the call broke off; errors that Rust returns are plain ones. */
function breaks(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === "InternalError";
}

/** A panic says why. Where memory can't be had, the module stops without a word. */
function unnamed(error) {
  return error.message === "unreachable" ? "there was no memory left, most likely" : error.message;
}
