import { css } from "lit";

/** The challenge beside the playground where there is room, else above it. */
export const courseStyles = css`
  .house {
    container: playground / inline-size;
    min-width: 0;
  }
  .course {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .course cp-challenge {
    min-height: 420px;
    border-bottom: 1px solid var(--edge);
  }
  @container playground (min-width: 1000px) {
    .course {
      grid-template-columns: minmax(420px, 41%) minmax(0, 1fr);
      height: var(--consensus-playground-height, 46rem);
      min-height: 560px;
    }
    .course cp-challenge {
      border: 0;
      border-right: 1px solid var(--edge);
      overflow: auto;
    }
    .house {
      overflow: auto;
    }
    .house .app {
      height: 100%;
    }
  }
`;
