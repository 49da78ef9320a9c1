import EngineWorker from "./engine/worker?worker";

const place = document.querySelector<HTMLElement>("#playground");
const worker = new EngineWorker();
worker.addEventListener("message", (event: MessageEvent<string>) => {
  if (!place) return;
  place.dataset.engine = event.data;
  place.textContent = `The engine: ${event.data}`;
});
