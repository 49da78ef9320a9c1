import { room } from "../english.ts";

export const histories = room({
  "histories.nothing": "Nothing yet.",
  "histories.not-asked": "No client has asked for anything yet.",
  "histories.legend":
    "A bar: from the request to its answer. Dashed: still pending. A dot: when it may have happened. Shaded: something was wrong.",
  "histories.show-all": { one: "Show all {count}", other: "Show all {count}" },
  "histories.show-last": { one: "Show all {count} of the last", other: "Show all {count} of the last" },
  "histories.as-table": "As a table",
  "histories.table": "Operations as a table",
  "histories.stuck": "No order explains {command} of {client}: it was told {told}.",
  "histories.told-nothing": "nothing",
  "histories.no-store": "This protocol keeps no store that could be judged.",
  "histories.undecided": "Undecided after as many steps as are allowed: {keys}.",
  "histories.linearizable": "Linearizable: an order explains every answer.",
  "histories.linearizable-but":
    "Linearizable: an order explains every answer, though event {event} was too much for the running check.",
  "histories.event": "event {event}",
  "histories.chart": {
    one: "Operations of {count} clients over time; the table below says the same",
    other: "Operations of {count} clients over time; the table below says the same",
  },
  "histories.network": "The network",
  "histories.client": "Client",
  "histories.operation": "Operation",
  "histories.from": "From",
  "histories.to": "To",
  "histories.told": "Told",
  "histories.no-place": "has no place in any order",
  "histories.pending": "pending",
});
