import "consensus-playground";

document.querySelector("#page").innerHTML = `
  <main>
    <consensus-playground view="compact" scenario="raft-minority" end-at="20" speed="1" autoplay></consensus-playground>
    <output></output>
  </main>`;
document.querySelector("consensus-playground").addEventListener("finish", ({ target }) => {
  document.querySelector("output").textContent = `at event ${target.event}`;
});
