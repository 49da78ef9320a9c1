import { css } from "lit";

/** The boxes over the picture. */
export const alertStyles = css`
  .alerts {
    position: absolute;
    z-index: 6;
    top: 8px;
    left: 50%;
    transform: translateX(-50%);
    width: min(640px, 100% - 20px);
    display: grid;
    gap: 8px;
  }
  .box {
    display: flex;
    gap: 8px 10px;
    align-items: center;
    flex-wrap: wrap;
    padding: 8px 16px;
    border: 1px solid var(--edge);
    border-left-width: 5px;
    border-radius: 10px;
    box-shadow: 0 6px 24px rgb(0 0 0 / 0.18);
    background: var(--card);
    overflow-wrap: anywhere;
  }
  .box.problem {
    border-color: var(--warn);
    background: color-mix(in srgb, var(--warn) 8%, var(--card));
  }
  .box > span {
    flex: 1 1 12em;
    min-width: 0;
  }
  .keys {
    display: flex;
    gap: 8px;
  }
`;
