import { room } from "../english.ts";

export const shelf = room({
  "shelf.title": "Your runs",
  "shelf.about": "Kept in this browser. Nobody else sees them.",
  "shelf.name": "Name",
  "shelf.keep": "Keep this run",
  "shelf.kept": "Kept as “{name}”.",
  "shelf.manage": "Rename, delete or download your runs",
  "shelf.unnamed": "Unnamed run",
  "shelf.full": "You already keep {count} runs, the most there is room for. Delete one first.",
  "shelf.no-room":
    "There is no more room for your runs in this browser. Delete one first, or download this one instead.",
  "shelf.refused":
    "This browser keeps nothing for this page: it may be a private window, or a page inside another one. Download the scenario instead.",
  "shelf.rename": "Rename",
  "shelf.rename-one": "Rename “{name}”",
  "shelf.save": "Save",
  "shelf.cancel": "Cancel",
  "shelf.delete": "Delete",
  "shelf.delete-one": "Delete “{name}”",
  "shelf.deleted": "“{name}” is deleted.",
  "shelf.undo": "Undo",
  "shelf.back": "“{name}” is back.",
  "shelf.download": "Download",
  "shelf.download-one": "Download “{name}”",
  "shelf.open-file": "Open a file",
  "shelf.opened": "“{name}” is among your runs.",
  "shelf.only-play": "It can be played all the same:",
  "shelf.event": "event {event}",
});
