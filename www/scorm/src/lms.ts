/**
 * The learning platform around this page, as SCORM 1.2 and SCORM 2004 describe it: an object that the platform has put into a window
 * around ours (SCORM 2004 4th Edition, Run-Time Environment, 3.3.6.1: first the parents, then the opener and its parents).
 */

/** What both versions can do, by names that they share. */
export interface Lms {
  version: "1.2" | "2004";
  /** Most characters of `suspend_data` (1.2: CMIString4096; 2004: characterstring, SPM 64000). */
  room: number;
  call(name: Call, ...parameters: string[]): string;
  /** What the platform says of its last error; empty where there was none. */
  error(): string;
}

export type Call = "Initialize" | "Terminate" | "GetValue" | "SetValue" | "Commit";
type Api = Record<string, (...parameters: string[]) => string | number | boolean>;
type Room = Window & { API?: Api; API_1484_11?: Api };

/** The standard asks for seven; platforms nest deeper. */
const MOST_PARENTS = 20;

const NAMES: Readonly<Record<Lms["version"], (call: string) => string>> = {
  "1.2": (call) => (call === "Terminate" ? "LMSFinish" : `LMS${call}`),
  "2004": (call) => call,
};

/** The platform that is nearest, if there is one. */
export function findLms(own: Window = window): Lms | undefined {
  return among(own) ?? (own.opener ? among(own.opener as Window) : undefined);
}

function among(first: Window): Lms | undefined {
  let here = first as Room;
  for (let steps = 0; steps <= MOST_PARENTS; steps += 1) {
    try {
      if (here.API_1484_11) return lms(here.API_1484_11, "2004");
      if (here.API) return lms(here.API, "1.2");
    } catch {
      return undefined; // a window of another origin: what is above it can't be asked either
    }
    if (here.parent === here) return undefined;
    here = here.parent;
  }
  return undefined;
}

function lms(api: Api, version: Lms["version"]): Lms {
  const call = (name: string, ...parameters: string[]) => {
    const full = NAMES[version](name);
    try {
      // It comes as text by the standard, and from some platforms as a boolean or a number.
      return String(api[full]?.(...parameters) ?? "");
    } catch (error) {
      console.warn(`${full}: ${String(error)}`);
      return "false";
    }
  };
  return {
    version,
    room: version === "1.2" ? 4_096 : 64_000,
    call,
    error() {
      const code = call("GetLastError");
      return code === "0" || code === "" ? "" : call("GetErrorString", code) || code;
    },
  };
}
