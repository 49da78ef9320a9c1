import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";

/** A row of tabs, of which one is chosen: the arrow keys go from one to the next, as tabs do everywhere. */
export class Tabs<Name extends string> implements ReactiveController {
  chosen: Name;

  constructor(
    private readonly host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment },
    private readonly names: readonly [Name, ...Name[]],
  ) {
    [this.chosen] = names;
    host.addController(this);
  }

  hostConnected(): void {}

  choose(name: Name): void {
    this.chosen = name;
    this.host.requestUpdate();
  }

  bar(label: string): TemplateResult {
    return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${this.key}>
      ${this.names.map(
        (name) =>
          html`<button
            role="tab"
            id="tab-${name}"
            aria-controls="panel"
            aria-selected=${name === this.chosen}
            tabindex=${name === this.chosen ? 0 : -1}
            @click=${() => this.choose(name)}
          >
            ${name}
          </button>`,
      )}
    </div>`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    const { names } = this;
    const at = names.indexOf(this.chosen);
    const places: Record<string, number> = {
      ArrowRight: (at + 1) % names.length,
      ArrowLeft: (at + names.length - 1) % names.length,
      Home: 0,
      End: names.length - 1,
    };
    const next = names[places[event.key] ?? -1];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.choose(next);
    void this.host.updateComplete.then(() =>
      this.host.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus(),
    );
  };
}
