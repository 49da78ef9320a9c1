// Loaded in parts: the playground with the challenge, and a lesson.
import "consensus-playground/challenge";
import "consensus-playground/lesson";

document.querySelector("#page").innerHTML = `
  <main>
    <consensus-playground view="compact" scenario="raft-minority" end-at="20" speed="1" autoplay></consensus-playground>
    <output></output>
  </main>`;
document.querySelector("consensus-playground").addEventListener("finish", ({ target }) => {
  document.querySelector("output").textContent = `at event ${target.event}`;
});
