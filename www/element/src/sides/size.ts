import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { withHead } from "@consensus-playground/engine/scenario-text.ts";
import type { Together } from "@consensus-playground/engine/together.ts";
import { say } from "../language/language.ts";
import { controls } from "../styles/controls.ts";
import "../language/en/sides.ts";

/** How many replicas the slider goes up to, where all protocols know such groups. */
const HUNDRED = 100;

/** One number of replicas for all runs: each is opened anew with it, and the rest of its scenario stays as it was. */
@customElement("cp-shared-size")
export class SharedSize extends LitElement {
  @property({ attribute: false }) together: Together | undefined;
  /** What the slider is at while somebody moves it. */
  @state() private moving: number | undefined;

  static override styles = [
    controls,
    css`
      label {
        white-space: nowrap;
        display: flex;
        gap: 8px;
        align-items: center;
      }
      input {
        width: min(220px, 40vw);
      }
      output {
        font-variant-numeric: tabular-nums;
        min-width: 4em;
      }
    `,
  ];

  private watched: Together | undefined;
  private readonly changed = (): void => this.requestUpdate();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.follow(undefined);
  }

  protected override willUpdate(): void {
    this.follow(this.isConnected ? this.together : undefined);
  }

  private follow(together: Together | undefined): void {
    if (together === this.watched) return;
    this.watched?.removeEventListener("change", this.changed);
    together?.addEventListener("change", this.changed);
    this.watched = together;
  }

  protected override render(): TemplateResult | typeof nothing {
    const sides = this.together?.sides ?? [];
    const ranges = sides.flatMap(({ descriptor }) => (descriptor ? [descriptor.replicas] : []));
    const sizes = [...new Set(sides.flatMap(({ info }) => (info ? [info.replicas] : [])))];
    if (ranges.length < sides.length || sizes.length === 0) return nothing;
    const [least, most] = [
      Math.max(...ranges.map(([least]) => least)),
      Math.min(HUNDRED, ...ranges.map(([, most]) => most)),
    ];
    const shown = this.moving ?? sizes[0] ?? least;
    return html`<label>
      ${say("sides.size")}
      <input
        type="range"
        min=${least}
        max=${most}
        ?disabled=${most <= least}
        .value=${String(shown)}
        @input=${(event: Event) => (this.moving = at(event))}
        @change=${(event: Event) => void this.resize(at(event))}
      />
      <output>${this.moving ?? sizes.join(", ")}</output>
    </label>`;
  }

  private async resize(replicas: number): Promise<void> {
    const { together } = this;
    if (!together) return;
    for (const side of together.sides) await together.open(side, withHead(side.text, "replicas", String(replicas)));
    this.moving = undefined;
  }
}

function at(event: Event): number {
  return Number((event.target as HTMLInputElement).value);
}
