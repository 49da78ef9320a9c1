import EngineWorker from "./engine/worker?worker";

const place = document.querySelector("#playground");
const worker = new EngineWorker();
worker.addEventListener("message", (event: MessageEvent<string>) => {
  if (place) place.textContent = event.data;
});
