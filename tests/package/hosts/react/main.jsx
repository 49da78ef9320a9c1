import { useState } from "react";
import { createRoot } from "react-dom/client";
import "consensus-playground";

function Page() {
  const [said, say] = useState("");
  const tell = ({ target }) => say(`at event ${target.event}`);
  return (
    <main>
      <consensus-playground view="compact" scenario="raft-minority" end-at="20" speed="1" autoplay onfinish={tell} />
      <output>{said}</output>
    </main>
  );
}

createRoot(document.querySelector("#page")).render(<Page />);
