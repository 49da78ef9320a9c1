import type { CheckResult } from "../types.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
export function grade(_sandbox: Sandbox, _onCheck: (check: CheckResult) => void): Promise<CheckResult[]> {
  return Promise.resolve([]);
}
