import type { Page } from 'playwright-core';

export interface TextContrast {
  readonly text: string;
  readonly ratio: number;
}

/**
 * The contrast of every text that is seen, the weakest first, from the colours that the browser computed.
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function textContrasts(page: Page): Promise<TextContrast[]> {
  return page.$eval('body', (body) => {
    const document = body.ownerDocument;
    const window = document.defaultView;
    type Seen = { readonly parentElement: Seen | null };
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const colourOf = (css: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = ([r, g, b, a]: Colour, [red, green, blue]: Colour): Colour => [
      r * a + red * (1 - a),
      g * a + green * (1 - a),
      b * a + blue * (1 - a),
      1,
    ];
    const luminance = (colour: Colour) => {
      const [red, green, blue] = colour.slice(0, 3).map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const groundOf = (element: Seen | null): Colour => {
      if (element === null) return [255, 255, 255, 1];
      const own = colourOf(window.getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
    };
    const opacityOf = (element: Seen | null): number =>
      element === null ? 1 : Number(window.getComputedStyle(element).opacity) * opacityOf(element.parentElement);

    const found: { text: string; ratio: number }[] = [];
    const walker = document.createTreeWalker(body, window.NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent!.trim();
      const { width, height } = element.getBoundingClientRect();
      if (text === '' || width === 0 || height === 0 || element.closest('title, style') !== null) continue;
      const style = window.getComputedStyle(element);
      const ink = colourOf(element instanceof window.SVGElement ? style.fill : style.color);
      const ground = groundOf(element);
      const shown = over([ink[0], ink[1], ink[2], ink[3] * opacityOf(element)], ground);
      const [light, dark] = [luminance(shown), luminance(ground)].toSorted((a, b) => b - a);
      found.push({ text, ratio: (light! + 0.05) / (dark! + 0.05) });
    }
    return found.toSorted((a, b) => a.ratio - b.ratio);
  });
}

/** By how many pixels the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.$eval('html', (root) => root.scrollWidth - root.clientWidth);
}

/** Texts that lie outside of the window, although nothing around them scrolls or shows them whole when pointed at. */
export function lostTexts(page: Page): Promise<string[]> {
  return page.$$eval('body *', (all) => {
    const lost: string[] = [];
    for (const element of all) {
      const nodes = [...element.childNodes];
      const hasText = nodes.some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
      if (!hasText || element.closest('.scroll, .skip, .label[title], title, style') !== null) continue;
      const { left, right } = element.getBoundingClientRect();
      const width = element.ownerDocument.documentElement.clientWidth;
      if (left < -1 || right > width + 1) lost.push(element.textContent?.slice(0, 60) ?? '');
    }
    return lost;
  });
}
