/** Headers that only a host can send, as our own server sends them; the README asks other hosts for the same. */
import type { Connect, Plugin } from "vite";

/** For every file: it is what its type says, and nothing that a browser guesses. */
const ALL = { "x-content-type-options": "nosniff" };

/** The challenge takes a key: no foreign page may put it into a frame, under something else. A page can't say so by itself. */
const CHALLENGE = { "content-security-policy": "frame-ancestors 'self'" };

/**
 * All other pages: only they themselves, by the policies that they name, make scripts and mark-up out of text. The
 * challenge can't, for its sandbox is a frame that is written as text and would inherit this.
 */
const TRUSTED = { "content-security-policy": "require-trusted-types-for 'script'; trusted-types default lit-html" };

const send: Connect.NextHandleFunction = (request, response, next) => {
  const path = request.url?.replace(/[?#].*$/, "") ?? "";
  const challenge = path.endsWith("/challenge.html") || path.endsWith("/challenge");
  const page = path.endsWith("/") || path.endsWith(".html");
  const headers = { ...ALL, ...(challenge ? CHALLENGE : page ? TRUSTED : {}) };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  next();
};

export function hostHeaders(): Plugin {
  return {
    name: "host-headers",
    configureServer: ({ middlewares }) => void middlewares.use(send),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(send),
  };
}
