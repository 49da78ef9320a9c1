/**
 * What each agent was asked, so that it can be asked again.
 *
 * An agent's object remembers what happened to it. When a person goes back in a run and acts otherwise, the kernel asks
 * from an earlier place; and a worker that was lost has lost its objects. In both cases the agent is made anew and asked
 * the same questions as before, up to that place. Its answers don't change by that: chance starts afresh for each call.
 */
import type { Question } from "../types.ts";

/** Of so many agents (of all seeds and dinners) is kept what they were asked. */
const MOST_AGENTS = 500;

interface Record {
  asked: Question[];
  /** What the agent preferred when it was made. */
  first: string;
  /** The worker's object has been asked all of these, and nothing else. */
  there: boolean;
}

const CALLS: Question["call"][] = ["propose", "vote_on", "decide"];
const place = ({ round, call }: Question) => round * CALLS.length + CALLS.indexOf(call);
const nameOf = ({ seed, dinner, agent }: Question) => `${seed}/${dinner}/${agent}`;

export class Memory {
  private readonly agents = new Map<string, Record>();

  /** The question, with those to be asked before where the object in the worker can't be used. */
  prepare(question: Question): Question & { replay?: Question[]; first?: string } {
    const name = nameOf(question);
    let agent = this.agents.get(name);
    if (!agent) {
      agent = { asked: [], first: question.preference, there: false };
      const oldest = this.agents.keys().next();
      if (this.agents.size >= MOST_AGENTS && !oldest.done) this.agents.delete(oldest.value);
      this.agents.set(name, agent);
    }
    const before = agent.asked.filter((earlier) => place(earlier) < place(question));
    const goesOn = agent.there && before.length === agent.asked.length;
    if (before.length === 0) agent.first = question.preference;
    agent.asked = [...before, question];
    agent.there = true;
    return goesOn ? question : { ...question, replay: before, first: agent.first };
  }

  /** The agent's object may have stopped anywhere in this question. */
  unsure(question: Question): void {
    const agent = this.agents.get(nameOf(question));
    if (agent) agent.there = false;
  }

  /** All objects are gone with their worker. */
  restart(): void {
    for (const agent of this.agents.values()) agent.there = false;
  }

  /** The code is another. */
  forget(): void {
    this.agents.clear();
  }
}
