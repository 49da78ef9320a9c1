import { room } from "../english.ts";

export const page = room({
  "page.working": "Still working…",
  "page.working-at": "Still working, at event {event}…",
  "page.stop": "Stop",
  "page.kept": "The scenario and all that you did are kept.",
  "page.reopen": "Open the run again",
  "page.reopen-start": "Open the run again from its beginning",
  "page.retry": "Try again",
  "page.close": "Close",
  "page.limit": "The run can't go on: {limit} You can go back in time, or open another run.",
  "page.dropped": {
    one: "The clients can’t keep up: {count} request was left out.",
    other: "The clients can’t keep up: {count} requests were left out.",
  },
  "page.too-long": "{file} would be longer than 1 GiB: the run is too long to be downloaded here.",
  "page.no-room": "{file} could not be made: there was no room for it.",
  "page.acts": "What to do",
  "page.break": "Break",
  "page.inspect": "Inspect",
  "page.picture": "The picture",
  "page.stage": "Stage. Space plays and pauses, arrows left and right step, up and down go from node to node.",
  "page.state": "State",
  "page.challenge": "Take the challenge: write these agents yourself",
  "page.help": "Help",
  "page.share": "Share",
  "page.scenario": "Scenario text",
});
