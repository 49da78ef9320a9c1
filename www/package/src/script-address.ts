/** Addresses of our own scripts, for pages that ask for Trusted Types. Such a page names this policy. */

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): {
    createScriptURL(address: string): unknown;
  };
}

const { trustedTypes } = globalThis as { trustedTypes?: Policies };
let policy: ReturnType<Policies["createPolicy"]> | undefined;

export function scriptAddress(address: string): string {
  if (!trustedTypes) return address;
  policy ??= trustedTypes.createPolicy("consensus-playground", { createScriptURL: (own) => own });
  return policy.createScriptURL(address) as string;
}
