// The picture says what happened: what is decided and held stands at the nodes, rivals are told apart, and a broken property
// holds everything still. No test knows a protocol: what is to be seen is reckoned from what the replicas show.
import { expect, test } from "./playground.mjs";
import * as the from "./page.mjs";
import { looksRight } from "./looks.mjs";

const element = the.element;
const badges = (page) => page.locator("cp-badges button.bad");
const evidence = (page) => page.getByRole("region", { name: "Evidence" });

/** What each replica shows: its structures, and whether it leads. */
const shown = (page) =>
  element(page).evaluate(({ run }) =>
    run.replicas.map(({ id, health, replica }) => ({
      id,
      health,
      epoch: replica.epoch,
      leads: health === "up" && run.role(replica.role).look === "lead",
      structures: Object.fromEntries(replica.structures.map(({ kind, cells }) => [kind, cells])),
    })),
  );

/** What a replica has decided last, as its structures say. */
const decidedBy = ({ structures }) =>
  ["value", "log", "tree"]
    .map((kind) => structures[kind]?.findLast(({ status }) => status === "committed")?.label)
    .find((label) => label !== undefined);

/**
 * Steps on until so many replicas have decided, or hold something in their logs, or have committed the last of it; or until
 * somebody leads who is not the one that is named. Gives what the replicas show then.
 */
async function steps(page, want) {
  const came = await element(page).evaluate(async (one, { decided, logs, committed, leader, perhaps }) => {
    const { run } = one;
    const cells = ({ replica }, kind) => replica.structures.find((of) => of.kind === kind)?.cells ?? [];
    const done = (node, kind) => cells(node, kind).some(({ status }) => status === "committed");
    const count = (holds) => run.replicas.filter(holds).length;
    const there = () =>
      count((node) => ["value", "log", "tree"].some((kind) => done(node, kind))) >= (decided ?? 0) &&
      count((node) => cells(node, "log").length > 0) >= (logs ?? 0) &&
      count((node) => cells(node, "log").at(-1)?.status === "committed") >= (committed ?? 0) &&
      (leader === undefined ||
        run.replicas.some(
          ({ id, health, replica }) => health === "up" && id !== leader && run.role(replica.role).look === "lead",
        ));
    // What may never come is looked for in strides: hundreds of steps of a swarm would take long.
    const on = perhaps ? () => run.advance(20_000) : () => one.step();
    for (let at = 0; at < 600 && !there() && !(perhaps && run.frame.finished); at += 1) await on();
    if (perhaps) run.rest();
    return there();
  }, want);
  expect(came || want.perhaps, JSON.stringify(want)).toBe(true);
  return came ? shown(page) : undefined;
}

/** Of how many protocols the first scenario brings several replicas to decide, at least: some are about what can't be decided. */
const DECIDING = 12;
/** From so many replicas on, nothing stands beside them. */
const CROWD = 11;

/** All broken properties, what broke first first. */
const brokenOnes = (page) =>
  element(page).evaluate(({ run }) =>
    run.frame.properties.flatMap(({ broken }) => broken ?? []).sort((a, b) => a.event - b.event),
  );

/** The first scenario of each protocol in which something is decided. */
const firsts = async (page) => {
  const deciding = await element(page).evaluate(({ run }) =>
    run.library.protocols.filter(({ slot }) => slot).map(({ id }) => id),
  );
  return (await the.gallery(page)).filter(({ file, protocol }) => file === protocol && deciding.includes(protocol));
};

/** Plays on through every stop, until the script is at its end. */
const finishes = (page) =>
  element(page).evaluate(async (one) => {
    for (let at = 0; at < 2000 && !one.run.frame.finished; at += 1) await one.run.advance(20_000);
    one.run.rest();
  });

/** Of each protocol, a scenario by whose script a property breaks while time passes. */
async function breaking(page) {
  const found = new Map();
  for (const one of await the.gallery(page))
    if (/^expect violation/m.test(one.text) && !/^network manual/m.test(one.text) && !found.has(one.protocol))
      found.set(one.protocol, one);
  return [...found.values()];
}

test("what a replica has decided stands on it, and is said", async ({ page, troubles }) => {
  test.setTimeout(240_000);
  await the.opens(page);
  let deciding = 0;
  for (const { protocol: id, text } of await firsts(page)) {
    await the.openText(page, text);
    const all = await steps(page, { decided: 2, perhaps: true });
    if (!all || all.length >= CROWD) continue;
    deciding += 1;
    for (const one of all) {
      const label = decidedBy(one);
      const chip = the.replica(page, one.id).locator(".decided");
      await expect(chip, id).toHaveCount(label === undefined ? 0 : 1);
      if (label === undefined) continue;
      await expect(chip, id).toHaveText(label);
      await expect(chip).toBeVisible();
      await expect(page.getByRole("button", { name: `decided ${label}` }).and(the.replica(page, one.id))).toBeVisible();
    }
  }
  expect(deciding).toBeGreaterThanOrEqual(DECIDING);
  expect(troubles).toEqual([]);
});

test("logs are cells beside the nodes from the first command on, solid where committed, and are said", async ({
  page,
  troubles,
}) => {
  test.setTimeout(240_000);
  await the.opens(page);
  for (const { protocol: id, text } of await firsts(page)) {
    await the.openText(page, text);
    if (!(await shown(page)).some(({ structures }) => "log" in structures)) continue;
    await element(page).evaluate((one) => one.seek(0));
    const empty = (await shown(page)).every(({ structures }) => structures.log?.length === 0);
    if (empty) await expect(page.locator("[data-node] .cells i"), id).toHaveCount(0);
    const all = await steps(page, { logs: 1 });
    for (const { id: node, structures } of all) {
      const cells = the.replica(page, node).locator(".cells i");
      const labels = (structures.log ?? []).map(({ label }) => label);
      await expect(cells, id).toHaveText(labels.slice(-6));
      if (labels.length > 0) await expect(the.replica(page, node)).toHaveAccessibleName(new RegExp("holds .*"));
    }
    const later = await steps(page, { committed: 1 });
    for (const { id: node, structures } of later) {
      const cell = structures.log?.at(-1);
      if (!cell) continue;
      const last = the.replica(page, node).locator(".cells i").last();
      await expect(last, id).toHaveClass(new RegExp(`\\b${cell.status}\\b`));
      const solid = await last.evaluate((one) => {
        const { backgroundColor, borderTopColor } = getComputedStyle(one);
        return backgroundColor === borderTopColor;
      });
      expect(solid, `${id} ${node} ${cell.status}`).toBe(cell.status === "committed");
    }
  }
  expect(troubles).toEqual([]);
});

/** Which cells and decisions are cut off by the picture's edge, and which lie on each other. */
const crowded = (page) =>
  page.locator("cp-stage").evaluate((stage) => {
    const around = stage.getBoundingClientRect();
    const boxes = [...stage.renderRoot.querySelectorAll(".cells, .decided")].map((one) => ({
      node: one.closest("[data-node]").dataset.node,
      what: one.className,
      box: one.getBoundingClientRect(),
    }));
    const out = boxes.filter(
      ({ box }) =>
        box.left < around.left - 1 ||
        box.right > around.right + 1 ||
        box.top < around.top - 1 ||
        box.bottom > around.bottom + 1,
    );
    const meet = boxes.flatMap((a, at) =>
      boxes
        .slice(at + 1)
        .filter(
          (b) =>
            a.box.left < b.box.right - 1 &&
            b.box.left < a.box.right - 1 &&
            a.box.top < b.box.bottom - 1 &&
            b.box.top < a.box.bottom - 1,
        )
        .map((b) => `${a.what} of ${a.node} on ${b.what} of ${b.node}`),
    );
    return [...out.map(({ node, what }) => `${what} of ${node} is cut off`), ...meet];
  });

test("cells and decisions keep clear of each other and inside the picture, on a desktop and on a phone", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await the.opens(page);
  const faults = [];
  for (const { protocol, text } of await firsts(page)) {
    await the.openText(page, text);
    await steps(page, { decided: 3, perhaps: true });
    for (const [width, height] of [
      [1440, 900],
      [375, 812],
    ]) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      faults.push(...(await crowded(page)).map((fault) => `${protocol} at ${width}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
});

test("a crowd has neither cells nor decisions on the picture", async ({ page }) => {
  await the.opens(page);
  const [head] = (await the.script(page)).match(/^protocol .*/m);
  await the.openText(page, `${head}\nreplicas 15\nseed 1\nat 0s request put x 1\nrun 2s\n`);
  await the.playsUntil(
    page,
    ({ progress, nodes, finished }) => finished || progress?.slots > 0 || nodes.length === 0,
    10,
  );
  await expect(page.locator("[data-node] .cells, [data-node] .decided")).toHaveCount(0);
});

test("rival values differ in colour and label, on nodes and on messages, also after going back", async ({ page }) => {
  test.setTimeout(240_000);
  await the.opens(page);
  const chips = (nodes) =>
    page
      .locator("[data-node] .decided")
      .evaluateAll(
        (list, among) =>
          list
            .filter((one) => among.includes(one.closest("[data-node]").dataset.node))
            .map((one) => [one.textContent, getComputedStyle(one).backgroundColor]),
        nodes,
      );
  const seen = new Set();
  for (const { file, protocol, text } of await the.gallery(page)) {
    if (seen.has(protocol) || !/^expect violation agreement/m.test(text)) continue;
    await the.openText(page, text);
    await finishes(page);
    const { event, nodes } = (await brokenOnes(page)).find(({ property }) => property === "agreement");
    await element(page).evaluate((one, to) => one.seek(to), event);
    // A replica that has crashed since shows no decision that it kept in memory only.
    const rivals = (await shown(page))
      .filter(({ id }) => nodes.includes(id))
      .map(decidedBy)
      .filter(Boolean);
    if (new Set(rivals).size < 2 || (await shown(page)).length >= CROWD) continue;
    await expect.poll(async () => (await chips(nodes)).map(([label]) => label), file).toEqual(rivals);
    const colours = await chips(nodes);
    const byLabel = new Map(colours);
    for (const [label, colour] of colours) expect(byLabel.get(label), file).toBe(colour);
    expect(new Set(byLabel.values()).size, file).toBe(byLabel.size);
    // Back at the beginning and here again, every value has the colour that it had.
    await element(page).evaluate((one) => one.seek(0));
    await element(page).evaluate((one, to) => one.seek(to), event);
    await expect.poll(() => chips(nodes), file).toEqual(colours);
    seen.add(protocol);
  }
  expect(seen.size).toBeGreaterThanOrEqual(3);
});

test("the crown travels to the new leader, a crash darkens, a decision sends a ring; with reduced motion all stands", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await the.opens(page);
  const script = await the.script(page);
  const moves = () =>
    page.locator("cp-stage").evaluate((stage) => {
      window.moved = [];
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (frames, options) {
        if (options?.id) window.moved.push({ id: options.id, node: this.closest("[data-node]").dataset.node, frames });
        return animate.call(this, frames, options);
      };
      return stage.localName;
    });
  await moves();
  const moved = (id) => page.evaluate((kind) => window.moved.filter((one) => one.id === kind), id);
  for (const motion of ["no-preference", "reduce"]) {
    await page.emulateMedia({ reducedMotion: motion });
    await page.evaluate(() => (window.moved = []));
    await the.openText(page, script);
    await steps(page, { leader: "" });
    await steps(page, { committed: (await shown(page)).length });
    const [old] = (await shown(page)).filter(({ leads }) => leads);
    await the.act(page, `crash ${old.id}`);
    const disc = the.replica(page, old.id).locator(".disc :is(circle, path)").first();
    await expect
      .poll(() => disc.evaluate((one) => getComputedStyle(one).fill.match(/\d+/g).slice(0, 3).map(Number)))
      .toEqual([75, 82, 96]);
    await expect(the.replica(page, old.id).locator(".crown")).toHaveCount(0);
    const all = await steps(page, { leader: old.id });
    const next = all.find(({ leads }) => leads);
    await expect(the.replica(page, next.id).locator(".crown")).toHaveCount(1);
    const [crowns, rings] = [await moved("crown"), await moved("ring")];
    if (motion === "reduce") expect([...crowns, ...rings]).toEqual([]);
    else {
      expect(crowns.at(-1).node).toBe(next.id);
      expect(crowns.at(-1).frames[0].translate).not.toBe("0 -24px");
      expect(new Set(rings.map(({ node }) => node)).size).toBeGreaterThan(1);
    }
  }
});

test("a broken property holds everything still, opens its evidence and says what broke", async ({ page, troubles }) => {
  test.setTimeout(240_000);
  await the.opens(page);
  let seen = 0;
  for (const { file, text } of await breaking(page)) {
    await the.openText(page, text);
    if ((await the.state(page)).violations.length > 0) continue;
    await element(page).evaluate((one) => {
      one.speed = 2;
      one.play();
    });
    await expect(evidence(page), file).toBeVisible({ timeout: 30_000 });
    expect(await element(page).evaluate((one) => one.playing)).toBe(false);
    const [first] = await brokenOnes(page);
    await expect(evidence(page).locator("strong").first(), file).toContainText(first.text.slice(1, -1));
    for (const node of first.nodes) await expect(the.replica(page, node), file).toHaveClass(/concerned/);
    const stands = await the.eventNumber(page);
    await page.waitForTimeout(200);
    expect(await the.eventNumber(page)).toBe(stands);
    if (seen === 0) await looksRight(page, "held");
    // Whoever plays on sees the story, not this evidence; the next property that breaks may bring its own at once.
    await element(page).evaluate((one) => one.play());
    const shown = async () => (await evidence(page).allTextContents()).join(" ");
    await expect.poll(shown, { message: file }).not.toContain(first.text.slice(1, -1));
    await element(page).evaluate((one) => one.pause());
    seen += 1;
  }
  expect(seen).toBeGreaterThanOrEqual(3);
  expect(troubles).toEqual([]);
});

test("an expected violation ends as predicted: badges, results and evidence tell one story", async ({ page }) => {
  test.setTimeout(240_000);
  await the.opens(page);
  for (const { file, text } of await breaking(page)) {
    await the.openText(page, text);
    await finishes(page);
    const expected = [...text.matchAll(/^expect violation (\S+)/gm)].map(([, name]) => name);
    const violations = await brokenOnes(page);
    const results = page.locator("cp-results summary");
    await expect(results, file).toContainText("As predicted, ");
    await expect(results, file).not.toContainText("✓");
    const first = violations.find(({ property }) => expected.includes(property));
    await expect(results, file).toContainText(first.text.slice(1, -1));
    await expect(badges(page), file).toHaveCount(violations.length);
    for (const one of violations) {
      const badge = badges(page).filter({
        hasText: new RegExp(`^\\s*✕ ${one.property.replace(/-/g, " ")} broken`, "i"),
      });
      const words = `broken at event ${one.event}${expected.includes(one.property) ? ", as predicted" : ""}`;
      await expect(badge, file).toHaveText(new RegExp(`${words}\\s*$`));
    }
    await badges(page).filter({ hasText: "as predicted" }).first().click();
    await expect(evidence(page).locator("strong").first(), file).toContainText("As predicted, ");
  }
  // What nobody expected is told as what it is.
  const [one] = await breaking(page);
  await the.openText(page, one.text.replace(/^expect.*$/gm, ""));
  await finishes(page);
  await expect(badges(page).first()).not.toContainText("as predicted");
  await badges(page).first().click();
  await expect(evidence(page).locator("strong").first()).toContainText("is broken.");
});

test("red is for broken properties alone", async ({ page }) => {
  test.setTimeout(120_000);
  await the.opens(page);
  /** All colours of elements and of the canvas's palette that are as red as that of a broken property. */
  const reds = () =>
    element(page).evaluate((one) => {
      const hue = (text) => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
        if (a < 20 || most - least < 60) return undefined;
        const part = most - least;
        const at = most === r ? (g - b) / part : most === g ? 2 + (b - r) / part : 4 + (r - g) / part;
        return (at * 60 + 360) % 360;
      };
      const red = (text) => {
        const found = hue(text);
        return found !== undefined && (found < 25 || found > 335);
      };
      const deep = (root) =>
        [...root.querySelectorAll("*")].flatMap((at) => [at, ...(at.shadowRoot ? deep(at.shadowRoot) : [])]);
      const found = deep(one.renderRoot).flatMap((at) => {
        const style = getComputedStyle(at);
        const shows = at.getClientRects().length > 0;
        const borders = parseFloat(style.borderTopWidth) > 0 || parseFloat(style.borderLeftWidth) > 0;
        const used = [
          at.textContent.trim() ? style.color : "",
          style.backgroundColor,
          borders ? style.borderTopColor : "",
          borders ? style.borderLeftColor : "",
          style.fill,
          style.stroke,
        ];
        return shows && used.some((text) => text && text !== "none" && red(text))
          ? [`${at.localName}.${at.getAttribute("class")}`]
          : [];
      });
      const probe = document.createElement("i");
      one.renderRoot.append(probe);
      const tokens = ["warn", "accent", "good", "edge", "dead", ...Array.from({ length: 8 }, (_, at) => `e${at}`)]
        .concat(Array.from({ length: 7 }, (_, at) => `v${at}`))
        .filter((name) => {
          probe.style.color = `var(--${name})`;
          return red(getComputedStyle(probe).color);
        });
      probe.style.color = "var(--bad)";
      const sees = red(getComputedStyle(probe).color);
      probe.remove();
      return { found, tokens, sees };
    });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // Everything that goes wrong without a property being broken.
    const [head] = (await the.script(page)).match(/^protocol .*/m);
    await the.openText(page, `${head}\nreplicas 5\nseed 1\nrun 1s\nexpect committed 50\n`);
    await finishes(page);
    await the.act(page, "crash 1");
    await the.act(page, "partition 2 3 | 4 5");
    await the.act(page, "cut 2 -> 3");
    await the.act(page, "byzantine 4 equivocate").catch(() => undefined);
    await the.act(page, "nonsense");
    await expect(page.locator(".problem").first()).toBeVisible();
    expect(await reds(), colorScheme).toEqual({ found: [], tokens: [], sees: true });
    const [one] = await breaking(page);
    await the.openText(page, one.text);
    await finishes(page);
    expect((await reds()).found.length, "it sees red where there is some").toBeGreaterThan(0);
  }
});

/** Which replicas have no words or epoch, or words that lie on another's or beyond the picture's edge. */
const lost = (page) =>
  page.locator("cp-stage").evaluate((stage) => {
    const view = stage.getBoundingClientRect();
    const nodes = [...stage.renderRoot.querySelectorAll("[data-node]:not(.client)")];
    const words = nodes.map((node) => {
      const parts = [...node.querySelectorAll(".caption > *")].map((one) => one.getBoundingClientRect());
      const [left, top] = [Math.min(...parts.map((one) => one.left)), Math.min(...parts.map((one) => one.top))];
      const [right, bottom] = [Math.max(...parts.map((one) => one.right)), Math.max(...parts.map((one) => one.bottom))];
      return { id: node.dataset.node, left, top, right, bottom, badge: node.querySelector(".face i")?.textContent };
    });
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
    const absent = stage.run.replicas.filter(({ id }) => !words.some((one) => one.id === id && one.right > one.left));
    return [
      ...absent.map(({ id }) => `${id} has no words`),
      ...words.flatMap((one) => [
        ...(one.badge ? [] : [`${one.id} has no epoch`]),
        ...(one.left < view.left || one.right > view.right || one.top < view.top || one.bottom > view.bottom
          ? [`${one.id} is clipped`]
          : []),
        ...words
          .filter((other) => other.id > one.id && meet(one, other))
          .map((other) => `${one.id} lies on ${other.id}`),
      ]),
    ];
  });

test("on a low picture seven replicas keep their words and epochs", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await the.opens(page);
  await the.openText(page, "protocol pbft\nreplicas 7\nseed 1\nat 0s request put x 1\nrun 2s\n");
  for (let steps = 0; steps < 5; steps += 1) {
    await element(page).evaluate(async (one) => {
      for (let at = 0; at < 12; at += 1) await one.step();
    });
    expect(await lost(page)).toEqual([]);
  }
});

for (const [width, height] of [
  [375, 812],
  [812, 375],
  [740, 360],
])
  test(`a lesson's picture on ${width} by ${height} pixels has everyone's role, epoch and log`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const lesson of ["03-majorities", "06-figure-8"]) {
      await page.goto(`learn/${lesson}.html`);
      await expect(page.locator('consensus-lesson[data-lesson="ready"]')).toBeAttached();
      await expect.poll(() => lost(page)).toEqual([]);
      const { width: view } = await page.locator("cp-stage").boundingBox();
      expect(view).toBeGreaterThan(Math.min(width, 600) * 0.55);
      // On a phone that stands, the ring is no flat line.
      const discs = await page
        .locator("cp-stage [data-node]:not(.client)")
        .evaluateAll((all) => all.map((one) => [parseFloat(one.style.left), parseFloat(one.style.top)]));
      const [wide, high] = [0, 1].map((way) => {
        const at = discs.map((disc) => disc[way]);
        return Math.max(...at) - Math.min(...at);
      });
      if (height > width) expect(high / wide).toBeGreaterThan(0.6);
    }
  });
