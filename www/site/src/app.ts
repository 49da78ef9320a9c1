/** Makes an app of the site: once it was there, it works without a network. */

/** The worker stands beside the manifest, at the site's top, wherever this page is below it. */
const manifest = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')?.href;

if (manifest && import.meta.env.PROD && "serviceWorker" in navigator) {
  // Not before the page is there: the first picture comes first.
  const register = () => {
    navigator.serviceWorker.register(new URL("sw.js", manifest)).catch(() => {
      // Where the browser or the host allows no such worker, the site needs its network.
    });
  };
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
