/**
 * Texts as data: paragraphs and lists with `code`, *emphasis* and **strength**, and fenced code. Nothing in them is ever
 * HTML: each piece becomes a text node.
 */
import { html, type TemplateResult } from "lit";

/** A text of several blocks, which blank lines part. */
export function prose(text: string): TemplateResult[] {
  return blocks(text).map((block) => {
    if (block.startsWith("```")) {
      const code = block.replace(/^```\w*\n/, "").replace(/\n```$/, "");
      return html`<pre tabindex="0" role="region" aria-label="Code">${code}</pre>`;
    }
    const lines = block.split("\n");
    if (lines.every((line) => /^\s*- |^ {2}/.test(line)) && block.startsWith("- ")) {
      const items = block
        .slice(2)
        .split(/\n- /)
        .map((item) => item.replace(/\n\s+/g, " "));
      return html`<ul>
        ${items.map((item) => html`<li>${inline(item)}</li>`)}
      </ul>`;
    }
    return html`<p>${inline(lines.join(" "))}</p>`;
  });
}

/** One line, with its `code`, *emphasis* and **strength**. */
export function inline(text: string): TemplateResult[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*)/)
    .filter(Boolean)
    .map((part) => {
      if (/^`[^`]+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`;
      if (/^\*\*[^*]+\*\*$/.test(part)) return html`<strong>${part.slice(2, -2)}</strong>`;
      if (/^\*[^*]+\*$/.test(part)) return html`<em>${part.slice(1, -1)}</em>`;
      return html`${part}`;
    });
}

/** Fenced code keeps its blank lines. */
function blocks(text: string): string[] {
  const found: string[] = [];
  let fence: string[] | undefined;
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) found.push(open.join("\n"));
    open = [];
  };
  for (const line of text.trim().split("\n")) {
    if (line.startsWith("```")) {
      if (fence) {
        found.push([...fence, line].join("\n"));
        fence = undefined;
      } else {
        close();
        fence = [line];
      }
    } else if (fence) fence.push(line);
    else if (line.trim() === "") close();
    else open.push(line);
  }
  close();
  return found;
}
