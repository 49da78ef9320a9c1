/**
 * What can stand beside the stage and is no part of the element: the site says how it is loaded, so that the element
 * knows nothing of it, and a page without it ships none of it.
 */
export interface Courses {
  /** Loads what defines `<cp-challenge>`. */
  challenge?: () => Promise<unknown>;
  /** The address of the site's home, where the element is a page of its own. */
  home?: string;
  /** The address of the playground's own page, where there is one. */
  play?: string;
  /** The address of the lessons, in the same case. */
  learn?: string;
  /** The address of the gallery, in the same case. */
  gallery?: string;
  /** The address of the page on which runs stand side by side, in the same case. */
  compare?: string;
  /** The address of a page for frames that takes the attributes in its query and a link after `#`. */
  embed?: string;
  /** The address of a page of its own that takes the attributes in its query, for where the element can't run. */
  full?: string;
}

export const courses: Courses = {};
