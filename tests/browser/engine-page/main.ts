import { Run } from "@consensus-playground/engine";

const run = new Run();
const now = document.querySelector("#now")!;
run.addEventListener("frame", () => {
  now.textContent = run.replicas.map(({ id, health, replica }) => `${id} ${replica?.role} ${health}`).join("\n");
});
document.querySelector("#crash")!.addEventListener("click", () => run.act("crash leader"));
await run.open("protocol raft\nreplicas 5");
run.play();
