export const stage = {
  "stage.decided": "decided {value}",
  "stage.holds": "holds {cells}",
  "stage.earlier": { one: "{count} earlier", other: "{count} earlier" },
  "stage.committed": "{cell} committed",
  "stage.prepared": "{cell} prepared",
  "stage.pending": "{cell} not committed",
  "stage.chosen": "{cell} decided",
  "stage.accepted": "{cell} accepted",
  "stage.open": "{cell} proposed",
};
