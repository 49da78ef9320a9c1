// Trusted Types, as our own server asks for them: the page works under them, and makes no script or mark-up out of text.
import { expect, test } from "./playground.mjs";
import { button, eventNumber, opens } from "./page.mjs";

for (const address of ["./play.html", "./embed.html"])
  test(`under Trusted Types ${address} runs, and text becomes neither script nor mark-up`, async ({
    page,
    troubles,
  }) => {
    await opens(page, address);
    await button(page, "Step").click();
    await expect.poll(() => eventNumber(page)).toBeGreaterThan(0);
    const refused = await page.evaluate(() => {
      const tries = {
        markup: () => (document.createElement("p").innerHTML = "<b>text</b>"),
        worker: () => new Worker("https://example.org/worker.js"),
        script: () => (document.createElement("script").src = "https://example.org/script.js"),
        frame: () => (document.createElement("iframe").srcdoc = "<p>text</p>"),
        policy: () => window.trustedTypes.createPolicy("another", {}),
      };
      return Object.entries(tries).map(([name, attempt]) => {
        try {
          attempt();
          return `${name} was made`;
        } catch (error) {
          return error.name;
        }
      });
    });
    expect(refused).toEqual(Array(5).fill("TypeError"));
    // Each refusal is also told on the console; nothing else is.
    expect(troubles.splice(0).filter((one) => !/TrustedScriptURL|TrustedHTML|TrustedTypePolicy/.test(one))).toEqual([]);
  });
