// A sandbox for the challenge's page that runs no code at all: what it answers, a comment in the "code" says. So the page's
// own behaviour is tested apart from the interpreters.

/**
 * Puts the fake in the place of the sandbox. In the code, `fake: NAME LINE` chooses what happens: `syntax 3` is a mistake
 * while loading, `runtime 15` one at the first vote, `never` decides nothing, `slow` waits, `fails 3` fails the check of
 * task 3. Loading waits for the promise `window.hold`, where there is one. Without a word, all vote for the first proposal and a majority decides.
 */
export function fakeSandbox(page) {
  return page.evaluate(() => {
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    window.opened = [];
    window.asked = [];
    const openSandbox = async (language, host, onLoading) => {
      window.opened.push(language);
      for (let done = 0; done <= 4; done += 1) {
        onLoading("Loading the fake", done * 1e6, 4e6);
        if (done === 2) await window.hold;
        await wait(20);
      }
      let [name, number] = ["", 0];
      return {
        language,
        onPrint: undefined,
        async load(code) {
          const [, word = "", digits = "0"] = /fake: ?(\w+) ?(\d*)/.exec(code) ?? [];
          [name, number] = [word, Number(digits)];
          if (name === "slow") await wait(5000);
          if (name === "syntax") return [{ kind: "syntax", message: "invalid <b>syntax</b>", line: number, column: 5 }];
          return [];
        },
        async answer(question) {
          window.asked.push(question);
          const printed = question.call === "vote_on" ? `agent ${question.agent} votes\n` : "";
          if (name === "runtime" && question.call === "vote_on")
            return {
              problem: { kind: "runtime", message: "IndexError: list index out of range", line: number },
              printed,
            };
          if (question.call === "propose") return { answer: question.preference, printed };
          if (question.call === "vote_on") return { answer: question.proposals[0], printed };
          const [best] = Object.entries(question.votes).sort((a, b) => b[1] - a[1]);
          return { answer: name !== "never" && best[1] * 2 > question.agents ? best[0] : null, printed };
        },
        async grade(onCheck) {
          const checks = [];
          for (const task of [1, 2, 3, 4, 5]) {
            const passed = !(name === "fails" && task === number);
            const check = {
              task,
              title: `check ${task}`,
              passed,
              saw: passed ? "what was wanted" : "[1, 2, 3]",
              expected: "one of the proposals",
              ...(passed ? {} : { problem: { kind: "answer", message: "an answer that is no proposal", line: 16 } }),
            };
            checks.push(check);
            onCheck(check);
            await wait(10);
          }
          return checks;
        },
        async trials(setup, onProgress, signal) {
          const results = [];
          for (let place = 0; place < setup.seeds.count; place += 1) {
            if (place % 100 === 0) {
              onProgress(place / setup.seeds.count);
              await wait(name === "slow" ? 50 : 1);
              if (signal.aborted) throw Object.assign(new Error("cancelled"), { name: "TrialsStopped", results });
            }
            const seed = setup.seeds.from + place;
            const never = name === "never" || seed % 10 === 0;
            const winner = setup.preferences[seed % 2];
            const decided = Array.from({ length: setup.agents }, () => (never ? null : winner));
            results.push({ seed, rounds: never ? null : 1 + (seed % 4), decided });
          }
          onProgress(1);
          return results;
        },
        dispose() {},
      };
    };
    const inside = document.querySelector("consensus-playground").shadowRoot.querySelector("cp-challenge");
    inside.openSandbox = openSandbox;
  });
}
