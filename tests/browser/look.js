// Tells the page around this one, as JSON in an element called "found", what a reader at this width and in this colour scheme gets.
(() => {
  const channels = (color) => {
    const [r, g, b, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], alpha };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return rgb;
      if (alpha > 0) throw new Error(`half-transparent background of <${at.tagName}>`);
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
  };
  const contrast = (element) => {
    const pair = [channels(getComputedStyle(element).color).rgb, background(element)].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  let seen = 0;
  let least = 21;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.getClientRects().length) continue;
    const found = contrast(element);
    seen += 1;
    least = Math.min(least, found);
    if (found < 4.5) poor.push(`${texts.currentNode.data.trim().slice(0, 40)}: ${found.toFixed(2)}`);
  }
  const found = {
    width: innerWidth,
    scrollWidth: document.documentElement.scrollWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    resources: performance.getEntriesByType("resource").map((entry) => entry.name),
    texts: seen,
    least,
    poor,
  };
  const pre = parent.document.createElement("pre");
  pre.id = "found";
  pre.textContent = JSON.stringify(found);
  parent.document.body.append(pre);
})();
