// A fake language model behind HTTP, on loopback: what it does, its path says.
import { createServer } from "node:http";

/** Starts it. `asked` holds every question with its headers. */
export async function fakeModel() {
  const asked = [];
  let written = 0;
  const server = createServer((request, response) => {
    const [, behaviour] = request.url.split("/");
    const cors = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "authorization, content-type",
    };
    const open = behaviour !== "closed";
    if (request.method === "GET") return response.writeHead(200, { "content-type": "text/html" }).end("<body></body>");
    if (request.method === "OPTIONS") return response.writeHead(open ? 204 : 403, open ? cors : {}).end();
    let body = "";
    request.on("data", (part) => (body += part));
    return request.on("end", () => {
      const question = JSON.parse(body);
      asked.push({ headers: request.headers, question });
      const says = (content, status = 200) =>
        response
          .writeHead(status, { ...(open ? cors : {}), "content-type": "application/json" })
          .end(JSON.stringify(status === 200 ? { choices: [{ message: { content } }] } : { error: content }));
      const [choice] = /Choices: (.*)$/.exec(question.messages.at(-1).content)[1].split(", ");
      if (behaviour === "closed") return says("forbidden", 403);
      if (behaviour === "locked" && request.headers.authorization !== "Bearer right") return says("no such key", 401);
      if (behaviour === "slow") return setTimeout(() => says(choice), 4000);
      if (behaviour === "elsewhere")
        return response.writeHead(307, { ...cors, location: "/open/v1/chat/completions" }).end();
      if (behaviour === "thinking") return says("<think>".repeat(8_000));
      if (behaviour === "blank") return says(`${" ".repeat(60_000)}x`);
      if (behaviour === "long") return says("<think>".repeat(60_000));
      if (behaviour === "endless") {
        response.writeHead(200, { ...cors, "content-type": "application/json" });
        const more = setInterval(() => response.write(" ".repeat(4_096)) && (written += 4_096), 1);
        return response.on("close", () => clearInterval(more));
      }
      if (behaviour === "vague") return says("I would rather stay at home.");
      return says(` ${choice.toLowerCase()}. `);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: (behaviour) => `http://127.0.0.1:${server.address().port}/${behaviour}/v1`,
    asked,
    /** The bytes of endless answers. */
    written: () => written,
    close: () => server.close(),
  };
}
