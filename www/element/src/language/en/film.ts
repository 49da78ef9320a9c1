export const film = {
  "film.title": "Record a video",
  "film.onward": "From here on",
  "film.window": "What is in view",
  "film.whole": "The whole run",
  "film.record": "Record",
  "film.recording": "The run plays on at the speed you have set, and is recorded.",
  "film.progress": "Recording: {seconds} s, at {time}",
  "film.stop": "Stop and save",
  "film.cancel": "Cancel",
  "film.cancelled": "Nothing was saved.",
  "film.longest": "It ends after {minutes} minutes, the longest that a video can be.",
  "film.none": "This browser can't record video. Save the diagram, or record the screen.",
};
