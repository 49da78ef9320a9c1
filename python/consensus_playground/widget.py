"""A playground in a notebook: Jupyter, JupyterLab, VS Code, Colab, marimo. Needs ``pip install consensus-playground[widget]``::

    from consensus_playground.widget import Stage

    Stage("protocol raft\\nreplicas 5\\nat 1s crash leader\\nrun 3s\\n")
"""

from __future__ import annotations

import json
from importlib.resources import files

import anywidget
import traitlets

# A page may define a tag only once, and each cell's module is a module of its own.
_SHOW = """
const defined = () => (globalThis[Symbol.for("consensus-playground")] ??= customElements.get("consensus-playground")
  ? Promise.resolve()
  : import(URL.createObjectURL(new Blob([ELEMENT], { type: "text/javascript" }))));

const LOOKS = ["view", "theme", "seed"];

async function render({ model, el }) {
  await defined();
  const playground = document.createElement("consensus-playground");
  const show = () => {
    for (const name of LOOKS) {
      const value = model.get(name);
      if (value) playground.setAttribute(name, value);
      else playground.removeAttribute(name);
    }
    playground.style.setProperty("--consensus-playground-height", model.get("height") || null);
  };
  const open = () => {
    playground.scenario = model.get("scenario") || undefined;
  };
  const tell = () => {
    if (model.get("event") === playground.event && model.get("now") === playground.now) return;
    model.set("event", playground.event);
    model.set("now", playground.now);
    model.save_changes();
  };
  const looks = [...LOOKS, "height"].map((name) => `change:${name}`);
  show();
  open();
  for (const look of looks) model.on(look, show);
  model.on("change:scenario", open);
  el.append(playground);
  const watch = setInterval(tell, 250);
  return () => {
    clearInterval(watch);
    for (const look of looks) model.off(look, show);
    model.off("change:scenario", open);
    playground.remove();
  };
}
export default { render };
"""


def _module() -> str:
    element = files("consensus_playground") / "static" / "element.js"
    text = json.dumps(element.read_text(encoding="utf-8")).replace("</", "<\\/")
    return f"const ELEMENT = {text};{_SHOW}"


class Stage(anywidget.AnyWidget):
    """The element ``<consensus-playground>`` in a cell."""

    _esm = _module()

    scenario = traitlets.Unicode(help="The scenario's text.").tag(sync=True)
    seed = traitlets.Unicode(help="Another seed than the scenario's; empty for that.").tag(sync=True)
    view = traitlets.Unicode("compact", help="`compact`, `lesson`, or `full` for the whole playground.").tag(sync=True)
    theme = traitlets.Unicode(help="`light`, `dark`, or empty for that of the system.").tag(sync=True)
    height = traitlets.Unicode(help="A CSS height; empty for as high as it needs.").tag(sync=True)

    event = traitlets.Int(0, help="The number of the last event that happened on the stage.").tag(sync=True)
    now = traitlets.Float(0.0, help="The stage's virtual time, in microseconds.").tag(sync=True)

    def __init__(self, scenario: str = "", **more: object) -> None:
        super().__init__(scenario=scenario, **more)
